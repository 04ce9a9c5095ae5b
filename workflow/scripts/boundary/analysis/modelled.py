"""The variance of pass@k for exactly these problems above n/2, where no unbiased estimate is known: from a fitted
model.

It is labelled as modelled in all outputs, and no claim uses it.
"""

import numpy as np
from numpy.typing import NDArray

from boundary.analysis.distributions import binom_pmf
from boundary.analysis.passk import failing

POINTS = 24  # k between n/2 and n at which it is computed; interpolated between them
ROUNDS = 100  # of expectation and maximisation


def modelled_variance(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.float64]:
    """Variance of every problem's estimate at k = min(n) // 2 + 1 .. min(n), shape (problems, those k).

    It is the variance of 1 - C(n-c', k) / C(n, k) with c' ~ Binomial(n, rate), averaged over the posterior of the
    problem's rate, under the distribution of rates that makes all counts likeliest, on a grid (Kiefer and Wolfowitz
    1956, doi 10.1214/aoms/1177728066).
    """
    smallest = int(n.min())
    k = np.arange(smallest // 2 + 1, smallest + 1)
    some = np.unique(np.linspace(k[0], k[-1], POINTS).round().astype(np.int64))
    kinds, which, times = np.unique(np.stack([n, c], 1), axis=0, return_inverse=True, return_counts=True)
    rates = np.concatenate([[0], np.geomspace(0.05 / n.max(), 0.5, 40), 1 - np.geomspace(0.4, 0.05 / n.max(), 20), [1]])
    likelihood = binom_pmf(kinds[:, 1:], kinds[:, :1], rates)
    shares = np.full(len(rates), 1 / len(rates))
    for _ in range(ROUNDS):
        rate = likelihood * shares
        rate /= rate.sum(1, keepdims=True)
        shares = times @ rate / times.sum()
    table = np.empty((len(kinds), len(k)))
    for samples in np.unique(kinds[:, 0]):
        every, rows = np.arange(samples + 1), kinds[:, 0] == samples
        values = 1 - failing(samples, every[:, None], some)
        chance = binom_pmf(every, samples, rates[:, None])
        variance = rate[rows] @ (chance @ values**2 - (chance @ values) ** 2).clip(min=0)
        table[rows] = [np.interp(k, some, row) for row in variance]
    return table[which.reshape(-1)]


def modelled_error(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard error of the mean pass@k for exactly these problems at k = min(n) // 2 + 1 .. min(n)."""
    return np.sqrt(modelled_variance(n, c).sum(0)) / len(n)
