"""Distribution functions made from special functions: scipy.stats has them all, but its import takes longer than an
analysis job computes.

Arguments broadcast. Counts are whole numbers; `sf` is the chance of more than that many, `cdf` of that many or less.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

EPSILON = np.finfo(float).eps
AS_LIKELY = 1 + 1e-7  # times the chance of the table at hand: tables as unlikely as it, up to rounding


def norm_ppf(q: ArrayLike) -> NDArray[np.float64]:
    return special.ndtri(q)


def t_ppf(q: ArrayLike, df: ArrayLike) -> NDArray[np.float64]:
    return special.stdtrit(df, q)


def t_sf(t: ArrayLike, df: ArrayLike) -> NDArray[np.float64]:
    return special.stdtr(df, np.negative(t))


def chi2_sf(x: ArrayLike, df: ArrayLike) -> NDArray[np.float64]:
    return special.chdtrc(df, x)


def beta_cdf(x: ArrayLike, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    return special.betainc(a, b, x)


def beta_sf(x: ArrayLike, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    return special.betaincc(a, b, x)


def beta_ppf(q: ArrayLike, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    return special.betaincinv(a, b, q)


def binom_pmf(k: ArrayLike, n: ArrayLike, p: ArrayLike) -> NDArray[np.float64]:
    k, n, p = map(np.asarray, (k, n, p))
    return np.exp(_log_choose(n, k) + special.xlogy(k, p) + special.xlog1py(n - k, -p))


def binom_cdf(k: ArrayLike, n: ArrayLike, p: ArrayLike) -> NDArray[np.float64]:
    return _binom(special.betaincc, 0.0, 1.0, k, n, p)


def binom_sf(k: ArrayLike, n: ArrayLike, p: ArrayLike) -> NDArray[np.float64]:
    return _binom(special.betainc, 1.0, 0.0, k, n, p)


def _binom(tail, below: float, above: float, k, n, p) -> NDArray[np.float64]:
    """tail: of the beta distribution that has the same chance where 0 <= k < n; below, above: the values elsewhere."""
    k, n, p = np.broadcast_arrays(k, n, p)
    inside = tail(k.clip(0) + 1.0, np.maximum(n - k, 1), p)
    return np.where(k < 0, below, np.where(k >= n, above, inside))


def betabinom_pmf(k: ArrayLike, n: ArrayLike, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    k, n = np.asarray(k), np.asarray(n)
    return np.exp(_log_choose(n, k) + special.betaln(k + a, n - k + b) - special.betaln(a, b))


def hypergeom_pmf(k: ArrayLike, total: ArrayLike, good: ArrayLike, drawn: ArrayLike) -> NDArray[np.float64]:
    """The chance of k good ones among `drawn`, taken from `total`, of which `good` are good."""
    k, total, good, drawn = (np.asarray(values, dtype=float) for values in (k, total, good, drawn))
    least, most = np.maximum(drawn - (total - good), 0), np.minimum(good, drawn)
    held = np.clip(k, least, most)
    chance = _log_choose(good, held) + _log_choose(total - good, drawn - held) - _log_choose(total, drawn)
    return np.where(held == k, np.exp(chance), 0.0)


def hypergeom_sf(k: ArrayLike, total: ArrayLike, good: ArrayLike, drawn: ArrayLike) -> NDArray[np.float64]:
    """Summed outwards from k, on the side of k where terms fall."""
    arrays = (np.asarray(values, dtype=float) for values in (k, total, good, drawn))
    k, total, good, drawn = np.broadcast_arrays(*arrays)
    above = k + 1 > drawn * good / total
    at = np.where(above, k + 1, k)
    term = hypergeom_pmf(at, total, good, drawn)
    tail, step, bad_left = term, np.where(above, 1, -1), total - good - drawn
    while (term > EPSILON * tail).any():
        rises = (good - at) * (drawn - at), (at + 1) * (bad_left + at + 1)
        falls = at * (bad_left + at), (good - at + 1) * (drawn - at + 1)
        numerator, denominator = (np.where(above, *pair) for pair in zip(rises, falls, strict=True))
        term = term * np.divide(numerator, denominator, out=np.zeros_like(term), where=term > 0)
        at, tail = at + step, tail + term
    return np.where(above, tail, 1 - tail)


def fisher_exact(right: int, wrong: int, other_right: int, other_wrong: int) -> float:
    """Two-sided p of equal rates: the chance of all tables with these sums that are no likelier (Fisher 1935)."""
    drawn, good, total = right + wrong, right + other_right, right + wrong + other_right + other_wrong
    every = np.arange(max(0, drawn + good - total), min(drawn, good) + 1)
    chances = hypergeom_pmf(every, total, good, drawn)
    return min(1.0, float(chances[chances <= AS_LIKELY * chances[right - every[0]]].sum()))


def sign_test(one: int, other: int) -> float:
    """Two-sided exact p of two equally likely outcomes, as in McNemar's test; 1 if there are none."""
    return min(1.0, 2 * float(binom_cdf(min(one, other), one + other, 0.5)))


def clopper_pearson(c: ArrayLike, n: ArrayLike, level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """low, high of a success rate, exact binomial (Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404)."""
    c, n, tail = np.asarray(c), np.asarray(n), (1 - level) / 2
    low = np.where(c == 0, 0.0, beta_ppf(tail, np.maximum(c, 1), n - c + 1))
    return low, np.where(c == n, 1.0, beta_ppf(1 - tail, c + 1, np.maximum(n - c, 1)))


def false_discovery_control(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """p adjusted for the expected share of false ones (Benjamini and Hochberg 1995)."""
    order = np.argsort(p)[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum.accumulate((p[order] * len(p) / np.arange(len(p), 0, -1)).clip(max=1))
    return adjusted


def _log_choose(n: NDArray, k: NDArray) -> NDArray[np.float64]:
    return -np.log(n + 1.0) - special.betaln(n - k + 1.0, k + 1.0)
