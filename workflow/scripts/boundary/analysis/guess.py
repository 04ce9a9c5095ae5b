"""The guessing baseline: pass@k of guessing, exact if a task knows the chance of one guess, else from sampled
guesses."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.distributions import binom_sf, hypergeom_sf
from boundary.analysis.passk import pass_at_k


def guess_rates(problems: pl.DataFrame, sampled: Sequence = ()) -> NDArray[np.float64] | None:
    """The chance of one guess per problem, or None if it is unknown for a problem of the benchmark.

    sampled: the guesses of the benchmark, if any, as one of `store.results`; they take precedence over a task's own
    rates.
    """
    if sampled:
        n, c = _counts(problems, sampled)
        return c / n
    rates = problems["guess_rate"]
    return None if rates.null_count() else rates.to_numpy()


def guess_floor(problems: pl.DataFrame, largest_k: int, sampled: Sequence = ()) -> NDArray[np.float64] | None:
    """pass@k of guessing for k = 1..largest_k, or None if the problems' guess rates are unknown.

    With `sampled` guesses it is the unbiased estimate, NaN for k above their number.
    """
    if sampled:
        n, c = _counts(problems, sampled)
        curve = pass_at_k(n, c, min(largest_k, int(n.min()))).mean(0)
        return np.pad(curve, (0, largest_k - len(curve)), constant_values=np.nan)
    rates = guess_rates(problems)
    return None if rates is None else guess_curve(rates, largest_k)


MOST_GUESSED = 0.5  # what guessing may reach where coverage is claimed on multiple choice


def largest_claimed(rates: NDArray[np.float64], n: int) -> int:
    """The largest k up to n at which guessing reaches at most MOST_GUESSED; at least 1. rates: of one guess."""
    return max(1, int((guess_curve(rates, n) <= MOST_GUESSED).sum()))


class Floor(NamedTuple):
    """The guessing baseline of a benchmark. curve: `guess_floor`; problems, sampled: its arguments."""

    curve: NDArray[np.float64]
    problems: pl.DataFrame
    sampled: Sequence = ()

    def at_k(self, k: int) -> float | None:
        """pass@k of guessing; None if it is unknown."""
        return float(self.curve[k - 1]) if k <= len(self.curve) and np.isfinite(self.curve[k - 1]) else None

    def at(self, problem_ids: pl.Series) -> pl.DataFrame | None:
        return guesses_at(problem_ids, self.problems, self.sampled)


def _counts(problems: pl.DataFrame, sampled: Sequence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """n and c of the guesses at each of the problems, which may be some of those that were guessed at."""
    found = problems.select("problem_id").join(sampled[0].frame, on="problem_id", how="inner", maintain_order="left")
    return found["n"].to_numpy(), found["c"].to_numpy()


def guess_curve(rates: NDArray[np.float64], largest_k: int) -> NDArray[np.float64]:
    """pass@k for k = 1..largest_k of independent guesses, averaged over problems: 1 - (1 - rate)**k."""
    k = np.arange(1, largest_k + 1)
    return 1.0 - ((1.0 - rates)[:, None] ** k).mean(0)


def guesses_at(problem_ids: pl.Series, problems: pl.DataFrame, sampled: Sequence = ()) -> pl.DataFrame | None:
    """problem_id, guess_rate, guess_n, guess_c of these problems in their order; None if nothing is known of any.

    problems, sampled: as in `guess_rates`. guess_n, guess_c: null if the chance of a guess is exact. All are null for a
    problem without guesses.
    """
    if sampled:
        known = sampled[0].frame.select("problem_id", guess_rate=pl.col("c") / pl.col("n"), guess_n="n", guess_c="c")
    else:
        unknown = pl.lit(None, pl.Int64)
        known = problems.select("problem_id", "guess_rate", guess_n=unknown, guess_c=unknown)
    found = problem_ids.to_frame("problem_id").join(known, on="problem_id", how="left", maintain_order="left")
    return None if found["guess_rate"].null_count() == len(found) else found


def guess_p(n: NDArray[np.int64], c: NDArray[np.int64], guesses: pl.DataFrame) -> NDArray[np.float64]:
    """p per problem that a model is right no more often than guesses: exact binomial, or Fisher's exact test.

    n, c: of the model. guesses: `guesses_at`, in the same order. p is 1 for a problem without known guesses.
    """
    rate = guesses["guess_rate"].fill_null(1.0).to_numpy()
    exact = binom_sf(c - 1, n, rate)
    if guesses["guess_n"].null_count() == len(guesses):
        return exact
    guess_n, guess_c = (guesses[name].fill_null(0).to_numpy() for name in ("guess_n", "guess_c"))
    return np.where(guess_n > 0, hypergeom_sf(c - 1, n + guess_n, c + guess_c, n), exact)
