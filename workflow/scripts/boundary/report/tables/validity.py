"""Validity of chains of thought: labels of correct responses to rarely solved problems, and CoT-pass@k."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    judged = [result.named("benchmark", "decoding") for result in given["judged"]]
    return pl.concat(judged, how="diagonal")  # columns of judges are there where there is one
