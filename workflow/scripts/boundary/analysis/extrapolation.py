"""Extrapolation of coverage above n samples: a posterior over distributions of success rates, and a lower bound that
assumes no distribution.

An extrapolation is a guess about samples that were not drawn. It always comes with a held-out check: the same method
gets so few of the samples that it reaches as many times further, and its error against all samples is reported. It is
withheld if too few problems are solved to tell small rates from none, because the prior would then decide.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from boundary.analysis.intervals import SEED, exact_ends
from boundary.analysis.passk import pass_at_k

DRAWS = 4000  # from the posterior
HELD_OUT = 20  # random parts of the samples in the held-out check
SMALLEST_PART = 4  # samples of a problem in one of them
FEWEST = 4  # solved problems below which nothing is extrapolated
FACTS: tuple[str, ...] = ("never", "a", "b", "observed", "chao2", "chao2_low", "chao2_high")
FACTS += ("held_out_error", "held_out_low", "held_out_high")
STEPS = 80  # of the grid along each parameter; its points have equal weights before the counts are seen
NEVER = np.sin(np.pi / 2 * np.arange(STEPS) / STEPS) ** 2  # Jeffreys' prior of a share, from exactly 0 on
A, B = np.geomspace(0.1, 5, STEPS)[:, None], np.geomspace(0.1, 1e5, STEPS)  # flat in the logarithm


def posterior(n: NDArray[np.int64], c: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """DRAWS of (never, a, b) of a zero-inflated beta-binomial given n, c of every problem; shape (3, DRAWS).

    A share `never` of the problems has rate zero; the others have rates Beta(a, b) (Kazdan et al. 2025, arXiv
    2510.05197; Verine et al. 2026, OpenReview IGzxVhdGMb). The posterior is on the grid NEVER x A x B: a parameter that
    the counts do not determine stays as wide as the grid. n, c: samples and correct samples per problem, shape
    (problems,).
    """
    some, none = np.zeros((STEPS, STEPS)), np.zeros((STEPS, STEPS, STEPS))
    for (samples, right), times in zip(*np.unique(np.stack([n, c], 1), axis=0, return_counts=True), strict=True):
        log_p = special.betaln(A + right, B + samples - right) - special.betaln(A, B)
        if right:
            some += times * log_p
        else:
            none += times * np.log(NEVER[:, None, None] + (1 - NEVER[:, None, None]) * np.exp(log_p))
    log_p = none + some + (c > 0).sum() * np.log1p(-NEVER)[:, None, None]
    p = np.exp(log_p - log_p.max()).ravel()
    never, a, b = np.unravel_index(rng.choice(p.size, DRAWS, p=p / p.sum()), log_p.shape)
    return np.stack([NEVER[never], A[a, 0], B[b]])


def coverage_at(parameters: NDArray[np.float64], k: NDArray) -> NDArray[np.float64]:
    """pass@k of rates with `parameters` (3, ...): (1 - never) (1 - B(a, b + k) / B(a, b)), shape (..., len(k))."""
    never, a, b = parameters[..., None]
    return (1 - never) * (1 - np.exp(special.betaln(a, b + k) - special.betaln(a, b)))


def interval(drawn: NDArray, n: NDArray, c: NDArray, k: NDArray, level: float) -> NDArray[np.float64]:
    """low, median, high of pass@k for problems like these by a `posterior`, shape (3, len(k)).

    The interval never excludes what all problems show: low is 0 if none is solved, high is 1 if all are, as in
    Jeffreys' interval of a share (Brown, Cai and DasGupta 2001, doi 10.1214/ss/1009213286). If all are solved, low is
    at most the exact limit (`exact_ends`) of the observed pass@n.
    """
    ends = np.quantile(coverage_at(drawn, k), ((1 - level) / 2, 0.5, (1 + level) / 2), axis=0)
    ends[0] *= (c > 0).any()
    if (c > 0).all():
        ends[0] = np.minimum(ends[0], exact_ends(len(c), len(c), level)[0])
    ends[2] = np.where((c > 0).all() & (k >= n.min()), 1, ends[2])
    return ends


def chao2(n: int, c: NDArray[np.int64]) -> NDArray[np.float64] | float:
    """A lower bound of the number of solvable problems (Chao 1987; Colwell et al. 2012, doi 10.1093/jpe/rtr044).

    Problems are the species, samples the sampling units: S + (n-1)/n Q1 (Q1-1) / (2 (Q2+1)), where Qj problems have
    exactly j correct samples. n: samples of each problem. c: shape (..., problems). At most the number of problems.
    """
    once, twice = (c == 1).sum(-1), (c == 2).sum(-1)
    unseen = (n - 1) / n * once * (once - 1) / (2 * (twice + 1))
    return np.minimum((c > 0).sum(-1) + unseen, c.shape[-1])


def extrapolate(
    n: NDArray[np.int64], c: NDArray[np.int64], level: float, factor: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """pass@k for problems like these up to factor x n with its credible interval, and one row of facts about it.

    Returns (k, estimate, low, high) and (never, a, b, observed, chao2, chao2_low, chao2_high, held_out_error,
    held_out_low, held_out_high, held_out_factor, solved, withheld). estimate, never, a, b: medians of the posterior;
    null (withheld) if fewer than FEWEST problems are solved. chao2: as a share of the problems, with a bootstrap
    interval over them that is at least as wide as an exact one; null if n differs. held_out_error: predicted minus
    observed pass@n, mean and central `level` over HELD_OUT parts of the samples that are held_out_factor times smaller;
    null if it is withheld on all of them.
    """
    smallest, problems, rng = int(n.min()), len(n), np.random.default_rng(SEED)
    tails = (1 - level) / 2, (1 + level) / 2
    k = np.unique(np.geomspace(1, factor * smallest, 65).round().astype(np.int64))
    drawn, solved = posterior(n, c, rng), int((c > 0).sum())
    low, estimate, high = interval(drawn, n, c, k, level)
    curve = pl.DataFrame({"k": k, "estimate": estimate, "low": low, "high": high})

    observed = float(pass_at_k(n, c, smallest)[:, -1].mean())
    facts = dict(zip(("never", "a", "b"), np.median(drawn, axis=1), strict=True))
    facts["observed"] = observed
    if (n == smallest).all():
        again = chao2(smallest, c[rng.integers(problems, size=(DRAWS, problems))])
        facts["chao2"] = chao2(smallest, c) / problems
        ends, exact = np.quantile(again / problems, tails), exact_ends(chao2(smallest, c), problems, level)
        facts["chao2_low"], facts["chao2_high"] = min(ends[0], float(exact[0])), max(ends[1], float(exact[1]))
    reach = min(factor, smallest // SMALLEST_PART)
    if len(errors := held_out_errors(n, c, reach, observed, rng)):
        facts["held_out_error"] = np.mean(errors)
        facts["held_out_low"], facts["held_out_high"] = np.quantile(errors, tails)
    row = pl.DataFrame([facts], schema=dict.fromkeys(FACTS, pl.Float64))
    row = row.with_columns(held_out_factor=pl.lit(reach if len(errors) else None, pl.Int64), solved=pl.lit(solved))
    if withheld := solved < FEWEST:
        curve = curve.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("estimate", "low", "high"))
        row = row.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("never", "a", "b"))
    return curve, row.with_columns(withheld=pl.lit(withheld))


def held_out_errors(n: NDArray, c: NDArray, factor: int, observed: float, rng) -> list[float]:
    """Predicted minus observed pass@min(n), each from a random 1/factor of every problem's samples.

    Parts that solve fewer than FEWEST problems are left out, because nothing is extrapolated from them; empty for
    factor 1.
    """
    errors = []
    for _ in range(HELD_OUT if factor > 1 else 0):
        part = rng.hypergeometric(c, n - c, n // factor)
        if (part > 0).sum() >= FEWEST:
            predicted = coverage_at(posterior(n // factor, part, rng), n[[n.argmin()]])
            errors.append(float(np.median(predicted)) - observed)
    return errors
