"""Success rates, exact up to the mass that was not followed: bounds for every problem, and for pass@k."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def rates(responses: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """problem_id, low, high, missed, followed, responses: the chance of a right response lies between low and high.

    responses: of `job.run`. verdicts: of one grader, on each of them.
    """
    judged = responses.join(
        verdicts.select("problem_id", "sample_index", "correct"), on=["problem_id", "sample_index"], how="left"
    )
    found = judged.group_by("problem_id", maintain_order=True).agg(
        low=pl.col("probability").filter("correct").sum(),
        missed=pl.col("missed").first(),
        followed=pl.col("followed").first(),
        responses=(pl.col("probability") > 0).sum(),
    )
    return found.select(
        "problem_id",
        low=pl.col("low").clip(upper_bound=1.0),
        high=(pl.col("low") + pl.col("missed")).clip(upper_bound=1.0),
        missed="missed",
        followed="followed",
        responses="responses",
    )


def pass_at(rates: NDArray[np.float64], k: NDArray[np.int64]) -> NDArray[np.float64]:
    """pass@k of problems with these success rates, 1 - (1 - rate)**k: shape (problems, len(k))."""
    with np.errstate(divide="ignore"):
        return -np.expm1(np.log1p(-rates)[:, None] * k)
