"""pass@k: counts per problem, and the unbiased estimate for every k."""


rule count_correct:
    """Samples n and correct samples c of every problem and grader, over all blocks; wrong answers; disagreements."""
    input:
        verdicts=verdict_blocks,
        code=code("count_correct.py", "boundary/passk.py", "boundary/disagreement.py"),
    output:
        counts="results/counts/{model}/{benchmark}/{decoding}.parquet",
        wrong="results/answers/{model}/{benchmark}/{decoding}.parquet",
        graders="results/graders/{model}/{benchmark}/{decoding}.parquet",
    log:
        "logs/counts/{model}/{benchmark}/{decoding}.log",
    benchmark:
        "benchmarks/counts/{model}/{benchmark}/{decoding}.jsonl"
    wildcard_constraints:
        model=one_of(name for name, model in config["models"].items() if "counts" not in model),
    conda:
        "../envs/workflow.yaml"
    params:
        spec=sample_spec,
    script:
        "../workflow/scripts/count_correct.py"


rule estimate_passk:
    """Unbiased pass@k for every k from 1 to n, other metrics, and what a fit says beyond n; with intervals."""
    input:
        counts="results/counts/{model}/{benchmark}/{decoding}.parquet",
        wrong="results/answers/{model}/{benchmark}/{decoding}.parquet",
        code=code(
            "estimate_passk.py",
            "boundary/passk.py",
            "boundary/intervals.py",
            "boundary/metrics.py",
            "boundary/beyond.py",
        ),
    output:
        curve="results/passk/{model}/{benchmark}/{decoding}.parquet",
        metrics="results/metrics/{model}/{benchmark}/{decoding}.parquet",
        beyond="results/beyond/{model}/{benchmark}/{decoding}/curve.parquet",
        fit="results/beyond/{model}/{benchmark}/{decoding}/fit.parquet",
    log:
        "logs/passk/{model}/{benchmark}/{decoding}.log",
    benchmark:
        "benchmarks/passk/{model}/{benchmark}/{decoding}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=passk_spec,
    script:
        "../workflow/scripts/estimate_passk.py"


rule passk:
    """Target: every pass@k curve."""
    input:
        for_every_curve("results/passk/{model}/{benchmark}/{decoding}.parquet"),
    localrule: True
