"""Samples and counts that exist already: read into the same files, and from there on like any others."""


rule import_responses:
    """The responses of a file, many a row or one, as samples of the problems of a benchmark."""
    input:
        file=imported_file("responses"),
        problems="results/benchmarks/{benchmark}.parquet",
        code=code("import_responses.py", "boundary/imports.py"),
    output:
        "results/samples/{model}/{benchmark}/{decoding}/{block,imported}.parquet",
    log:
        "logs/samples/{model}/{benchmark}/{decoding}/{block}.log",
    benchmark:
        "benchmarks/samples/{model}/{benchmark}/{decoding}/{block}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=sample_spec,
    script:
        "../workflow/scripts/import_responses.py"


rule import_counts:
    """n and c of every problem of a benchmark, from a file."""
    input:
        file=imported_file("counts"),
        problems="results/benchmarks/{benchmark}.parquet",
        code=code("import_counts.py", "boundary/imports.py"),
    output:
        counts="results/counts/{model}/{benchmark}/{decoding}.parquet",
        wrong="results/answers/{model}/{benchmark}/{decoding}.parquet",
        graders="results/graders/{model}/{benchmark}/{decoding}.parquet",
    log:
        "logs/counts/{model}/{benchmark}/{decoding}.log",
    benchmark:
        "benchmarks/counts/{model}/{benchmark}/{decoding}.jsonl"
    wildcard_constraints:
        model=one_of(name for name, model in config["models"].items() if "counts" in model),
    conda:
        "../envs/workflow.yaml"
    params:
        spec=sample_spec,
        grader=lambda wildcards: config["benchmarks"][wildcards.benchmark]["grader"],
    script:
        "../workflow/scripts/import_counts.py"
