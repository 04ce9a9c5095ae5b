"""A group along its axis: the trend of tuned minus base, and its best member, judged as one of several."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Clusters, Problems, count_of, joined
from boundary.analysis.decisions import AHEAD, BEHIND, Side, coverage_k, side
from boundary.analysis.intervals import Band, difference_interval, student
from boundary.analysis.pairs import in_groups, run_clusters, run_counts
from boundary.analysis.passk import Counts, failing
from boundary.analysis.select import of_grader
from boundary.contracts import ComparisonSpec

Values = NDArray[np.float64]


def fit(
    base: list[pl.DataFrame], tuned: list[pl.DataFrame], spec: ComparisonSpec, clusters: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """`trend` from counts of all graders, one frame per run of every member's pair. clusters: as in `joined`.

    spec: grader, at, level, large_k, scale, and for pairs of several runs `runs`: their numbers, side by side. Each
    pair was checked alone: the trend is on the problems that all members have.
    """
    ours, theirs = ([joined(of_grader(frame, spec["grader"]), clusters) for frame in side] for side in (base, tuned))
    counts = run_counts(ours, theirs, incomplete=True)
    runs = spec.get("runs", dict.fromkeys(("base", "tuned"), [1] * len(spec["at"])))
    before, after = (in_groups(side, of_side) for side, of_side in zip(counts, runs.values(), strict=True))
    together = run_clusters(ours + theirs, incomplete=True)
    return trend(spec["at"], before, after, spec["level"], spec["large_k"], spec["scale"], together)


def trend(
    at: list,
    base: list[list[Counts]],
    tuned: list[list[Counts]],
    level: float,
    large_k: int | str,
    scale: str = "log",
    clusters: Clusters = None,
) -> pl.DataFrame:
    """Rows of what = "trend" and "best" at k = 1 and the large k: k, member, estimate, low, high, p, verdict.

    at: places of the members on the axis. base, tuned: counts of the runs of every member's pair on the same problems.
    If every member has equally many runs, runs at the same position are one training, such as a seed at several steps.
    trend: the least-squares slope of the difference, per doubling if every place is above zero, else per unit of the
    axis; there is none on an ordinal scale, whose places are names, or with fewer than two places. best: the member
    with the largest difference; its interval is simultaneous over all members (max |t|), because it was selected by its
    result.
    """
    n = min(int(samples.min()) for runs in base + tuned for samples, _ in runs)
    rows = []
    for k in dict.fromkeys((1, coverage_k(large_k, n))):
        failed = [[np.stack([failing(*run, k) for run in runs]) for runs in side] for side in (base, tuned)]
        values = np.stack([b.mean(0) - t.mean(0) for b, t in zip(*failed, strict=True)], 1)
        means = [[runs.mean(1) for runs in side] for side in failed]  # of every run, over problems
        slope = None if scale == "ordinal" else _slope(at, values, means, level, clusters)
        best = _best(at, values, means, level, clusters)
        for row in [slope, best] if slope else [best]:
            lies = side(row["low"], row["high"], count_of(clusters))
            direction = DIRECTIONS[row["what"]].get(lies, lies)
            rows.append({"k": k, "n": n, "problems": len(values)} | row | {"verdict": direction})
    return pl.DataFrame(rows, infer_schema_length=None)


DIRECTIONS: dict[str, dict[Side, str]] = {
    "trend": {AHEAD: "rises", BEHIND: "falls"},
    "best": {AHEAD: "ahead of its base", BEHIND: "behind its base"},
}


def _slope(at: list, values: Values, means: list[list[Values]], level: float, clusters: Clusters) -> dict | None:
    if any(isinstance(place, str) for place in at) or len(set(at)) < 2:
        return None
    weights, unit, reach = slope_weights(at)
    slopes = values @ weights
    found = student(Problems(slopes, clusters), (-reach, reach))
    for of_side in means:
        if len({len(runs) for runs in of_side}) == 1:  # run by run
            found = found.over_runs(weights @ np.stack(of_side))
        else:
            for weight, runs in zip(weights, of_side, strict=True):
                found = found.over_runs(weight * runs)
    interval = difference_interval(found, level, reach=np.inf)
    return {"what": "trend", "member": f"per {unit}", "estimate": float(slopes.mean())} | _floats(interval)


def slope_weights(at: list) -> tuple[NDArray[np.float64], str, float]:
    """Weights of values at these places for their least-squares slope, the unit of the slope, and the slope of a
    problem that is gained evenly along the axis."""
    places = np.array(at, dtype=float)
    doubling = (places > 0).all()
    x = np.log2(places) if doubling else places
    centred = x - x.mean()
    return centred / (centred**2).sum(), "doubling" if doubling else "unit of the axis", 1 / (x.max() - x.min())


def _best(at: list, values: Values, means: list[list[Values]], level: float, clusters: Clusters) -> dict:
    best = int(values.mean(0).argmax())
    found = student(Problems(values[:, best], clusters), (-1.0, 1.0))
    for of_side in means:
        found = found.over_runs(of_side[best])
    band = Band(Problems(values, clusters), (-1.0, 1.0), float(found.df), every=True)
    half, mean = band.width(level) * float(found.error), float(found.mean)
    interval = {"low": max(-1.0, mean - half), "high": min(1.0, mean + half)}
    p = band.p(abs(mean) / float(found.error))
    return {"what": "best", "member": str(at[best]), "estimate": float(values[:, best].mean())} | interval | {"p": p}


def _floats(found: dict) -> dict[str, float]:
    return {key: float(value) for key, value in found.items()}
