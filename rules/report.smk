"""Snakemake's own report, made of figures, tables and claims."""


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
