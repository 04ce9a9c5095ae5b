"""Coverage: what a base and a tuned model can solve, and where one curve overtakes the other. From counts."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.errors import InputError
from boundary.intervals import bootstrap_means, percentile_interval
from boundary.passk import pass_at_k

CATEGORIES = ("both", "base only", "tuned only", "neither")


def overlap(base: pl.DataFrame, tuned: pl.DataFrame) -> pl.DataFrame:
    """Per problem: n, c of both models and its category. `solved` means at least one correct sample in n.

    base, tuned: counts of one grader. InputError where problems are missing on one side or the budgets n differ.
    """
    for one, other, side in ((base, tuned, "tuned"), (tuned, base, "base")):
        missing = set(one["problem_id"]) - set(other["problem_id"])
        if missing:
            raise InputError(
                f"problem {min(missing)!r} has no samples of the {side} model ({len(missing)} such problems)"
            )
    both = base.select("problem_id", n_base="n", c_base="c").join(
        tuned.select("problem_id", n_tuned="n", c_tuned="c"), on="problem_id", how="left", maintain_order="left"
    )
    unequal = both.filter(pl.col("n_base") != pl.col("n_tuned"))
    if len(unequal):
        row = unequal.row(0, named=True)
        raise InputError(
            f"unequal budgets: problem {row['problem_id']!r} has {row['n_base']} samples of the base and "
            f"{row['n_tuned']} of the tuned model; who has more samples solves more"
        )
    solved_base, solved_tuned = pl.col("c_base") > 0, pl.col("c_tuned") > 0
    return both.with_columns(
        category=pl.when(solved_base & solved_tuned)
        .then(pl.lit("both"))
        .when(solved_base)
        .then(pl.lit("base only"))
        .when(solved_tuned)
        .then(pl.lit("tuned only"))
        .otherwise(pl.lit("neither"))
    )


def compare(problems: pl.DataFrame, replicates: int, level: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Difference of pass@k with a paired bootstrap interval for every k, and the crossing k.

    problems: an `overlap` frame. Returns (k, base, tuned, difference, low, high) and one row of `crossing`.
    """
    base = pass_at_k(problems["n_base"].to_numpy(), problems["c_base"].to_numpy())
    tuned = pass_at_k(problems["n_tuned"].to_numpy(), problems["c_tuned"].to_numpy())
    draws = bootstrap_means(tuned - base, replicates)
    low, high = percentile_interval(draws, level)
    difference = (tuned - base).mean(0)
    curves = pl.DataFrame(
        {
            "k": np.arange(1, base.shape[1] + 1),
            "base": base.mean(0),
            "tuned": tuned.mean(0),
            "difference": difference,
            "low": low,
            "high": high,
        }
    )
    crossings = crossing(draws)
    crossing_low, crossing_high = percentile_interval(crossings, level)
    summary = pl.DataFrame(
        {
            "crossing_k": crossing(difference[None])[0],
            "low": crossing_low,
            "high": crossing_high,
            "no_crossing": np.isinf(crossings).mean(),
            "n": base.shape[1],
            "problems": len(problems),
        }
    )
    return curves, summary


def crossing(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """The k from which the base is level with or above the tuned model, for every row of tuned-minus-base differences.

    differences: shape (rows, k = 1..n). The first k with a difference <= 0, interpolated linearly in log k from the k
    before it; 1 where the base is not behind at k = 1; infinite where it stays behind up to n.
    """
    rows = np.arange(len(differences))
    caught_up = differences <= 0
    first = caught_up.argmax(1)
    before = np.maximum(first - 1, 0)
    above, below = differences[rows, before], differences[rows, first]
    share = np.where(first > 0, above / np.where(above > below, above - below, 1.0), 0.0)
    k = np.exp(np.log(before + 1) + share * (np.log(first + 1) - np.log(before + 1)))
    return np.where(caught_up.any(1), k, np.inf)
