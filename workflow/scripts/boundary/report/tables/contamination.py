"""Every question with each model's continuation of its beginning, and the most similar training prompt."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    return pl.concat(result.named("benchmark") for result in given["found"])
