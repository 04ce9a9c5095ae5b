"""Two curves over k: their difference with its uncertainty, where one overtakes the other, and summaries."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.intervals import (
    CurveIntervals,
    bootstrap_slices,
    mean_interval,
    percentile_interval,
    sign_flip_p,
)
from boundary.analysis.pairs import columns
from boundary.analysis.passk import pass_at_k
from boundary.errors import InputError


def compare(
    pair: pl.DataFrame, replicates: int, level: float, efficiency_k: int | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Difference of pass@k with its uncertainty for every k up to the smallest n, the crossing k, and summaries.

    pair: `pair_counts`. Returns (k, base, tuned, difference, low, high, band_low, band_high, p), one row of `crossing`,
    and the measures (measure, estimate, low, high) of `summaries`. low, high: paired bootstrap over problems at one
    k; band: over all k; p: sign-flip test at one k.
    """
    n_base, c_base, n_tuned, c_tuned = columns(pair)
    n = int(min(n_base.min(), n_tuned.min()))
    base, tuned = pass_at_k(n_base, c_base, n), pass_at_k(n_tuned, c_tuned, n)
    values = tuned - base
    difference = values.mean(0)
    intervals, crossings = CurveIntervals(difference, replicates, level), Crossing(replicates)
    for part, draws in bootstrap_slices(values, replicates):
        intervals.add(part, draws)
        crossings.add(draws)
    curves = pl.DataFrame(
        {"k": np.arange(1, n + 1), "base": base.mean(0), "tuned": tuned.mean(0), "difference": difference}
        | intervals.columns()
        | {"p": sign_flip_p(values, replicates)}
    )
    low, high = percentile_interval(crossings.k, level)
    summary = pl.DataFrame(
        {
            "crossing_k": crossing(difference[None])[0],
            "low": low,
            "high": high,
            "no_crossing": np.isinf(crossings.k).mean(),
            "n": n,
            "problems": len(pair),
        }
    )
    return curves, summary, summaries(base, tuned, replicates, level, efficiency_k or n)


def summaries(
    base: NDArray[np.float64], tuned: NDArray[np.float64], replicates: int, level: float, efficiency_k: int
) -> pl.DataFrame:
    """The sampling efficiency gap and the area between the curves, with paired intervals over problems.

    base, tuned: pass@k per problem, shape (problems, k = 1..n). Gap: base pass@K minus tuned pass@1, K = efficiency_k
    (arXiv 2504.13837, section 4.3). Area: of tuned minus base over log2 k from 1 to n/2, by the trapezoid rule; its
    unit is pass@k times doublings of k.
    """
    if not 1 <= efficiency_k <= base.shape[1]:
        raise InputError(f"the efficiency gap needs 1 <= K <= n, but K = {efficiency_k} and n = {base.shape[1]}")
    half = max(1, base.shape[1] // 2)
    area = np.trapezoid(tuned[:, :half] - base[:, :half], np.log2(np.arange(1, half + 1)), axis=1)
    measured = {"efficiency gap": base[:, efficiency_k - 1] - tuned[:, 0], "area": area}
    largest = {"efficiency gap": efficiency_k, "area": half}
    return pl.DataFrame(
        [
            {"measure": name, "k": largest[name]} | mean_interval(values, replicates, level)
            for name, values in measured.items()
        ]
    )


def crossing(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """The k from which the base is level with or above the tuned model, for every row of tuned-minus-base differences.

    differences: shape (rows, k = 1..n). The first k with a difference <= 0, interpolated linearly in log k from the k
    before it; 1 where the base is not behind at k = 1; infinite where it stays behind up to n.
    """
    found = Crossing(len(differences))
    found.add(differences)
    return found.k


class Crossing:
    """`crossing` of rows whose differences come one slice of k after the other; `k` is the answer so far."""

    def __init__(self, rows: int):
        self.k = np.full(rows, np.inf)
        self.seen, self.last = 0, np.zeros(rows)  # how many k there were, and the differences at the last of them

    def add(self, differences: NDArray[np.float64]) -> None:
        rows = np.flatnonzero(np.isinf(self.k) & (differences <= 0).any(1))
        first = (differences[rows] <= 0).argmax(1)
        above = np.where(first > 0, differences[rows, np.maximum(first - 1, 0)], self.last[rows])
        below, k = differences[rows, first], self.seen + first + 1
        share = np.where(k > 1, above / np.where(above > below, above - below, 1.0), 1.0)
        before = np.log(np.maximum(k - 1, 1))
        self.k[rows] = np.where(share < 1, np.exp(before + share * (np.log(k) - before)), k)
        self.seen, self.last = self.seen + differences.shape[1], differences[:, -1]
