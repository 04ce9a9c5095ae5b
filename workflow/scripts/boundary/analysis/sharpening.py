"""Sharpening: how much more many samples solve than a single one, before and after training (arXiv 2610.01509).

A(K) is the sum over k < K of pass@K - pass@k, S(K) = A(K) / ((K - 1)(1 - pass@1)): between 0, if further samples solve
nothing, and 1. The tax is base minus tuned. A problem is always, at times or never right in m samples.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from boundary.analysis.clusters import Clusters, Problems
from boundary.analysis.distributions import hypergeom_pmf
from boundary.analysis.intervals import share_interval
from boundary.analysis.passk import Counts, failing
from boundary.analysis.ratios import difference_of, linearised, share_of

Values = NDArray[np.float64]
STATES = ("always", "at times", "never")  # right in m samples
MOVED = "flow, off the diagonal"


class Gained(NamedTuple):
    """Per problem: area, the mean over k < K of pass@K - pass@k; missed, 1 - pass@1."""

    area: Values
    missed: Values

    @property
    def known(self) -> bool:
        """Whether a single sample leaves anything to solve."""
        return bool(self.missed.mean() > 0)


def gained(passk: Values, largest_k: int) -> Gained:
    """`Gained` from pass@k (problems or runs, k = 1..n), with 2 <= largest_k <= n."""
    return Gained((passk[:, largest_k - 1 : largest_k] - passk[:, : largest_k - 1]).mean(1), 1 - passk[:, 0])


class Side(NamedTuple):
    """One side of a pair. passk: per problem, mean over runs, (problems, n); runs: per run, mean over problems;
    clusters: of the problems, or None."""

    passk: Values
    runs: Values
    clusters: Clusters = None

    def gained(self, largest_k: int) -> tuple[Gained, Gained]:
        """`Gained` of the problems, and of every run."""
        return gained(self.passk, largest_k), gained(self.runs, largest_k)


def sharpening(base: Side, tuned: Side, largest_k: int, level: float) -> list[dict]:
    """Rows of S and A of either side, and of the taxes: measure, k, estimate, low, high. Measures that do not exist for
    a model that is always right are left out."""
    rows, made, scale = [], {}, largest_k - 1
    before, after = (side.gained(largest_k) for side in (base, tuned))
    for name, side, (of_problems, each) in (("base", base, before), ("tuned", tuned, after)):
        with np.errstate(divide="ignore", invalid="ignore"):
            of_runs = each.area / each.missed
        interval = share_interval(Problems(of_problems.area, side.clusters), level, _variance(each.area))
        row = {"estimate": of_problems.area.mean()} | interval
        rows.append({"measure": f"A, {name}", "k": largest_k} | {key: scale * float(row[key]) for key in row})
        if of_problems.known and np.isfinite(of_runs).all():
            made[name] = Problems(linearised(*of_problems), side.clusters), of_runs
            rows.append({"measure": f"S, {name}", "k": largest_k} | share_of(made[name][0], level, of_runs))
    (ours, runs), (theirs, other_runs) = before, after
    tax = difference_of(Problems(ours.area - theirs.area, base.clusters), level, runs.area, other_runs.area)
    rows.append({"measure": "tax in A", "k": largest_k} | {key: scale * end for key, end in tax.items()})
    if len(made) == 2:
        (first, one), (second, other) = made["base"], made["tuned"]
        rows.append(
            {"measure": "tax in S", "k": largest_k}
            | difference_of(first.with_values(first.values - second.values), level, one, other)
        )
    return rows


def _variance(of_runs: Values) -> Values | None:
    return of_runs.var(ddof=1) / len(of_runs) if len(of_runs) > 1 else None


# --- always, at times, never -----------------------------------------------------------------------------------------


def states(runs: list[Counts], m: int) -> Values:
    """The chance of every problem to be right in all, in some and in none of m of its samples, unbiased, mean over
    runs: shape (problems, 3), in the order of STATES."""
    always = np.mean([hypergeom_pmf(m, n, c, m) for n, c in runs], axis=0)
    never = np.mean([failing(n, c, m) for n, c in runs], axis=0)
    return np.stack([always, 1 - always - never, never], 1)


def shares(base: list[Counts], tuned: list[Counts], m: int, level: float, clusters: Clusters = None) -> list[dict]:
    """Rows of the three shares of either side, and of their differences, tuned minus base."""
    rows, sides = [], {"base": base, "tuned": tuned}
    found = {name: states(runs, m) for name, runs in sides.items()}
    each = {name: np.stack([states([run], m).mean(0) for run in runs]) for name, runs in sides.items()}
    for place, state in enumerate(STATES):
        for name, values in found.items():
            own = share_interval(Problems(values[:, place], clusters), level, _variance(each[name][:, place]))
            row = {"estimate": float(values[:, place].mean())} | {end: float(own[end]) for end in ("low", "high")}
            rows.append({"measure": f"{state} right, {name}", "k": m} | row)
        moved = found["tuned"][:, place] - found["base"][:, place]
        of_runs = (of_side[:, place] for of_side in each.values())
        rows.append(
            {"measure": f"{state} right, tuned minus base", "k": m}
            | difference_of(Problems(moved, clusters), level, *of_runs)
        )
    return rows


def flow(base: Counts, tuned: Counts, m: int, level: float, clusters: Clusters = None) -> list[dict]:
    """Rows of the shares of problems that move between the states, and of all that leave their state, with intervals,
    and `equal`: the same for two equal models."""
    moved = states([base], m)[:, :, None] * states([tuned], m)[:, None, :]
    luck = equal_flow(base, tuned, m)
    rows = []
    for before, one in enumerate(STATES):
        for after, other in enumerate(STATES):
            values = moved[:, before, after]
            rows.append(
                _flow_row(f"flow, {one} to {other}", m, Problems(values, clusters), luck[:, before, after], level)
            )
    off = ~np.eye(len(STATES), dtype=bool)
    return [*rows, _flow_row(MOVED, m, Problems(moved[:, off].sum(1), clusters), luck[:, off].sum(1), level)]


def _flow_row(measure: str, m: int, found: Problems, luck: Values, level: float) -> dict:
    values = found.values.clip(0, 1)
    interval = share_interval(found.with_values(values), level)
    ends = {end: float(interval[end]) for end in ("low", "high")}
    return {"measure": measure, "k": m, "estimate": float(values.mean())} | ends | {"equal": float(luck.mean())}


def equal_flow(base: Counts, tuned: Counts, m: int) -> Values:
    """The expected states of m samples of either side if both have one rate: all samples of a problem are dealt to the
    sides at random, so only the dealing moves it. Shape (problems, before, after)."""
    n, c = base[0] + tuned[0], base[1] + tuned[1]
    always, never = hypergeom_pmf(m, n, c, m), failing(n, c, m)
    corners = {
        (0, 0): hypergeom_pmf(2 * m, n, c, 2 * m),
        (2, 2): failing(n, c, 2 * m),
        (0, 2): always * failing(n - m, np.maximum(c - m, 0), m),
    }
    found = np.zeros((len(n), 3, 3))
    for (one, other), values in corners.items():
        found[:, one, other] = found[:, other, one] = values
    for state, total in ((0, always), (2, never)):
        found[:, state, 1] = found[:, 1, state] = total - found[:, state, 0] - found[:, state, 2]
    found[:, 1, 1] = 1 - found.sum((1, 2))
    return found
