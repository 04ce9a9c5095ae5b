"""Exact success rates, problem by problem."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    return pl.concat(result.named("model", "benchmark", "decoding") for result in given["rates"])
