"""The entropy of every model's generation, by position."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    return pl.concat(result.named("benchmark", "decoding", "model") for result in given["entropies"])
