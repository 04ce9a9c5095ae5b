"""Intervals by the bootstrap over problems: the benchmark's problems stand for a population of such problems."""

import numpy as np
from numpy.typing import NDArray

SEED = 20250418


def bootstrap_means(values: NDArray[np.float64], replicates: int) -> NDArray[np.float64]:
    """Means of `values` (problems, ...) over problems drawn with replacement, shape (replicates, ...).

    The same weights are drawn for the same number of problems, so two models are resampled alike: paired.
    """
    problems = len(values)
    weights = np.random.default_rng(SEED).multinomial(problems, np.full(problems, 1 / problems), size=replicates)
    return np.tensordot(weights / problems, values, axes=1)


def percentile_interval(replicates: NDArray[np.float64], level: float) -> tuple[NDArray, NDArray]:
    """The central `level` of the bootstrap distribution along the first axis; infinite values are kept in order."""
    tail = (1 - level) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low, high


def simultaneous_band(
    point: NDArray[np.float64], replicates: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A band that holds the whole curve at once with probability `level`: the bootstrap of max |t| over k.

    point: (k,); replicates: (replicates, k). Wider than the interval at one k; a k without spread keeps its value.
    """
    spread = replicates.std(0, ddof=1)
    scaled = np.divide(np.abs(replicates - point), spread, out=np.zeros_like(replicates), where=spread > 0)
    width = np.quantile(scaled.max(1), level) * spread
    return point - width, point + width


def sign_flip_p(values: NDArray[np.float64], replicates: int) -> NDArray[np.float64]:
    """Two-sided p of `mean = 0` for paired differences (problems, k), by flipping the sign of whole problems at random.

    Exchangeable under the hypothesis that neither model is better on any problem. Counts the observed one, so p > 0.
    """
    signs = np.random.default_rng(SEED).choice((-1.0, 1.0), size=(replicates, len(values)))
    flipped = np.abs(signs @ values / len(values))
    return (1 + (flipped >= np.abs(values.mean(0)) - 1e-12).sum(0)) / (replicates + 1)
