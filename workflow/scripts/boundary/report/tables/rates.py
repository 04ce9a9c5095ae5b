"""Exact success rates, problem by problem."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    return pl.concat(result.named("model", "benchmark", "decoding") for result in given["rates"])
