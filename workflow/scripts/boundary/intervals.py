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
