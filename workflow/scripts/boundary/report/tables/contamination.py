"""Every question with what each model made of its beginning, and the training prompt that is most like it."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    return pl.concat(result.named("benchmark") for result in given["found"])
