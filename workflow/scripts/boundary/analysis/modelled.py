"""The variance of pass@k for these very problems beyond n/2, where nothing unbiased is known: from a fitted model.

Named as such wherever it is shown, and used for no claim.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from boundary.analysis.beyond import posterior
from boundary.analysis.intervals import SEED
from boundary.analysis.passk import pass_at_k

POINTS = 24  # k between n/2 and n at which it is computed; interpolated between them


def modelled_variance(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.float64]:
    """Variance of every problem's estimate at k = min(n) // 2 + 1 .. min(n), shape (problems, those k).

    Samples are drawn anew at the problem's posterior mean rate under the zero-inflated beta-binomial that all counts suggest
    (medians of `beyond.posterior`): c' ~ Binomial(n, rate), variance of 1 - C(n-c', k) / C(n, k).
    """
    smallest = int(n.min())
    k = np.arange(smallest // 2 + 1, smallest + 1)
    some = np.unique(np.linspace(k[0], k[-1], POINTS).round().astype(np.int64))
    kinds, which = np.unique(np.stack([n, c], 1), axis=0, return_inverse=True)
    never, a, b = np.median(posterior(n, c, np.random.default_rng(SEED)), axis=1)
    table = np.empty((len(kinds), len(k)))
    for samples in np.unique(kinds[:, 0]):
        rows = np.flatnonzero(kinds[:, 0] == samples)
        own = kinds[rows, 1]
        reached = np.exp(special.betaln(a, b + samples) - special.betaln(a, b))  # P(c = 0) of a rate above zero
        alive = np.where(own == 0, (1 - never) * reached / (never + (1 - never) * reached), 1.0)
        rate = alive * (a + own) / (a + b + samples)
        every = np.arange(samples + 1)
        values = pass_at_k(np.full(samples + 1, samples), every, smallest)[:, some - 1]
        chance = stats.binom.pmf(every, samples, rate[:, None])
        variance = chance @ values**2 - (chance @ values) ** 2
        table[rows] = [np.interp(k, some, row) for row in variance.clip(min=0)]
    return table[which.reshape(-1)]


def modelled_error(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard error of the mean pass@k for these very problems at k = min(n) // 2 + 1 .. min(n)."""
    return np.sqrt(modelled_variance(n, c).sum(0)) / len(n)
