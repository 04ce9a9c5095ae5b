"""Outputs of `paper_figures`: every figure of the report at the width of a column, and its main tables for LaTeX.

Light: runs at parse time.
"""

from boundary import paths
from boundary.grid import Grid
from boundary.names import Curve, Run
from boundary.report.contents import Contents
from boundary.report.shown import Figure
from boundary.results import Result, of_run

FIGURE_FILES = "results/paper/{path}"
TABLE_FILES = "results/paper/tables/{table}"
WIDE = (
    "transitions",
    "flow",
)  # figures that need more than a column, though they are no wider than others in the report
OF_TABLES = {
    "claims": paths.CLAIMS_TABLE,
    "pairs": Result(f"{paths.TABLE}pairs.parquet", Run),
    "groups": Result(f"{paths.TABLE}groups.parquet", Run),
    "passk": Result(paths.PASSK, Curve, where=lambda grid, curve: curve.benchmark not in grid.probes),
}


def figure_path(figure: Figure) -> str:
    """The pattern of a figure's files for papers, without suffix."""
    return FIGURE_FILES.format(path=figure.path.removeprefix("results/"))


def data_kinds(figure: Figure) -> list[str]:
    """The kinds of a figure's inputs that count as its data: those of a model, a pair or labels, not of a benchmark."""
    return [kind for kind, result in figure.inputs.items() if "decoding" in result.one_per._fields]


def figures(contents: Contents) -> list[str]:
    """Every figure of the run, for papers."""
    drawn = (path for path in contents.figures() if path.endswith(".svg"))
    return [FIGURE_FILES.format(path=path.removeprefix("results/").removesuffix("svg") + "pdf") for path in drawn]


def tables(contents: Contents) -> list[str]:
    """The main tables that the run has."""
    made = {path.removeprefix(paths.TABLE).removesuffix(".csv") for path in contents.tables()}
    return [f"{TABLE_FILES.format(table=table)}.tex" for table in OF_TABLES if table in made]


def table_inputs(grid: Grid, table: str) -> list[str]:
    """The input files of a table for papers."""
    return of_run(grid).files(OF_TABLES[table])


def labels(grid: Grid) -> dict[str, str]:
    """Labels of models."""
    return {name: model["label"] for name, model in grid.models.items()}


def table_spec(grid: Grid) -> dict:
    """The spec of a table for papers: labels of models, and k."""
    return {"labels": labels(grid), "level": grid.config["analysis"]["level"], "k": grid.config["paper"].get("k")}
