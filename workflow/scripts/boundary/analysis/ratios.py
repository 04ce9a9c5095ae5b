"""Ratios of two means over problems, by values linearised per problem (delta method): one rule for all intervals."""

import numpy as np
from numpy.typing import NDArray

from boundary.analysis.clusters import Problems
from boundary.analysis.intervals import Student, Values, difference_interval, student

Row = dict[str, float]


def linearised(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values per problem whose mean is the ratio of the means of `above` and `below` (problems, ...), and whose spread
    is the spread of that ratio. The mean of `below` must not be zero."""
    ratio, per = above.mean(0) / below.mean(0), below.mean(0)
    return ratio + (above - ratio * below) / per


def share_of(values: Values, level: float, runs: NDArray[np.float64] | None = None) -> Row:
    """estimate, low, high of the mean of linearised `values` (problems,) of a ratio between 0 and 1.

    runs: the ratio of every run, if the values are means over runs.
    """
    found = _with_runs(student(values, (0.0, 1.0)), runs)
    return _row(values, found, level, 0.0)


def difference_of(values: Values, level: float, *runs: NDArray[np.float64], reach: float = 1.0) -> dict[str, float]:
    """estimate, low, high of the mean of `values` (problems,) of a difference within -reach and reach.

    runs: for either side the contribution of every run, if the values are means over runs.
    """
    found = student(values, (-reach, reach))
    for side in runs:
        found = _with_runs(found, side)
    return _row(values, found, level, -reach, reach)


def _with_runs(found: Student, runs: NDArray[np.float64] | None) -> Student:
    return found if runs is None else found.over_runs(np.asarray(runs))


def _row(values: Values, found: Student, level: float, least: float, most: float = 1.0) -> Row:
    interval, estimate = difference_interval(found, level, most), float(Problems.of(values).values.mean())
    low, high = max(least, float(interval["low"])), float(interval["high"])
    return {"estimate": estimate, "low": min(low, estimate), "high": max(high, estimate)}
