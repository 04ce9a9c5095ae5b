"""Likelihoods of responses under the models of every pair."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    return pl.concat(result.named("benchmark", "decoding", "base", "tuned") for result in given["measures"])
