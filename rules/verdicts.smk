"""Verdicts: every sample graded; every distinct answer of a benchmark graded once, in processes that can be killed."""


rule verify_block:
    """A verdict per sample and grader, with the reason."""
    input:
        samples="results/samples/{model}/{benchmark}/{decoding}/{block}.parquet",
        problems="results/benchmarks/{benchmark}.parquet",
        code=verification_code,
        graders=grader_code,
    output:
        "results/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet",
    log:
        "logs/verdicts/{model}/{benchmark}/{decoding}/{block}.log",
    benchmark:
        "benchmarks/verdicts/{model}/{benchmark}/{decoding}/{block}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=sample_spec,
        limits=limits_that_count,
        extraction=lambda wildcards: config["benchmarks"][wildcards.benchmark]["extraction"],
        cache=lambda wildcards: f"results/cache/{wildcards.benchmark}.sqlite",
    message:
        "Verifying {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block}"
    script:
        "../workflow/scripts/verify_block.py"


rule verdicts:
    """Target: every verdict."""
    input:
        for_every_block("results/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet"),
    localrule: True
