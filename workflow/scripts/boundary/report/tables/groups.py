"""Every member of every group along the group's axis, a row each."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.report.tables.pairs import of_comparison

TESTS = ("overtaken_k", "overtaken_p", "never_p", "n", "problems")


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """spec: `groups`, the subject of each row, in the order of the files."""
    kinds = (given[kind] for kind in ("differences", "crossings", "measures"))
    rows = [_row(member, *(r.frame for r in results)) for member, *results in zip(spec["groups"], *kinds, strict=True)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _row(member: dict[str, str], difference: pl.DataFrame, crossing: pl.DataFrame, measures: pl.DataFrame) -> dict:
    passk = {f"{side}_passk_{at}": difference[side][i] for at, i in (("1", 0), ("n", -1)) for side in ("base", "tuned")}
    compared = of_comparison(difference, crossing, measures)
    return dict(member) | passk | compared | crossing.select(TESTS).row(0, named=True)
