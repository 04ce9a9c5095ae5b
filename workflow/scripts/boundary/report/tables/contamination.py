"""Every question with what each model made of its beginning, and the training prompt that is most like it."""

import polars as pl


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    return pl.concat(result.named("benchmark") for result in given["found"])
