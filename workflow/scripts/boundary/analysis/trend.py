"""What a group shows along its axis: the trend of tuned minus base, and its best member, judged as one of several."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.comparison import Counts
from boundary.analysis.intervals import Band, difference_interval, student
from boundary.analysis.passk import failing
from boundary.analysis.verdicts import AHEAD, BEHIND, coverage_k, side


def trend(
    at: list, base: list[Counts], tuned: list[Counts], level: float, large_k: int | str, scale: str = "log"
) -> pl.DataFrame:
    """Rows of what = "trend" and "best" at k = 1 and the large k: k, member, estimate, low, high, p, verdict.

    at: places of the members on the axis. base, tuned: counts of every member's pair on the same problems. trend: the
    least-squares slope of the difference, per doubling where every place is above zero, else per unit of the axis; none
    on an ordinal scale, whose places are names, and of fewer than two places. best: the member with the largest
    difference; its interval is simultaneous over all members (max |t|), as it was chosen by its result.
    """
    n = min(int(samples.min()) for samples, _ in base + tuned)
    rows = []
    for k in dict.fromkeys((1, coverage_k(large_k, n))):
        values = np.stack([failing(*b, k) - failing(*t, k) for b, t in zip(base, tuned, strict=True)], 1)
        slope = None if scale == "ordinal" else _slope(at, values, level)
        for row in [slope, _best(at, values, level)] if slope else [_best(at, values, level)]:
            lies = side(row["low"], row["high"])
            verdict = {"verdict": SAID[row["what"]].get(lies, lies)}
            rows.append({"k": k, "n": n, "problems": len(values)} | row | verdict)
    return pl.DataFrame(rows, infer_schema_length=None)


SAID = {
    "trend": {AHEAD: "rises", BEHIND: "falls"},
    "best": {AHEAD: "ahead of its base", BEHIND: "behind its base"},
}


def _slope(at: list, values: NDArray[np.float64], level: float) -> dict | None:
    if any(isinstance(place, str) for place in at) or len(set(at)) < 2:
        return None
    found, unit, reach = slopes(at, values)
    interval = difference_interval(student(found, (-reach, reach)), level, reach=np.inf)
    return {"what": "trend", "member": f"per {unit}", "estimate": float(found.mean())} | _floats(interval)


def slopes(at: list, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], str, float]:
    """Least-squares slopes of values (..., places), per what, and that of a problem gained evenly along the axis."""
    places = np.array(at, dtype=float)
    doubling = (places > 0).all()
    x = np.log2(places) if doubling else places
    centred = x - x.mean()
    found = values @ (centred / (centred**2).sum())
    return found, "doubling" if doubling else "unit of the axis", 1 / (x.max() - x.min())


def _best(at: list, values: NDArray[np.float64], level: float) -> dict:
    found, best = student(values, (-1.0, 1.0)), int(values.mean(0).argmax())
    band = Band(values, (-1.0, 1.0), every=True)
    half = band.width(level) * found.error[best]
    mean = float(found.mean[best])
    interval = {"low": max(-1.0, mean - half), "high": min(1.0, mean + half)}
    p = band.p(abs(mean) / float(found.error[best]))
    return {"what": "best", "member": str(at[best]), "estimate": float(values[:, best].mean())} | interval | {"p": p}


def _floats(found: dict) -> dict[str, float]:
    return {key: float(value) for key, value in found.items()}
