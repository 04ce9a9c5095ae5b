"""Whether a problem's success rate reaches a given one: solvable, not at this rate, or undecided.

Claims and the table of problems use exact binomial tests (`exact_status`). `status` only decides which problems are
topped up: samples depend on it.
"""

import numpy as np
from numpy.typing import NDArray

from boundary.analysis.distributions import beta_sf, binom_cdf, binom_sf
from boundary.analysis.multiplicity import holm

STATUSES = ("solvable", "undecided", "not at this rate")


def status(n: NDArray[np.int64], c: NDArray[np.int64], rate: float, level: float) -> NDArray[np.str_]:
    """Whether a problem's success rate reaches `rate`: one of STATUSES for every problem.

    Decided if the posterior chance of one side, under Jeffreys' prior, is at least `level`.
    """
    reaches = beta_sf(rate, c + 0.5, n - c + 0.5)
    return np.select([reaches >= level, reaches <= 1 - level], [STATUSES[0], STATUSES[2]], STATUSES[1])


def reaches_p(n: NDArray[np.int64], c: NDArray[np.int64], rate: float) -> NDArray[np.float64]:
    """Exact binomial p of a success rate below `rate`, per problem: small if the problem is shown to reach the rate."""
    return binom_sf(c - 1, n, rate)


def misses_p(n: NDArray[np.int64], c: NDArray[np.int64], rate: float) -> NDArray[np.float64]:
    """Exact binomial p of a success rate of `rate` or more, per problem: small if the problem is shown to miss the
    rate."""
    return binom_cdf(c, n, rate)


def exact_status(
    n: NDArray[np.int64], c: NDArray[np.int64], rate: float, level: float, every: bool = False
) -> NDArray[np.str_]:
    """One of STATUSES for every problem, by exact binomial tests at 1 - level for either side.

    every: with Holm's correction over the problems, so that all decisions hold at once.
    """
    reaches, misses = reaches_p(n, c, rate), misses_p(n, c, rate)
    if every:
        reaches, misses = holm(reaches), holm(misses)
    return np.select([reaches <= 1 - level, misses <= 1 - level], [STATUSES[0], STATUSES[2]], STATUSES[1])
