"""Temperatures that were found: of each pilot the base, and the tuned model at what was chosen."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    return pl.concat(
        result.named("benchmark", "decoding", "model").filter("chosen") for result in given["pilots"]
    ).drop("chosen")
