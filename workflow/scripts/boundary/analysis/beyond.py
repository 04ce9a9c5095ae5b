"""Coverage beyond n samples: a fitted distribution of success rates, and a lower bound that fits nothing.

An extrapolation is a guess about what was not sampled. It never comes without its held-out check: the same fit to a
quarter of the samples, and how far it then misses what all of them show.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import optimize, special

from boundary.analysis.intervals import SEED
from boundary.analysis.passk import pass_at_k

REFITS = 200  # bootstrap replicates of the fit
QUARTERS = 20  # random quarters of the samples in the held-out check
BOUNDS = [(-12, 12), (-9, 6), (-9, 12)]  # of the parameters below


def _log_likelihood(parameters: NDArray, n: NDArray, c: NDArray) -> NDArray[np.float64]:
    """log P(c of n correct), without its binomial coefficient, of a zero-inflated beta-binomial.

    parameters: logit of the share of problems with rate zero, log a, log b; the other rates are Beta(a, b).
    """
    never, a, b = special.expit(parameters[0]), np.exp(parameters[1]), np.exp(parameters[2])
    some = np.log1p(-never) + special.betaln(a + c, b + n - c) - special.betaln(a, b)
    return np.where(c > 0, some, np.logaddexp(np.log(never), some))


def fit(n: NDArray[np.int64], c: NDArray[np.int64], weights: NDArray, start: NDArray | None = None) -> NDArray:
    """Maximum-likelihood parameters of `_log_likelihood`; weights: how often each (n, c) occurs in the data."""
    starts = [start] if start is not None else [np.array([zero, -0.7, 0.7]) for zero in (-4.0, 0.0)]
    fits = [
        optimize.minimize(
            lambda p: -(weights * _log_likelihood(p, n, c)).sum(), begin, method="L-BFGS-B", bounds=BOUNDS
        )
        for begin in starts
    ]
    return min(fits, key=lambda found: found.fun).x


def coverage_at(parameters: NDArray, k: NDArray) -> NDArray[np.float64]:
    """Expected pass@k of the fitted rates: (1 - never) (1 - B(a, b + k) / B(a, b))."""
    never, a, b = special.expit(parameters[0]), np.exp(parameters[1]), np.exp(parameters[2])
    return (1 - never) * (1 - np.exp(special.betaln(a, b + k) - special.betaln(a, b)))


def chao2(n: int, c: NDArray[np.int64]) -> NDArray[np.float64] | float:
    """A lower bound of how many problems are solvable at all (Chao 1987; Colwell et al. 2012, doi 10.1093/jpe/rtr044).

    Problems are the species, samples the sampling units: S + (n-1)/n Q1 (Q1-1) / (2 (Q2+1)), where Qj problems have
    exactly j correct samples. n: samples of each problem. c: shape (..., problems). At most the number of problems.
    """
    once, twice = (c == 1).sum(-1), (c == 2).sum(-1)
    unseen = (n - 1) / n * once * (once - 1) / (2 * (twice + 1))
    return np.minimum((c > 0).sum(-1) + unseen, c.shape[-1])


def extrapolate(
    n: NDArray[np.int64], c: NDArray[np.int64], level: float, factor: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The fitted curve with a bootstrap interval, up to factor x n, and one row of facts about the fit.

    Returns (k, estimate, low, high) and (never, a, b, observed, chao2, chao2_low, chao2_high, held_out_error,
    held_out_low, held_out_high). chao2 as a share of the problems, null where n differs. held_out_error: predicted
    minus observed pass@n of a fit to a random quarter of the samples, mean and central `level` over QUARTERS quarters.
    """
    smallest, problems = int(n.min()), len(n)
    pairs, which = np.unique(np.stack([n, c], 1), axis=0, return_inverse=True)
    which = which.reshape(-1)
    parameters = fit(*pairs.T, np.bincount(which))
    k = np.unique(np.geomspace(1, factor * smallest, 65).round().astype(np.int64))
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(problems, size=(REFITS, problems))
    curves = []
    for chosen in drawn:
        weights = np.bincount(which[chosen], minlength=len(pairs))
        curves.append(coverage_at(fit(*pairs.T, weights, start=parameters), k))
    low, high = percentile_interval(np.array(curves), level)
    curve = pl.DataFrame({"k": k, "estimate": coverage_at(parameters, k), "low": low, "high": high})

    observed = float(pass_at_k(n, c, smallest)[:, -1].mean())
    facts = {"never": special.expit(parameters[0]), "a": np.exp(parameters[1]), "b": np.exp(parameters[2])}
    facts |= {"observed": observed, "chao2": None, "chao2_low": None, "chao2_high": None}
    if (n == smallest).all():
        bounds = percentile_interval(chao2(smallest, c[drawn]) / problems, level)
        facts |= {"chao2": float(chao2(smallest, c)) / problems}
        facts |= {"chao2_low": float(bounds[0]), "chao2_high": float(bounds[1])}
    errors = held_out_errors(n, c, parameters, observed, rng)
    ends = percentile_interval(errors, level) if len(errors) else (None, None)
    facts["held_out_error"] = float(errors.mean()) if len(errors) else None
    facts |= {"held_out_low": ends[0], "held_out_high": ends[1]}
    schema = dict.fromkeys(facts, pl.Float64)
    return curve, pl.DataFrame({key: None if v is None else float(v) for key, v in facts.items()}, schema=schema)


def held_out_errors(n: NDArray, c: NDArray, start: NDArray, observed: float, rng) -> NDArray[np.float64]:
    """Predicted minus observed pass@min(n), each from a random quarter of every problem's samples; empty for n < 4."""
    if n.min() < 4:
        return np.array([])
    errors = []
    for _ in range(QUARTERS):
        quarter = n // 4
        kinds = np.unique(np.stack([quarter, rng.hypergeometric(c, n - c, quarter)], 1), axis=0, return_counts=True)
        predicted = coverage_at(fit(*kinds[0].T, kinds[1], start=start), np.array([n.min()]))
        errors.append(predicted[0] - observed)
    return np.array(errors)


def percentile_interval(values: NDArray, level: float) -> NDArray:
    return np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
