"""Intervals over problems, in closed form. The benchmark's problems are treated as a sample of a population.

One rule for all: Student's t of the mean over problems, after adding two pseudo-problems of weight PSEUDO with the
extreme values of a single problem (the idea of Agresti and Min 2005, doi 10.1002/sim.1781, for matched proportions).
They keep an interval open if all problems happen to be alike. If problems come in clusters, clusters are the sample
(`clusters.Problems`). docs/statistics.md has the coverage of these intervals.

Values have shape (problems, ...): an array for problems without clusters, or `Problems`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from boundary.analysis.clusters import Problems, are_few
from boundary.analysis.distributions import beta_ppf, norm_ppf, t_ppf, t_sf

Values = NDArray[np.float64] | Problems

PSEUDO = 0.25  # the weight of either pseudo-problem
ALIKE = 0.5  # the intraclass correlation of pseudo-problems, where problems come in clusters
NOT_TESTED = 1.0  # p of what rests on few clusters: among all claims of the run it counts as open
SEED = 20250418
DRAWS = 10_000  # of the largest |t| over k
GRID = 128  # k at which it is looked for; curves are smooth between them
TAIL = 0.01  # beyond, the chance of a larger |t| follows the tail of Student's t


class Student(NamedTuple):
    """mean, error (standard error), and df (degrees of freedom) of means over problems: shape (...,), df also ().

    few: whether they rest on too few clusters to be tested.
    """

    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    df: NDArray[np.float64] | float
    few: bool = False

    def half_width(self, level: float) -> NDArray[np.float64]:
        return t_ppf((1 + level) / 2, self.df) * self.error

    def p(self) -> NDArray[np.float64]:
        """Two-sided p of a mean of zero: at most 1 - level if the interval of that level excludes zero; NOT_TESTED with
        few clusters."""
        with np.errstate(divide="ignore", invalid="ignore"):  # numbers that are all the same have no error
            p = 2 * t_sf(np.abs(self.mean) / self.error, self.df)
        return np.where(self.mean == 0, 1.0, NOT_TESTED if self.few else p)

    def plus(self, variance: NDArray[np.float64], df: float) -> "Student":
        """The same mean with another independent source of variance, which has `df` degrees of freedom."""
        both = np.stack([self.error**2, variance])
        dfs = np.stack([np.broadcast_to(self.df, both[0].shape), np.full(both[0].shape, df)])
        return Student(self.mean, np.sqrt(both.sum(0)), satterthwaite(both, dfs), self.few)

    def over_runs(self, means: NDArray[np.float64]) -> "Student":
        """The same mean with the variance between several training runs of one recipe added. means: of every run, shape
        (runs, ...)."""
        if len(means) < 2:
            return self
        return self.plus(means.var(0, ddof=1) / len(means), len(means) - 1)


def satterthwaite(variances: NDArray[np.float64], dfs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of freedom of a sum of `variances` (sources, ...) (Satterthwaite 1946, doi 10.2307/3002019)."""
    return variances.sum(0) ** 2 / (variances**2 / dfs).sum(0)


def student(values: Values, ends: tuple[float, float], weight: float = PSEUDO) -> Student:
    """`Student` of the means of `values` (problems, ...), which lie between `ends`, with the pseudo-problems of this
    module.

    Pseudo-problems have the same weight with clusters as with problems. They are as alike as problems in clusters of
    the mean size with the intraclass correlation ALIKE: between problems without clusters and a cluster of copies.
    """
    over, low, high = Problems.of(values), *ends
    rows, total, spread = over.rows, len(over) + 2 * weight, weight * _likeness(over)
    few = are_few(over.count)
    mean = (rows.sum(0) + weight * (low + high)) / total
    square = (np.einsum("i...,i...->...", rows, rows) + spread * (low**2 + high**2)) / total
    if total == 1:  # one number shows no spread
        return Student(mean, np.full_like(mean, np.inf), 1.0, few)
    # the mean square of what the rows differ by from the mean times their weights, which are all 1 without clusters
    cross = mean if over.clusters is None else (over.weighted() + spread * (low + high)) / total
    own = (over.weights @ over.weights + 2 * spread) / total
    error = np.sqrt((square - mean * (2 * cross - own * mean)).clip(min=0) / (total - 1))
    return Student(mean, error, total - 1, few)


def _likeness(over: Problems) -> float:
    """The variance of the sum of a cluster of pseudo-problems, as a share of that of copies; 1 without clusters."""
    return ALIKE + (1 - ALIKE) / over.size


def difference_interval(
    found: Student, level: float, reach: NDArray[np.float64] | float = 1.0
) -> dict[str, NDArray[np.float64]]:
    """low, high, p of differences that lie within -reach and reach."""
    half = found.half_width(level)
    low, high = (found.mean - half).clip(min=-reach), (found.mean + half).clip(max=reach)
    return {"low": low, "high": high, "p": found.p()}


def share_interval(
    values: Values, level: float, variance: NDArray[np.float64] | None = None
) -> dict[str, NDArray[np.float64]]:
    """low, high of the means of `values` (problems, ...) between 0 and 1, made on the logit scale (delta method).

    The interval stays within the exact one of a share (`exact_ends`). variance: of the means, from another source than
    the choice of problems.
    """
    found, beside = student(values, (0.0, 1.0)), None
    if variance is not None:
        found, beside = found.plus(variance, np.inf), norm_ppf((1 + level) / 2) * np.sqrt(variance)
    return _of_shares(found, found.half_width(level), values, level, beside)


def _of_shares(
    found: Student, half: NDArray, values: Values, level: float, beside: NDArray[np.float64] | None
) -> dict[str, NDArray[np.float64]]:
    """low, high on the logit scale, `half` to either side of the mean, and not beyond those that `exact_ends` has.

    level: of the exact ends, which know of no variance but that over problems. beside: how far another source alone
    reaches; the exact ends are then as far from the estimate as both are together, by the root of the sum of their
    squares (Zou and Donner 2008, doi 10.1002/sim.3095).
    """
    over = Problems.of(values)
    middle, half = special.logit(found.mean), half / (found.mean * (1 - found.mean))
    low, high, estimate = special.expit(middle - half), special.expit(middle + half), over.values.mean(0)
    first, last = exact_ends(over.rows.sum(0), len(over), level)
    if beside is not None:
        first, last = estimate - np.hypot(estimate - first, beside), estimate + np.hypot(last - estimate, beside)
    low, high = np.maximum(low, first), np.minimum(high, last)
    return {"low": np.minimum(low, estimate), "high": np.maximum(high, estimate)}


def exact_ends(total: NDArray[np.float64] | float, problems: int, level: float) -> tuple[NDArray, NDArray]:
    """low, high of a mean over problems whose values add up to `total`, as if that many problems were solved and the
    others not.

    Clopper and Pearson (1934, doi 10.1093/biomet/26.4.404), for any total from 0 to `problems`; exact at totals of 0
    and `problems`. Values between 0 and 1 never spread more than such a share.
    """
    tail, solved = (1 - level) / 2, np.clip(total, 0, problems)
    with np.errstate(invalid="ignore"):
        low = beta_ppf(tail, solved, problems - solved + 1)
        high = beta_ppf(1 - tail, solved + 1, problems - solved)
    return np.where(solved <= 0, 0.0, low), np.where(solved >= problems, 1.0, high)


def mean_difference(values: Values, level: float, reach: float = 1.0, weight: float = PSEUDO) -> dict[str, float]:
    """estimate, low, high of the mean of one difference per problem, within -reach and reach (no end: weight 0)."""
    ends = (-reach, reach) if weight else (0.0, 0.0)
    over = Problems.of(values)
    interval = difference_interval(student(over, ends, weight), level, reach)
    return {"estimate": float(over.values.mean()), "low": float(interval["low"]), "high": float(interval["high"])}


def positive_mean(values: Values, level: float) -> dict[str, float]:
    """`mean_difference` of values that are never negative and have no upper limit."""
    found = mean_difference(values, level, reach=np.inf, weight=0.0)
    return found | {"low": max(0.0, found["low"])}


def ratio_interval(values: Values, per: NDArray[np.float64], level: float) -> dict[str, float]:
    """estimate, low, high of the ratio of two means over problems, on the log scale; high is infinite if `per` is zero.

    values: positive; per: between 0 and 1; both of shape (problems,).
    """
    over = Problems.of(values)
    above, below = over.values.mean(), per.mean()
    if below == 0:
        solved = share_interval(over.with_values(per), level)
        return {"estimate": np.inf, "low": above / float(solved["high"]), "high": np.inf}
    if len(over) == 1:  # one number shows no spread
        return {"estimate": above / below, "low": 0.0, "high": np.inf}
    spread = over.with_values(over.values / above - per / below).rows
    error = np.sqrt((spread**2).sum() / (len(spread) - 1) / len(spread))
    factor = np.exp(t_ppf((1 + level) / 2, len(spread) - 1) * error)
    return {"estimate": above / below, "low": above / below / factor, "high": above / below * factor}


def _of_runs(means: NDArray[np.float64] | None, level: float) -> NDArray[np.float64] | None:
    """How far the mean over runs may be off as there are so few of them; None of a single one. means: (runs, k)."""
    if means is None or len(means) < 2:
        return None
    return t_ppf((1 + level) / 2, len(means) - 1) * np.sqrt(means.var(0, ddof=1) / len(means))


class Band:
    """A simultaneous band for a whole curve: the distribution of the largest |t| over its k (or over its members).

    Simulated as a multivariate t with the correlations of the problems at hand, pseudo-problems included. Above the
    TAIL of the draws it is extrapolated as the largest of as many independent t as explain that tail.
    """

    def __init__(self, values: Values, ends: tuple[float, float], df: float | None = None, every: bool = False):
        """values: (problems, curve), each between `ends`. df: other than that of the problems. every: no GRID."""
        over = Problems.of(values)
        self.few, length = are_few(over.count), over.rows.shape[1]
        some = np.arange(length) if every else np.unique(np.geomspace(1, length, GRID).round().astype(int)) - 1
        rows = np.vstack([over.rows[:, some], *(np.full((1, len(some)), PSEUDO * end) for end in ends)])
        weights = np.append(over.weights, [PSEUDO, PSEUDO])
        rows -= weights[:, None] * (rows.sum(0) / weights.sum())
        rows[len(over) :] *= np.sqrt(_likeness(over) / PSEUDO)  # as alike as `student` has them
        norm = np.sqrt((rows**2).sum(0))
        rows /= np.where(norm > 0, norm, 1)
        self.df = weights.sum() - 1 if df is None else df
        rng = np.random.default_rng(SEED)
        drawn = np.abs(rng.standard_normal((DRAWS, len(rows))) @ rows).max(1)
        self.largest = np.sort(drawn / np.sqrt(rng.chisquare(self.df, DRAWS) / self.df))
        self.edge = self.largest[int((1 - TAIL) * DRAWS)]
        self.members = TAIL / (2 * t_sf(self.edge, self.df))

    def p(self, t: float) -> float:
        """The chance of a largest |t| of at least `t`; NOT_TESTED of few clusters."""
        if self.few:
            return NOT_TESTED
        if t > self.edge:
            return min(TAIL, float(self.members * 2 * t_sf(t, self.df)))
        return float(1 - np.searchsorted(self.largest, t) / DRAWS)

    def width(self, level: float) -> float:
        """How many standard errors the band reaches to either side."""
        return float(np.quantile(self.largest, level))


def curve_intervals(
    values: Values, level: float, means: NDArray[np.float64] | None = None
) -> dict[str, NDArray[np.float64]]:
    """low, high, band_low, band_high of the mean of `values` (problems, k) between 0 and 1, each of shape (k,).

    The band contains the whole curve with probability `level`; it is wider than the interval at one k. values rise with
    k, so all ends rise: the band is reduced to the part that a rising curve inside it can reach, and intervals at one k
    are widened until their ends rise. means: of every run if `values` are means over runs, shape (runs, k).
    """
    found = student(values, (0.0, 1.0))
    if means is not None:
        found = found.over_runs(means)
    df = float(np.min(found.df))
    widths = Band(values, (0.0, 1.0), df).width(level)
    at_one_k = 2 * float(1 - t_sf(widths, df)) - 1  # the level at which a single interval is as wide
    at_k = _of_shares(found, found.half_width(level), values, level, _of_runs(means, level))
    band = _of_shares(found, widths * found.error, values, at_one_k, _of_runs(means, at_one_k))
    low, high = np.minimum.accumulate(at_k["low"][::-1])[::-1], np.maximum.accumulate(at_k["high"])
    return {
        "low": low,
        "high": high,
        "band_low": np.minimum(np.maximum.accumulate(band["low"]), low),
        "band_high": np.maximum(np.minimum.accumulate(band["high"][::-1])[::-1], high),
    }
