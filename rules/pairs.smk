"""Pairs: a base model against a model trained from it, on the same problems."""


rule compare_pair:
    """Solvable-set overlap with problem ids and tests, difference of pass@k over k, and the crossing k."""
    input:
        base="results/counts/{base}/{benchmark}/{decoding}.parquet",
        tuned="results/counts/{tuned}/{benchmark}/{decoding}.parquet",
        code=code("compare_pair.py", "boundary/coverage.py", "boundary/passk.py", "boundary/intervals.py"),
    output:
        overlap="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet",
        sets="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/sets.parquet",
        difference="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/difference.parquet",
        crossing="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/crossing.parquet",
    log:
        "logs/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}.log",
    benchmark:
        "benchmarks/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=pair_spec,
    script:
        "../workflow/scripts/compare_pair.py"


rule pairs:
    """Target: every comparison of a pair."""
    input:
        for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet"),
    localrule: True
