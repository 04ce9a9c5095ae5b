"""Every quantity of every member of every group, one a row."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.report.tables.long import SCHEMA, of_comparison, of_curves


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """spec: `groups`, the subject of each row of the table of groups, in the order of the files."""
    rows = []
    kinds = (given[kind] for kind in ("differences", "crossings", "measures"))
    for member, *compared in zip(spec["groups"], *kinds, strict=True):
        difference, crossing, _ = frames = [result.frame for result in compared]
        rows += [member | row for row in of_curves(difference, crossing["problems"][0])]
        rows += [member | row for row in of_comparison(*frames)]
    names = dict.fromkeys(("group", "axis", "at", "benchmark", "decoding", "base", "tuned"), pl.String)
    return pl.DataFrame(rows, schema={**names, **SCHEMA})
