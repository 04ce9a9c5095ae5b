"""What the report is made of: claims, figures and tables. Which there are, and from what, is said in contents.py.

One job makes as many figures or tables as have the same work behind them: boundary/behind.py.
"""


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
        imported=inputs.every_compared_import(paths.SAMPLES),
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


for name, (drawn, benchmarks) in numbered("draw_figures", contents.drawings()):

    rule:
        """The figures of a benchmark, and the trends of its groups, that have the same work behind them."""
        name:
            name
        input:
            unpack(by_name(contents.drawing_inputs, drawn)),
        output:
            *drawn_files(drawn, report),
        log:
            paths.log(f"{drawn[0].path}.svg"),
        benchmark:
            paths.benchmark(f"{drawn[0].path}.svg")
        wildcard_constraints:
            benchmark=one_of(benchmarks),
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            drawn=by_name(specs.drawing, drawn),
            spec=by_name(specs.captions, drawn),
            code=library("draw_figures.py", *module_files(drawn)),
        script:
            "../workflow/scripts/draw_figures.py"


for name, tables in numbered("make_tables", contents.tabulations()):

    rule:
        """The tables of the run that have the same work behind them."""
        name:
            name
        input:
            **contents.tabulation_inputs(tables),
        output:
            *table_files(tables, report),
        log:
            paths.log(f"{paths.TABLE}{tables[0].name}.csv"),
        benchmark:
            paths.benchmark(f"{paths.TABLE}{tables[0].name}.csv")
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            tables=specs.tables(tables),
            code=library("make_tables.py", *(f"boundary/report/tables/{table.name}.py" for table in tables)),
        script:
            "../workflow/scripts/make_tables.py"


rule figures:
    """Target: every figure."""
    input:
        contents.figures(),
    localrule: True
