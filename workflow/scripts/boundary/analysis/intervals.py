"""Intervals by the bootstrap over problems: the benchmark's problems stand for a population of such problems.

Replicates of a long curve are made a slice of k at a time, so that memory does not grow with n.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SEED = 20250418
SLICE = 4_000_000  # numbers (replicates x k) that are held at once


def bootstrap_means(values: NDArray[np.float64], replicates: int) -> NDArray[np.float64]:
    """Means of `values` (problems, ...) over problems drawn with replacement, shape (replicates, ...).

    The same weights are drawn for the same number of problems, so two models are resampled alike: paired.
    """
    return np.tensordot(_weights(len(values), replicates), values, axes=1)


def bootstrap_slices(values: NDArray[np.float64], replicates: int) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """`bootstrap_means` of `values` (problems, k), one slice of k after the other: (slice, (replicates, its k))."""
    weights = _weights(len(values), replicates)
    for part in _slices(values.shape[1], replicates):
        yield part, weights @ values[:, part]


def _weights(problems: int, replicates: int) -> NDArray[np.float64]:
    drawn = np.random.default_rng(SEED).multinomial(problems, np.full(problems, 1 / problems), size=replicates)
    return drawn / problems


def _slices(length: int, replicates: int) -> Iterator[slice]:
    width = max(1, SLICE // replicates)
    return (slice(start, min(start + width, length)) for start in range(0, length, width))


def percentile_interval(replicates: NDArray[np.float64], level: float) -> tuple[NDArray, NDArray]:
    """The central `level` of the bootstrap distribution along the first axis; infinite values are kept in order."""
    tail = (1 - level) / 2
    count = len(replicates)
    ranks = [min(int(np.ceil(share * count - 1e-9)) - 1, count - 1) for share in (tail, 1 - tail)]
    ranks = [max(rank, 0) for rank in ranks]  # the inverse of the empirical distribution function
    low, high = np.partition(replicates.T, sorted(set(ranks)), axis=-1)[..., ranks].T.reshape(2, *replicates.shape[1:])
    return low, high


class CurveIntervals:
    """Pointwise intervals and a simultaneous band of a curve, from bootstrap slices as they come.

    The band holds the whole curve at once with probability `level` (the bootstrap of max |t| over k); it is wider than
    the interval at one k. A k without spread keeps its value.
    """

    def __init__(self, point: NDArray[np.float64], replicates: int, level: float):
        self.point, self.level = point, level
        self.low, self.high, self.spread = np.empty_like(point), np.empty_like(point), np.empty_like(point)
        self.largest = np.zeros(replicates)

    def add(self, part: slice, draws: NDArray[np.float64]) -> None:
        self.low[part], self.high[part] = percentile_interval(draws, self.level)
        spread = self.spread[part] = draws.std(0, ddof=1)
        inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-12)
        np.maximum(self.largest, (np.abs(draws - self.point[part]) * inverse).max(1), out=self.largest)

    def columns(self) -> dict[str, NDArray[np.float64]]:
        width = np.quantile(self.largest, self.level) * self.spread
        return {"low": self.low, "high": self.high, "band_low": self.point - width, "band_high": self.point + width}


def curve_intervals(values: NDArray[np.float64], replicates: int, level: float) -> dict[str, NDArray[np.float64]]:
    """low, high, band_low, band_high of the mean of `values` (problems, k), each of shape (k,)."""
    intervals = CurveIntervals(values.mean(0), replicates, level)
    for part, draws in bootstrap_slices(values, replicates):
        intervals.add(part, draws)
    return intervals.columns()


def mean_interval(values: NDArray[np.float64], replicates: int, level: float) -> dict[str, float]:
    """estimate, low, high of the mean of one value per problem."""
    low, high = percentile_interval(bootstrap_means(values, replicates), level)
    return {"estimate": float(values.mean()), "low": float(low), "high": float(high)}


def sign_flip_p(values: NDArray[np.float64], replicates: int) -> NDArray[np.float64]:
    """Two-sided p of `mean = 0` for paired differences (problems, k), by flipping the sign of whole problems at random.

    Exchangeable under the hypothesis that neither model is better on any problem. Counts the observed one, so p > 0.
    """
    signs = np.random.default_rng(SEED).choice((-1.0, 1.0), size=(replicates, len(values)))
    p, least = np.empty(values.shape[1]), np.abs(values.sum(0)) - 1e-12 * len(values)
    for part in _slices(values.shape[1], replicates):
        p[part] = (1 + (np.abs(signs @ values[:, part]) >= least[part]).sum(0)) / (replicates + 1)
    return p
