"""The guess floor: what blind guessing reaches, exact, where a benchmark knows the chance of one guess."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from boundary.passk import BINS


def guess_rates(problems: pl.DataFrame) -> NDArray[np.float64] | None:
    """The chance of one guess per problem, or None where the benchmark does not know it of every problem."""
    rates = problems["guess_rate"]
    return None if rates.null_count() else rates.to_numpy()


def guess_floor(problems: pl.DataFrame, largest_k: int) -> NDArray[np.float64] | None:
    """`guess_curve` of a benchmark's problems, or None where their guess rates are not known."""
    rates = guess_rates(problems)
    return None if rates is None else guess_curve(rates, largest_k)


def guess_curve(rates: NDArray[np.float64], largest_k: int) -> NDArray[np.float64]:
    """pass@k for k = 1..largest_k of independent guesses, averaged over problems: 1 - (1 - rate)**k."""
    k = np.arange(1, largest_k + 1)
    return 1.0 - ((1.0 - rates)[:, None] ** k).mean(0)


def guess_histogram(rates: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Expected number of problems in each accuracy bin when every problem gets n guesses."""
    upper = np.floor(np.arange(BINS) * n / (BINS - 1))  # the largest count in each bin
    return np.diff(stats.binom.cdf(upper, n, rates[:, None]), axis=1, prepend=0.0).sum(0)
