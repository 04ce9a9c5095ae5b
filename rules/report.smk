"""Tables, and Snakemake's own report made of them and the figures."""


rule tabulate_passk:
    """pass@k of every model at powers of two, with intervals, as one table."""
    input:
        curves=for_every_curve("results/passk/{model}/{benchmark}/{decoding}.parquet"),
        counts=for_every_curve("results/counts/{model}/{benchmark}/{decoding}.parquet"),
        code=code("tabulate_passk.py"),
    output:
        report("results/tables/passk.csv", caption="../workflow/report/table_passk.rst", category="5. Tables"),
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
    """Four-way sets with problem ids, differences and crossing of every pair, as one table."""
    input:
        overlaps=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet"),
        sets=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/sets.parquet"),
        differences=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/difference.parquet"),
        crossings=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/crossing.parquet"),
        code=code("tabulate_pairs.py", "boundary/coverage.py"),
    output:
        report("results/tables/pairs.csv", caption="../workflow/report/table_pairs.rst", category="5. Tables"),
        "results/tables/pairs.parquet",
    log:
        "logs/tables/pairs.log",
    benchmark:
        "benchmarks/tables/pairs.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_pairs.py"


rule tabulate_graders:
    """Samples on which graders disagree, and problems whose own gold answer or solution failed."""
    input:
        graders=for_every_curve("results/graders/{model}/{benchmark}/{decoding}.parquet"),
        benchmarks=expand("results/benchmarks/{benchmark}.parquet", benchmark=config["benchmarks"]),
        code=code("tabulate_graders.py", "boundary/disagreement.py"),
    output:
        graders=report(
            "results/tables/graders.csv", caption="../workflow/report/table_graders.rst", category="5. Tables"
        ),
        flags=report("results/tables/flags.csv", caption="../workflow/report/table_flags.rst", category="5. Tables"),
    log:
        "logs/tables/graders.log",
    benchmark:
        "benchmarks/tables/graders.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_graders.py"


rule make_report:
    """Snakemake's own report: one HTML file that needs no network."""
    input:
        content=all_figures() + all_tables(),
        code=code("make_report.py"),
        captions=sorted(str(path) for path in Path("workflow/report").glob("*.rst")),
    output:
        "results/report.html",
    log:
        "logs/report.log",
    benchmark:
        "benchmarks/report.jsonl"
    localrule: True
    conda:
        "../envs/workflow.yaml"
    params:
        arguments=same_configuration,
    message:
        "Making results/report.html"
    script:
        "../workflow/scripts/make_report.py"
