"""Verdicts: every sample graded; every distinct answer of a benchmark graded once, in processes that can be killed."""


rule fingerprint_graders:
    """One small file for all code that decides the verdicts of a verifier: thousands of jobs then have one input for it."""
    input:
        code=VERIFICATION,
        graders=grader_code,
    output:
        "results/code/{verifier}.sha256",
    log:
        "logs/code/{verifier}.log",
    benchmark:
        "benchmarks/code/{verifier}.jsonl"
    localrule: True
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/fingerprint_graders.py"


rule verify_block:
    """A verdict per sample and grader, with the reason."""
    input:
        samples="results/samples/{model}/{benchmark}/{decoding}/{block}.parquet",
        problems="results/benchmarks/{benchmark}.parquet",
        graders=grader_fingerprint,
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
        limits=LIMITS_THAT_COUNT,
        extraction=lambda wildcards: config["benchmarks"][wildcards.benchmark]["extraction"],
        cache="results/cache/{benchmark}.sqlite",
    message:
        "Verifying {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block}"
    script:
        "../workflow/scripts/verify_block.py"


rule verdicts:
    """Target: every verdict."""
    input:
        for_every_block("results/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet"),
    localrule: True
