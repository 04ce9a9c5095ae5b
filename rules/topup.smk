"""Top-up: more samples of the problems that are undecided, where a benchmark's `topup` asks for them."""


rule plan_topup:
    """The problems that are undecided for some model of a pair, and how many more samples would decide them."""
    input:
        counts=paired_counts,
        code=code("plan_topup.py", "boundary/topup.py", "boundary/coverage.py"),
    output:
        parquet="results/topup/plan/{benchmark}/{decoding}.parquet",
        csv="results/topup/plan/{benchmark}/{decoding}.csv",
    log:
        "logs/topup/plan/{benchmark}/{decoding}.log",
    benchmark:
        "benchmarks/topup/plan/{benchmark}/{decoding}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=topup_spec,
    script:
        "../workflow/scripts/plan_topup.py"


rule topup_plan:
    """Target: the plan of every benchmark that has pairs; it samples nothing more."""
    input:
        [
            f"results/topup/plan/{benchmark}/{decoding}.parquet"
            for benchmark, decoding in settings()
            if pairs_of(benchmark, decoding) and decoding in config["decodings"]
        ],
    localrule: True


use rule sample_block as sample_topup with:
    input:
        prompts="results/prompts/{model}/{benchmark}.parquet",
        weights=weights_download,
        plan="results/topup/plan/{benchmark}/{decoding}.parquet",
    output:
        "results/topup/samples/{model}/{benchmark}/{decoding}/{block}.parquet",
    log:
        "logs/topup/samples/{model}/{benchmark}/{decoding}/{block}.log",
    benchmark:
        "benchmarks/topup/samples/{model}/{benchmark}/{decoding}/{block}.jsonl"


use rule verify_block as verify_topup with:
    input:
        samples="results/topup/samples/{model}/{benchmark}/{decoding}/{block}.parquet",
        plan="results/topup/plan/{benchmark}/{decoding}.parquet",
        problems="results/benchmarks/{benchmark}.parquet",
        graders=grader_fingerprint,
    output:
        "results/topup/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet",
    log:
        "logs/topup/verdicts/{model}/{benchmark}/{decoding}/{block}.log",
    benchmark:
        "benchmarks/topup/verdicts/{model}/{benchmark}/{decoding}/{block}.jsonl"


use rule count_correct as count_topup with:
    input:
        verdicts=topup_verdicts,
        code=code("count_correct.py", "boundary/passk.py", "boundary/disagreement.py"),
    output:
        counts="results/topup/counts/{model}/{benchmark}/{decoding}.parquet",
        wrong="results/topup/answers/{model}/{benchmark}/{decoding}.parquet",
        graders="results/topup/graders/{model}/{benchmark}/{decoding}.parquet",
    log:
        "logs/topup/counts/{model}/{benchmark}/{decoding}.log",
    benchmark:
        "benchmarks/topup/counts/{model}/{benchmark}/{decoding}.jsonl"
