"""For every pair: sharpening and its tax, shares of problems always, at times and never right, the parts of the gain
at k = 1."""

import polars as pl

from boundary.analysis.comparison import SUMMARIES
from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    every = pl.concat(result.named("benchmark", "decoding", "base", "tuned") for result in given["measures"])
    return every.filter(~pl.col("measure").is_in(SUMMARIES))
