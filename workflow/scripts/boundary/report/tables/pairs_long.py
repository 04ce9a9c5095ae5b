"""Every quantity of every pair, one a row."""

import polars as pl

from boundary.analysis.select import in_clusters
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.report.tables.long import SCHEMA, of_comparison, of_problems
from boundary.report.tables.pairs import NAMES


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """spec: `level`."""
    rows = []
    kinds = (given[kind] for kind in ("overlaps", "sets", "differences", "crossings", "measures"))
    for overlap, sets, *compared in zip(*kinds, strict=True):
        names = {key: overlap.names[key] for key in NAMES}
        rows += [names | row for row in of_problems(in_clusters(overlap, given, spec), sets.frame, spec["level"])]
        rows += [names | row for row in of_comparison(*(result.frame for result in compared))]
    return pl.DataFrame(rows, schema={**dict.fromkeys(NAMES, pl.String), **SCHEMA})
