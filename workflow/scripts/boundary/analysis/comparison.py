"""Two curves over k: their difference with its uncertainty, their crossing, and summaries.

Either side may be several training runs of one recipe. Then the mean over runs is compared, and runs are a second
source of variance in addition to problems.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Clusters, Problems, clusters_of
from boundary.analysis.curves import errors_together, mean_of_runs
from boundary.analysis.intervals import Band, difference_interval, mean_difference, student
from boundary.analysis.pairs import columns
from boundary.analysis.passk import Counts
from boundary.analysis.sharpening import Side, flow, shares, sharpening
from boundary.errors import InputError
from boundary.schema import Schema

MEASURED: Schema = {"measure": pl.String, "k": pl.Int64}
MEASURED |= dict.fromkeys(("estimate", "low", "high", "equal"), pl.Float64)
AT_HALF = " at half"  # of the name of a measure at n/2
GAP, AREA = "efficiency gap", "area"
SUMMARIES = (GAP, GAP + AT_HALF, AREA)


def compare(
    pair: pl.DataFrame, level: float, efficiency_k: int | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """`compare_runs` of a pair of single models. pair: `pair_counts`."""
    base, tuned = columns(pair)
    return compare_runs([base], [tuned], level, efficiency_k, clusters=clusters_of(pair))


def compare_runs(
    base: list[Counts],
    tuned: list[Counts],
    level: float,
    efficiency_k: int | None = None,
    sharpening_k: int | None = None,
    clusters: Clusters = None,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Difference of pass@k with its uncertainty for every k up to the smallest n, the crossing k, and summaries.

    base, tuned: the runs of either side on the same problems in the same order. Returns (k, base, tuned, difference,
    mean, error, df, low, high, p, band_low, band_high, sampling_error, modelled_error), one row of `crossing`, and the
    measures of `summaries`. mean, error, df: of the Student's t behind low, high (at one k) and p. band: over all k.
    The two errors: for exactly these problems and runs. sharpening_k: K of S(K) and A(K); n/2 by default. clusters: of
    the problems, or None.
    """
    n = min(int(samples.min()) for samples, _ in base + tuned)
    half = max(1, n // 2)
    (first, first_runs, own), (second, second_runs, others) = (mean_of_runs(runs, n) for runs in (base, tuned))
    values = Problems(second - first, clusters)
    difference = values.values.mean(0)
    found = student(values, (-1.0, 1.0)).over_runs(first_runs).over_runs(second_runs)
    df = np.broadcast_to(found.df, n)
    band = Band(values, (-1.0, 1.0), float(df[:half].min()))
    width = band.width(level) * found.error
    interval = difference_interval(found, level)
    curves = pl.DataFrame(
        {"k": np.arange(1, n + 1), "base": first.mean(0), "tuned": second.mean(0), "difference": difference}
        | {"mean": found.mean, "error": found.error, "df": df}
        | interval
        | {"band_low": found.mean - width, "band_high": found.mean + width}
        | errors_together(own + others)
    )
    crossed = crossing(difference)
    below = np.flatnonzero(interval["high"] < 0)
    t = found.mean[:half] / found.error[:half]
    summary = pl.DataFrame(
        {
            "crossing_k": crossed,
            "low": min(crossed, _first(interval["low"] <= 0)),
            "high": max(crossed, below[0] + 1.0) if len(below) else np.inf,
            "overtaken_k": int(t.argmin()) + 1,
            "overtaken_p": band.p(-t.min()),
            "never_p": band.p(t.min()),
            "n": n,
            "problems": len(first),
        }
    )
    measured = summaries(first, second, level, efficiency_k or n, clusters)
    sides = Side(first, first_runs, clusters), Side(second, second_runs, clusters)
    sharp = sharpened(base, tuned, sides, level, sharpening_k or half)
    return curves, summary, pl.concat([measured, pl.DataFrame(sharp, schema=MEASURED)], how="diagonal")


def sharpened(
    base: list[Counts], tuned: list[Counts], sides: tuple[Side, Side], level: float, largest_k: int
) -> list[dict]:
    """Rows of `sharpening` up to largest_k, and of `shares` and (for single models) `flow` in as many samples as both
    have."""
    n = sides[0].passk.shape[1]
    if largest_k > n:
        raise InputError(f"sharpening needs K <= n, but K = {largest_k} and n = {n}")
    rows = sharpening(*sides, largest_k, level) if largest_k > 1 else []  # of one sample there is no further one
    clusters = sides[0].clusters
    rows += shares(base, tuned, n, level, clusters)
    return rows + (flow(base[0], tuned[0], n, level, clusters) if len(base) == len(tuned) == 1 else [])


def summaries(
    base: NDArray[np.float64],
    tuned: NDArray[np.float64],
    level: float,
    efficiency_k: int,
    clusters: Clusters = None,
) -> pl.DataFrame:
    """The sampling efficiency gap and the area between the curves, with paired intervals over problems.

    base, tuned: pass@k per problem, shape (problems, k = 1..n). Gap: base pass@K minus tuned pass@1, K = efficiency_k
    (arXiv 2504.13837, section 4.3), and K = n/2, where the estimate is more precise. Area: of tuned minus base over
    log2 k from 1 to n/2, by the trapezoid rule, in pass@k times doublings of k. It has no pseudo-problems, because its
    extreme values are far from those of real problems.
    """
    if not 1 <= efficiency_k <= base.shape[1]:
        raise InputError(f"the efficiency gap needs 1 <= K <= n, but K = {efficiency_k} and n = {base.shape[1]}")
    half = max(1, base.shape[1] // 2)
    area = np.asarray(np.trapezoid(tuned[:, :half] - base[:, :half], np.log2(np.arange(1, half + 1)), axis=1))
    every = (base[:, k - 1] - tuned[:, 0] for k in (efficiency_k, half))
    first, firmer = (mean_difference(Problems(values, clusters), level) for values in every)
    of_area = mean_difference(Problems(area, clusters), level, float(np.log2(half)), weight=0.0)
    rows = zip(SUMMARIES, (efficiency_k, half, half), (first, firmer, of_area), strict=True)
    return pl.DataFrame([{"measure": measure, "k": k} | found for measure, k, found in rows])


def crossing(difference: NDArray[np.float64]) -> float:
    """The first k at which the base is level with or above the tuned model. difference: tuned minus base, k = 1..n.

    Infinite if the base is behind up to n. The interval inverts the pointwise one: it begins at the first k at which
    the difference is not significantly above zero, and ends at the first at which it is significantly below.
    """
    return _first(difference <= 0)


def _first(holds: NDArray[np.bool_]) -> float:
    """The first k = 1, 2, ... at which something holds; infinite where it never does."""
    return float(holds.argmax()) + 1 if holds.any() else np.inf
