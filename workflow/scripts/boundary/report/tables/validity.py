"""Validity of chains of thought: what reviewers say of correct responses to rarely solved problems, and CoT-pass@k."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    judged = [result.named("benchmark", "decoding") for result in given["judged"]]
    return pl.concat(judged, how="diagonal")  # columns of judges are there where there is one
