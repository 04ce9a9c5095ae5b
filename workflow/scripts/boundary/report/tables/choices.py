"""Every choice under which a pair was judged."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    every = (result.named("benchmark", "decoding", "base", "tuned") for result in given["choices"])
    return pl.concat(every, how="diagonal_relaxed")
