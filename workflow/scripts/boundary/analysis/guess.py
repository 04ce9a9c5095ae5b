"""The guess floor: what guessing reaches. Exact where a task knows the chance of one guess; else of sampled guesses."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.passk import pass_at_k


def guess_rates(problems: pl.DataFrame, sampled: Sequence = ()) -> NDArray[np.float64] | None:
    """The chance of one guess per problem, or None where the benchmark does not know it of every problem.

    sampled: the guesses of the benchmark, if there are some, as one of `store.results`; they win over what a task says.
    """
    if sampled:
        n, c = _counts(problems, sampled)
        return c / n
    rates = problems["guess_rate"]
    return None if rates.null_count() else rates.to_numpy()


def guess_floor(problems: pl.DataFrame, largest_k: int, sampled: Sequence = ()) -> NDArray[np.float64] | None:
    """pass@k of guessing for k = 1..largest_k, or None where the problems' guess rates are not known.

    Of `sampled` guesses the unbiased estimate, NaN from where k exceeds their number.
    """
    if sampled:
        n, c = _counts(problems, sampled)
        curve = pass_at_k(n, c, min(largest_k, int(n.min()))).mean(0)
        return np.pad(curve, (0, largest_k - len(curve)), constant_values=np.nan)
    rates = guess_rates(problems)
    return None if rates is None else guess_curve(rates, largest_k)


def _counts(problems: pl.DataFrame, sampled: Sequence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """n and c of the guesses at each of the problems, which may be some of those that were guessed at."""
    found = problems.select("problem_id").join(sampled[0].frame, on="problem_id", how="inner", maintain_order="left")
    return found["n"].to_numpy(), found["c"].to_numpy()


def guess_curve(rates: NDArray[np.float64], largest_k: int) -> NDArray[np.float64]:
    """pass@k for k = 1..largest_k of independent guesses, averaged over problems: 1 - (1 - rate)**k."""
    k = np.arange(1, largest_k + 1)
    return 1.0 - ((1.0 - rates)[:, None] ** k).mean(0)
