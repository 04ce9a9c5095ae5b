"""Benchmarks: problems of any source in one normal form. Identity alone reruns them, as samples depend on them."""


rule download_benchmark:
    """The files of a benchmark, from a hub at one commit or from an address, and a manifest that names them."""
    output:
        "results/downloads/benchmarks/{benchmark}.json",
    log:
        "logs/downloads/benchmarks/{benchmark}.log",
    benchmark:
        "benchmarks/downloads/benchmarks/{benchmark}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=benchmark_download_spec,
    message:
        "Downloading benchmark {wildcards.benchmark}"
    script:
        "../workflow/scripts/download_benchmark.py"


rule build_benchmark:
    """Problems with gold answers that their grader can read, unique ids, and the guess rate where it is known."""
    input:
        source=benchmark_source,
    output:
        "results/benchmarks/{benchmark}.parquet",
    log:
        "logs/benchmarks/{benchmark}.log",
    benchmark:
        "benchmarks/benchmarks/{benchmark}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=benchmark_spec,
    message:
        "Building benchmark {wildcards.benchmark}"
    script:
        "../workflow/scripts/build_benchmark.py"
