"""Tests of means over problems and training runs: on which side of a limit, or within it.

Values are (runs, problems): several runs are a second source of variance (docs/statistics.md).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED, Decision
from boundary.analysis.distributions import norm_ppf, t_sf
from boundary.analysis.intervals import Student, difference_interval, student
from boundary.findings.parts import Ends, Test


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> Student:
    """The mean of `other` minus `one`, for independent runs with values between 0 and 1."""
    found = student(other.mean(0) - one.mean(0), (-1.0, 1.0))
    return found.over_runs(one.mean(1)).over_runs(other.mean(1))


def over_runs(values: NDArray[np.float64], reach: float = 1.0) -> Student:
    """The mean of values between -reach and reach."""
    return student(values.mean(0), (-reach, reach)).over_runs(values.mean(1))


def ends(found: Student, level: float, reach: float = 1.0) -> Ends:
    """low, high of the mean."""
    interval = difference_interval(found, level, reach)
    return {"low": float(interval["low"]), "high": float(interval["high"])}


def beyond(found: Student, limit: float, level: float, below: bool = False) -> Test:
    """p and decision of a mean above the limit, or `below` it; two-sided."""
    moved = found._replace(mean=found.mean - limit)
    p = float(np.nan_to_num(moved.p(), nan=1.0))  # of what never varies nothing is known
    decided: Decision = SUPPORTED if (moved.mean > 0) != below else REFUTED
    return {"p": p, "verdict": decided if p <= 1 - level else UNDECIDED}


def within(found: list[Student], limit: float, level: float) -> Test:
    """p and decision of means that all lie between -limit and limit.

    Supported by two one-sided tests of each mean (Schuirmann 1987, doi 10.1007/BF01068419), all of which must reject.
    Refuted if one mean lies outside, as the largest of several (Bonferroni).
    """
    room = [(limit - abs(one.mean)) / one.error for one in found]
    supported = max(float(t_sf(t, one.df)) for t, one in zip(room, found, strict=True))
    refuted = min(2 * float(t_sf(-t, one.df)) for t, one in zip(room, found, strict=True))
    refuted = min(1.0, len(found) * refuted)
    decided: Decision = SUPPORTED if supported < refuted else REFUTED
    p = min(supported, refuted)
    return {"p": p, "verdict": decided if p <= 1 - level else UNDECIDED}


def of_interval(low: float, high: float, level: float, logit: bool = False) -> Student:
    """The approximate mean and error behind an interval; `logit`: of a share, on that scale."""
    ends = np.array([low, high])
    first, last = special.logit(ends) if logit else ends
    return Student((first + last) / 2, (last - first) / 2 / norm_ppf((1 + level) / 2), np.inf)
