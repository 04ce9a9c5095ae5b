"""Papers: figures as PDF and SVG with their data, and the main tables for LaTeX. Nothing here is part of `all`."""

from boundary.report import for_papers
from boundary.report.contents import FIGURES

for figure in FIGURES:

    rule:
        name:
            f"paper_figure_{figure.name}"
        input:
            unpack(by_name(contents.figure_inputs, figure)),
            style=paths.beside_workflow(ROOT, "workflow/report/paper.mplstyle"),
        output:
            pdf=f"{for_papers.figure_path(figure)}.pdf",
            svg=f"{for_papers.figure_path(figure)}.svg",
            tex=f"{for_papers.figure_path(figure)}.tex",
            data=[f"{for_papers.figure_path(figure)}.{kind}.csv" for kind in for_papers.data_kinds(figure)],
        log:
            paths.log(f"{for_papers.figure_path(figure)}.pdf"),
        benchmark:
            paths.benchmark(f"{for_papers.figure_path(figure)}.pdf")
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            spec=by_name(shown_by.figure, figure),
            labels=for_papers.labels(grid),
            fit={
                "column": config["paper"]["column"],
                "page": config["paper"]["page"],
                "wide": figure.name in for_papers.WIDE,
            },
            figure=figure.name,
            kinds=list(figure.inputs),
            data=for_papers.data_kinds(figure),
            code=library("draw_for_paper.py", f"boundary/report/figures/{figure.name}.py"),
        script:
            "../workflow/scripts/draw_for_paper.py"


for table in for_papers.OF_TABLES:

    rule:
        name:
            f"paper_table_{table}"
        input:
            files=for_papers.table_inputs(grid, table),
        output:
            tex=f"{for_papers.TABLE_FILES.format(table=table)}.tex",
            csv=f"{for_papers.TABLE_FILES.format(table=table)}.csv",
        log:
            paths.log(f"{for_papers.TABLE_FILES.format(table=table)}.tex"),
        benchmark:
            paths.benchmark(f"{for_papers.TABLE_FILES.format(table=table)}.tex")
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            spec=for_papers.table_spec(grid),
            table=table,
            code=library("tabulate_for_paper.py"),
        script:
            "../workflow/scripts/tabulate_for_paper.py"


rule paper_figures:
    """Target: all figures and the main tables for papers, in results/paper."""
    input:
        for_papers.figures(contents),
        for_papers.tables(contents),
    localrule: True
