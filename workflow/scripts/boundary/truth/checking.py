"""Decisions against the truth: the true value of every claim, computed from exact success rates of the same
problems."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.asked import ASKED
from boundary.analysis.claims import finite
from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED, Decision
from boundary.analysis.kinds import (
    BETTER,
    BOUNDARY,
    EVERY,
    GAINED,
    OVERTAKES,
    RATE_GAINED,
    RATES,
    WIDENED,
    Claim,
    direction,
)
from boundary.schema import Schema
from boundary.truth.rates import pass_at

AGREES, CONTRADICTS, TOO_WIDE = "agrees with the truth", "contradicts the truth", "truth undecided by its bounds"
NOTHING = "nothing claimed"
LEVEL = "level"  # the truth of equal models: to be better is as wrong as to be worse
INSIDE, OUTSIDE = "inside the interval", "outside the interval"
FACTS = ("benchmark", "decoding", "base", "tuned", "kind", "claim", "direction", "unit", "n", "k")
FOUND = ("verdict", "holm", "estimate", "low", "high")
OWN = ("own_low", "own_high")  # the interval for these very problems: it is this one that the truth should lie in
SCHEMA: Schema = dict.fromkeys(FACTS[:8], pl.String)
SCHEMA |= {"n": pl.Int64, "k": pl.Int64}
SCHEMA |= dict.fromkeys(FOUND[:2], pl.String) | dict.fromkeys((*FOUND[2:], *OWN, "true_low", "true_high"), pl.Float64)
SCHEMA |= dict.fromkeys(("true_verdict", "verdict_is", "truth_is", "own_truth_is", "beyond_n"), pl.String)

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]  # low and high of the success rate of every problem
Side = list[Bounds]  # of every run


def check(claims: Iterable[Claim], sides: dict[tuple, tuple[Side, Side]], rate: float) -> list[dict]:
    """A row for every claim whose true value can be computed: FACTS, FOUND, OWN, true_low, true_high, true_verdict, and
    how the decision and the intervals compare with it.

    claims: of the run. sides: the rates of base and tuned model, by (benchmark, decoding, base, tuned).
    """
    rows = []
    for claim in claims:
        key = claim["benchmark"], claim["decoding"], claim["base"], claim["tuned"]
        if claim["benchmark"] == EVERY or key not in sides or claim["kind"] in ASKED:  # about more than two curves
            continue
        low, high, decision = truth_of(claim, *sides[key], rate)
        row = {name: claim.get(name) for name in (*FACTS, *FOUND, *OWN)}
        row |= {"true_low": low, "true_high": high, "true_verdict": decision} | finite(claim)
        judged = _of_rates(claim)
        lies = _lies((judged["low"], judged["high"]), low, high)
        row |= {"verdict_is": _judged(judged["verdict"], decision), "truth_is": lies}
        rows.append(row | {"own_truth_is": _lies((claim.get("own_low"), claim.get("own_high")), low, high)})
    return rows


def _of_rates(claim: Claim) -> Claim:
    """What a claim says of success rates. That nothing is left of which the other has none right says nothing of them,
    and how many of these are not excluded is no bound of how many the other solves at a low rate."""
    if claim["kind"] not in BOUNDARY:
        return claim
    decision: Decision = UNDECIDED if claim["verdict"] == REFUTED else claim["verdict"]
    return {**claim, "high": np.inf, "verdict": decision}


def truth_of(claim: Claim, base: Side, tuned: Side, rate: float) -> tuple[float, float, str]:
    """Bounds of the true value of a claim, and the decision that follows from them."""
    kind = claim["kind"]
    if kind in BOUNDARY + RATES:
        one, other = (tuned[0], base[0]) if kind in (GAINED, RATE_GAINED) else (base[0], tuned[0])
        return _sets(one, other, rate, claim["other_below"] if kind in BOUNDARY else rate)
    if kind == OVERTAKES:
        lows, highs = difference(base, tuned, np.arange(1, max(1, claim["n"] // 2) + 1))
        decision = SUPPORTED if (highs < 0).any() else REFUTED if (lows >= 0).all() else UNDECIDED
        return _first(lows <= 0), _first(highs <= 0), decision
    low, high = (float(end[0]) for end in difference(base, tuned, np.array([claim["k"]])))
    ahead = kind == BETTER or direction(claim["estimate"]) == WIDENED
    if low == high == 0:
        return low, high, LEVEL
    if low <= 0 <= high:
        return low, high, UNDECIDED
    return low, high, SUPPORTED if ahead == (low > 0) else REFUTED


def difference(base: Side, tuned: Side, k: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds of tuned minus base pass@k, mean over runs and problems: low, high, shape (len(k),)."""
    (base_low, base_high), (tuned_low, tuned_high) = _curves(base, k), _curves(tuned, k)
    return tuned_low - base_high, tuned_high - base_low


def _curves(side: Side, k: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """pass@k at either bound, mean over runs and problems."""
    return [np.mean([pass_at(run[end], k).mean(0) for run in side], axis=0) for end in (0, 1)]


def _sets(one: Bounds, other: Bounds, rate: float, below: float) -> tuple[float, float, str]:
    """How many problems the one model solves at `rate` or more and the other at less than `below`."""
    surely, perhaps = (one[0] >= rate) & (other[1] < below), (one[1] >= rate) & (other[0] < below)
    verdict = SUPPORTED if surely.any() else UNDECIDED if perhaps.any() else REFUTED
    return float(surely.sum()), float(perhaps.sum()), verdict


def _first(holds: NDArray[np.bool_]) -> float:
    return float(holds.argmax() + 1) if holds.any() else np.inf


def _judged(decision: str, truth: str) -> str:
    if decision == UNDECIDED:
        return NOTHING
    return TOO_WIDE if truth == UNDECIDED else AGREES if decision == truth else CONTRADICTS


def _lies(ends: tuple[float | None, float | None], low: float, high: float) -> str | None:
    """Where the truth lies; None where there is no such interval."""
    first, last = ends
    if first is None or last is None:
        return None
    if first <= low and high <= last:
        return INSIDE
    return OUTSIDE if high < first or low > last else TOO_WIDE
