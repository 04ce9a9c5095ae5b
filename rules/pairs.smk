"""Pairs: a base model against a model trained from it, on the same problems."""


rule compare_pair:
    """Solvable-set overlap with problem ids and tests, difference of pass@k over k, and the crossing k."""
    input:
        base=counts_of("base"),
        tuned=counts_of("tuned"),
        base_topup=topup_counts("base"),
        tuned_topup=topup_counts("tuned"),
        code=code("compare_pair.py", "boundary/coverage.py", "boundary/passk.py", "boundary/intervals.py"),
    output:
        overlap="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet",
        sets="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/sets.parquet",
        difference="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/difference.parquet",
        crossing="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/crossing.parquet",
        measures="results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/measures.parquet",
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


rule state_claims:
    """What the pairs show, claim by claim: supported, refuted or undecided, by the rule that stands beside it."""
    input:
        differences=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/difference.parquet"),
        crossings=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/crossing.parquet"),
        overlaps=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet"),
        code=code("state_claims.py", "boundary/claims.py"),
    output:
        json="results/claims.json",
        csv=report("results/tables/claims.csv", caption="../workflow/report/table_claims.rst", category="0. Claims"),
        parquet="results/tables/claims.parquet",
        text="results/tables/claims.rst",
    log:
        "logs/claims.log",
    benchmark:
        "benchmarks/claims.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=claims_spec,
    script:
        "../workflow/scripts/state_claims.py"


rule pairs:
    """Target: every comparison of a pair."""
    input:
        for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet"),
    localrule: True
