"""Likelihoods of responses under the models of every pair."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    return pl.concat(result.named("benchmark", "decoding", "base", "tuned") for result in given["measures"])
