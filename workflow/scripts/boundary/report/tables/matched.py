"""Temperatures found by search: for each pilot the base, and the tuned model at the chosen temperature."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    return pl.concat(
        result.named("benchmark", "decoding", "model").filter("chosen") for result in given["pilots"]
    ).drop("chosen")
