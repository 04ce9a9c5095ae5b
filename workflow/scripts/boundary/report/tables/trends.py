"""The trend of every group along its axis, and its best member."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    found = pl.concat(result.named("group", "benchmark", "decoding") for result in given["trends"])
    return found.rename({"verdict": "direction_uncorrected"})
