"""Parts of the report: claims, figures and tables. contents.py lists them and their inputs.

One job makes as many figures or tables as have the same work behind them: boundary/work.py.
"""

from boundary.analysis.plan_claims import Claims
from boundary.report.contents import drawn_files, module_files, table_files
from boundary.report.plan import Shown
from boundary.results import of_claims

claims, shown_by, claimed = Claims(grid), Shown(grid), of_claims(grid)


rule state_claims:
    """The claims of every pair: supported, refuted or undecided, with the rule that decided each."""
    input:
        differences=claimed.files(paths.DIFFERENCE),
        crossings=claimed.files(paths.CROSSING),
        overlaps=claimed.files(paths.OVERLAP),
        choices=claimed.files(paths.CHOICES),
        subsets=screening.every_subset(),
        curves=claimed.files(paths.PASSK),
        problems=whole.files(paths.BENCHMARK),
        guesses=whole.files(GUESSES),
        imported=imports.every_compared(),
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
        spec=claims.spec(),
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
            drawn=by_name(shown_by.drawing, drawn),
            spec=by_name(shown_by.captions, drawn),
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
            tables=shown_by.tables(tables),
            code=library("make_tables.py", *(f"boundary/report/tables/{table.name}.py" for table in tables)),
        script:
            "../workflow/scripts/make_tables.py"


rule figures:
    """Target: all figures."""
    input:
        contents.figures(),
    localrule: True
