"""The extrapolations of every model."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    return pl.concat(result.named("benchmark", "decoding", "model") for result in given["fits"])
