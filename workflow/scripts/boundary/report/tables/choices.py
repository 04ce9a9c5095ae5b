"""Every choice under which a pair was judged."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    every = (result.named("benchmark", "decoding", "base", "tuned") for result in given["choices"])
    return pl.concat(every, how="diagonal_relaxed")
