"""Problems that the tuned model solves, by how often the base solved them, for every pair."""

import polars as pl

from boundary.analysis.answers import solved_by_base
from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `overlaps` of every pair. spec: `level`."""
    rows = []
    for result in given["overlaps"]:
        names = {key: result.names[key] for key in ("benchmark", "decoding", "base", "tuned")}
        rows += [names | row for row in solved_by_base(result.frame, spec["level"]).to_dicts()]
    return pl.DataFrame(rows, infer_schema_length=None)
