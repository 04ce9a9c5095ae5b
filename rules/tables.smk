"""Tables: CSV for people and the report, parquet for programs."""


rule tabulate_passk:
    """pass@k of every model at powers of two, with intervals, as one table."""
    input:
        curves=for_every_curve("results/passk/{model}/{benchmark}/{decoding}.parquet"),
        counts=for_every_curve("results/counts/{model}/{benchmark}/{decoding}.parquet"),
        code=code("tabulate_passk.py"),
    output:
        report("results/tables/passk.csv", caption="../workflow/report/table_passk.rst", category="9. Tables"),
        "results/tables/passk.parquet",
    log:
        "logs/tables/passk.log",
    benchmark:
        "benchmarks/tables/passk.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_passk.py"


rule tabulate_pairs:
    """Four-way sets with problem ids, differences and crossing of every pair, as one table; every problem in another."""
    input:
        overlaps=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet"),
        sets=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/sets.parquet"),
        differences=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/difference.parquet"),
        crossings=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/crossing.parquet"),
        measures=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/measures.parquet"),
        code=code("tabulate_pairs.py", "boundary/coverage.py"),
    output:
        pairs_csv=report("results/tables/pairs.csv", caption="../workflow/report/table_pairs.rst", category="9. Tables"),
        pairs_parquet="results/tables/pairs.parquet",
        problems_csv=report(
            "results/tables/problems.csv", caption="../workflow/report/table_problems.rst", category="9. Tables"
        ),
        problems_parquet="results/tables/problems.parquet",
    log:
        "logs/tables/pairs.log",
    benchmark:
        "benchmarks/tables/pairs.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_pairs.py"


rule tabulate_metrics:
    """Other metrics and the fits beyond n of every model, as tables."""
    input:
        metrics=for_every_curve("results/metrics/{model}/{benchmark}/{decoding}.parquet"),
        fits=for_every_curve("results/beyond/{model}/{benchmark}/{decoding}/fit.parquet"),
        code=code("tabulate_metrics.py"),
    output:
        metrics_csv=report(
            "results/tables/metrics.csv", caption="../workflow/report/table_metrics.rst", category="9. Tables"
        ),
        metrics_parquet="results/tables/metrics.parquet",
        beyond_csv=report(
            "results/tables/beyond.csv", caption="../workflow/report/table_beyond.rst", category="9. Tables"
        ),
        beyond_parquet="results/tables/beyond.parquet",
    log:
        "logs/tables/metrics.log",
    benchmark:
        "benchmarks/tables/metrics.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_metrics.py"


rule tabulate_groups:
    """Every member of every group along the group's axis, as one table."""
    input:
        differences=for_every_member("difference"),
        crossings=for_every_member("crossing"),
        measures=for_every_member("measures"),
        code=code("tabulate_groups.py"),
    output:
        report("results/tables/groups.csv", caption="../workflow/report/table_groups.rst", category="9. Tables"),
        "results/tables/groups.parquet",
    log:
        "logs/tables/groups.log",
    benchmark:
        "benchmarks/tables/groups.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        members=group_members(),
    script:
        "../workflow/scripts/tabulate_groups.py"


rule tabulate_graders:
    """Samples on which graders disagree, and problems whose own gold answer or solution failed."""
    input:
        graders=for_every_curve("results/graders/{model}/{benchmark}/{decoding}.parquet"),
        benchmarks=expand("results/benchmarks/{benchmark}.parquet", benchmark=config["benchmarks"]),
        code=code("tabulate_graders.py", "boundary/disagreement.py"),
    output:
        graders=report(
            "results/tables/graders.csv", caption="../workflow/report/table_graders.rst", category="9. Tables"
        ),
        flags=report("results/tables/flags.csv", caption="../workflow/report/table_flags.rst", category="9. Tables"),
    log:
        "logs/tables/graders.log",
    benchmark:
        "benchmarks/tables/graders.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_graders.py"


rule tabulate_published:
    """pass@k and solved problems that arXiv 2504.13837 published, with ours of the same cell beside them."""
    input:
        curves=for_every_curve("results/passk/{model}/{benchmark}/{decoding}.parquet"),
        counts=for_every_curve("results/counts/{model}/{benchmark}/{decoding}.parquet"),
        published=f"{PUBLISHED}.csv",
        solved=f"{PUBLISHED}-solved.csv",
        code=code("tabulate_published.py", "boundary/published.py"),
    output:
        table=report(
            "results/tables/published.csv", caption="../workflow/report/table_published.rst", category="9. Tables"
        ),
        parquet="results/tables/published.parquet",
        problems=report(
            "results/tables/published_problems.csv",
            caption="../workflow/report/table_published.rst",
            category="9. Tables",
        ),
        problems_parquet="results/tables/published_problems.parquet",
    log:
        "logs/tables/published.log",
    benchmark:
        "benchmarks/tables/published.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        graders={name: entry["grader"] for name, entry in config["benchmarks"].items()},
    script:
        "../workflow/scripts/tabulate_published.py"
