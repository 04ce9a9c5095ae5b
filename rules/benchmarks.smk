"""Benchmarks: problems of any source in one normal form. Identity alone reruns them, as samples depend on them."""


rule build_benchmark:
    """Problems with gold answers that their grader can read, unique ids, and the guess rate where it is known."""
    input:
        source=benchmark_file,
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
