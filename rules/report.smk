"""What the report is made of: claims, figures and tables. One rule for each line of contents.py."""


rule state_claims:
    """What the pairs show, claim by claim: supported, refuted or undecided, by the rule that is printed beside it."""
    input:
        differences=inputs.every_claimed(paths.DIFFERENCE),
        crossings=inputs.every_claimed(paths.CROSSING),
        overlaps=inputs.every_claimed(paths.OVERLAP),
        choices=inputs.every_claimed(paths.CHOICES),
        subsets=inputs.every_subset(),
        curves=inputs.every_claimed_curve(paths.PASSK),
        problems=inputs.every_benchmark(paths.BENCHMARK),
        guesses=inputs.every_screened(paths.GUESSES),
    output:
        json=paths.CLAIMS,
        csv=report("results/tables/claims.csv", caption="../workflow/report/table_claims.rst", category="0. Claims"),
        parquet=paths.CLAIMS_TABLE,
        text=paths.CLAIMS_TEXT,
    log:
        paths.log(paths.CLAIMS),
    benchmark:
        paths.benchmark(paths.CLAIMS)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=specs.claims(),
        code=library("state_claims.py"),
    script:
        "../workflow/scripts/state_claims.py"


for figure in FIGURES:

    rule:
        name:
            f"draw_{figure.name}"
        input:
            unpack(by_name(contents.figure_inputs, figure)),
        output:
            report(
                f"{figure.path}.svg",
                caption=f"../workflow/report/{figure.name}.rst",
                category=figure.category,
                labels=figure.labels,
            ),
            f"{figure.path}.png",
        log:
            paths.log(f"{figure.path}.svg"),
        benchmark:
            paths.benchmark(f"{figure.path}.svg")
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            spec=by_name(specs.of_figure(figure.per, figure.together)),
            figure=figure.name,
            code=library("draw_figure.py", f"boundary/report/figures/{figure.name}.py"),
        script:
            "../workflow/scripts/draw_figure.py"


for table in TABLES:

    rule:
        name:
            f"tabulate_{table.name}"
        input:
            **contents.table_inputs(table),
        output:
            report(
                f"{paths.TABLE}{table.name}.csv",
                caption=f"../workflow/report/table_{table.name}.rst",
                category="9. Tables",
            ),
            f"{paths.TABLE}{table.name}.parquet",
        log:
            paths.log(f"{paths.TABLE}{table.name}.csv"),
        benchmark:
            paths.benchmark(f"{paths.TABLE}{table.name}.csv")
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            spec=specs.table(table.spec),
            table=table.name,
            digits=table.digits,
            code=library("make_table.py", f"boundary/report/tables/{table.name}.py"),
        script:
            "../workflow/scripts/make_table.py"


rule figures:
    """Target: every figure."""
    input:
        contents.figures(),
    localrule: True
