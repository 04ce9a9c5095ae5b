"""Validity of chains of thought: what reviewers say of correct responses to rarely solved problems, and CoT-pass@k."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    return pl.concat(result.named("benchmark", "decoding") for result in given["judged"])
