"""The trend of every group along its axis, and its best member."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    found = pl.concat(result.named("group", "benchmark", "decoding") for result in given["trends"])
    return found.rename({"verdict": "direction_uncorrected"})
