"""Numbers of samples on which graders disagree."""

import polars as pl

from boundary.analysis.disagreement import summary
from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    rows = []
    for result in given["graders"]:
        names = {key: result.names[key] for key in ("benchmark", "decoding", "model")}
        found = summary(result.frame).drop("examples_first", "examples_second")
        rows.append(found.select(*(pl.lit(value).alias(key) for key, value in names.items()), pl.all()))
    return pl.concat(rows)
