"""Claims about sets of problems: problems that one model solves at a rate that the other does not reach, or never
solved.

Two claims in either direction. *Boundary*: problems that one model solves at `rate` or more, while the other has no
right sample. *Rate*: problems that one model solves at `rate` or more and the other at less, even if it has right
samples. Both use exact binomial tests of each model. The larger p of a problem counts (an intersection-union test:
Berger 1982, doi 10.2307/1267823), with Holm's correction over the problems, which holds for any dependence between
them.
"""

import math
from typing import NamedTuple, TypedDict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED, Decision
from boundary.analysis.guess import guess_p
from boundary.analysis.kinds import Guessed, OfSets
from boundary.analysis.multiplicity import holm
from boundary.analysis.passk import Counts
from boundary.analysis.solvable import misses_p, reaches_p

STRICTER = (10, 50)  # per cent: at which the problems that are shown are counted again
TEST = "exact binomial, Holm over problems"


class Judged(NamedTuple):
    """Settings of the tests. rate: success rate. alpha: of every claim. looks: how often a problem is tested (2 if
    undecided ones were topped up); each test has its share of alpha."""

    rate: float
    alpha: float
    looks: int = 1

    def adjusted(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """p of every problem, corrected for all problems and looks."""
        return (self.looks * holm(p)).clip(max=1)


def boundary_claim(one: Counts, other: Counts, judged: Judged, guesses: pl.DataFrame | None = None) -> OfSets:
    """Whether `one` solves problems at the rate or more, while `other` has no right sample.

    estimate: problems of which `one` has that share of its samples right; low: confirmed ones (the claim is supported
    from 1 on); high: ones not excluded. other_below: upper bound of the rate of `other` on all of these problems at
    once; other_below_each: on any single one. guesses: `guess.guesses_at`.
    """
    (n, c), (others, correct) = one, other
    never = correct == 0
    shown = judged.adjusted(_never_p(one, other, judged.rate))
    missed = judged.adjusted(misses_p(n[never], c[never], judged.rate))
    once = (c > 0) & never
    least = int((others[never] if never.any() else others).min())
    bounds = judged.alpha / (judged.looks * len(n)), judged.alpha
    size = Size(
        estimate=float(((c >= judged.rate * n) & never).sum()),
        low=float((shown <= judged.alpha).sum()),
        high=float((missed > judged.alpha).sum()),
    )
    at_10, at_50 = (
        judged.adjusted(np.maximum(_never_p(one, other, judged.rate), reaches_p(n, c, percent / 100)))
        for percent in STRICTER
    )
    return {
        "looks": judged.looks,
        "estimate": size.estimate,
        "low": size.low,
        "high": size.high,
        "other_below": 1 - bounds[0] ** (1 / least),
        "other_below_each": 1 - bounds[1] ** (1 / least),
        "solved_alone": int(once.sum()),
        "solved_alone_once": int((once & (c == 1)).sum()),
        "low_at_10": int((at_10 <= judged.alpha).sum()),
        "low_at_50": int((at_50 <= judged.alpha).sum()),
        **_decided(one, other, judged, size, shown, missed),
        **_luck(one, other, judged, once, guesses),
    }


def rate_claim(one: Counts, other: Counts, judged: Judged) -> OfSets:
    """Whether `one` solves problems at the rate or more that `other` solves at less.

    estimate, low, high: as in `boundary_claim`. also_solved: problems of the estimate that `other` solved sometimes.
    """
    (n, c), (others, correct) = one, other
    reaches, misses = reaches_p(n, c, judged.rate), misses_p(others, correct, judged.rate)
    shown = judged.adjusted(np.maximum(reaches, misses))
    not_one, as_other = misses_p(n, c, judged.rate), reaches_p(others, correct, judged.rate)
    missed = judged.adjusted(np.minimum(1, 2 * np.minimum(not_one, as_other)))
    counted = (c >= judged.rate * n) & (correct < judged.rate * others)
    size = Size(float(counted.sum()), float((shown <= judged.alpha).sum()), float((missed > judged.alpha).sum()))
    return {
        "looks": judged.looks,
        "estimate": size.estimate,
        "low": size.low,
        "high": size.high,
        "also_solved": int((counted & (correct > 0)).sum()),
        **_decided(one, other, judged, size, shown, missed),
    }


class Size(NamedTuple):
    """Numbers of problems of a claim: observed, confirmed, and not excluded."""

    estimate: float
    low: float
    high: float


class _Judgement(TypedDict):
    k: int
    k_is: str
    samples: str
    rate: float
    p: float
    least_p: float
    test: str
    verdict: Decision


def _never_p(one: Counts, other: Counts, rate: float) -> NDArray[np.float64]:
    """p per problem that `one` does not reach the rate, or that `other` does and has none right by chance."""
    return np.maximum(reaches_p(*one, rate), np.where(other[1] == 0, misses_p(*other, rate), 1.0))


def _decided(one: Counts, other: Counts, judged: Judged, size: Size, shown: NDArray, missed: NDArray) -> _Judgement:
    """The decision, its p, and the least p that a support could have. Nothing is refuted that was seen once."""
    (n, c), (others, correct) = one, other
    seen = ((c > 0) & (correct == 0)).any()
    against = 1.0 if seen else float(missed.max(initial=0.0))
    best = np.maximum(judged.rate**n, (1 - judged.rate) ** others).min()
    return {
        "k": int(n.min()),
        "k_is": "samples of each problem",
        "samples": f"{n.min()}" if n.min() == n.max() else f"{n.min()} to {n.max()}",
        "rate": judged.rate,
        "p": float(min(shown.min(), against)),
        "least_p": min(1.0, float(judged.looks * len(n) * best)),
        "test": TEST,
        "verdict": SUPPORTED if size.low >= 1 else REFUTED if size.high == 0 and not seen else UNDECIDED,
    }


def _luck(one: Counts, other: Counts, judged: Judged, once: NDArray[np.bool_], guesses: pl.DataFrame | None) -> Guessed:
    """Of the problems that `one` alone solved: how many as many guesses would solve, and how many it solves more often
    than guesses do, each by itself; whether no problem is shown where it has to be above guessing, too. Nothing where
    guesses are not known."""
    if guesses is None:
        return {}
    p, above = _never_p(one, other, judged.rate), guess_p(*one, guesses)
    shown, beyond = ((judged.adjusted(q) <= judged.alpha).sum() for q in (p, np.maximum(p, above)))
    rates = guesses["guess_rate"].fill_null(0.0).to_numpy()
    return {
        "guesses_would_solve": float((1 - (1 - rates[once]) ** one[0][once]).sum()),
        "above_guessing": int((once & (above <= judged.alpha)).sum()),
        "may_be_luck": bool(shown and not beyond),
    }


def shown_problems(one: Counts, other: Counts, judged: Judged) -> NDArray[np.bool_]:
    """The problems that the low end of `boundary_claim` counts."""
    return judged.adjusted(_never_p(one, other, judged.rate)) <= judged.alpha


def samples_to_decide(problems: int, claims: int, judged: Judged) -> int:
    """The fewest samples of a problem with which a claim about a set of `problems` could be supported among `claims`.

    Its smallest p is that of one problem that one model always and the other never solves. Times problems, looks and
    claims, it must be at most alpha.
    """
    least = judged.alpha / (judged.looks * problems * claims)
    return math.ceil(math.log(least) / math.log(max(judged.rate, 1 - judged.rate)))


def rate_to_decide(n: int, problems: int, claims: int, judged: Judged) -> float:
    """The lowest rate at which a claim about a set could be supported with n samples of each problem among `claims`."""
    return 1 - (judged.alpha / (judged.looks * problems * claims)) ** (1 / n)
