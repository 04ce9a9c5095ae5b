"""The guess floor: what blind guessing reaches, exact, where a benchmark knows the chance of one guess."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


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
