"""Accuracy bins: how problems spread over the share of correct samples, and how they move from base to tuned."""

import itertools

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.distributions import binom_cdf

PAIR_COLUMNS = ("n_base", "c_base", "n_tuned", "c_tuned")
BINS = 11  # of arXiv 2504.13837, Figure 5: accuracy exactly 0, then (0, 0.1], ..., (0.9, 1.0]


EDGES = np.linspace(0, 1, BINS)
BIN_NAMES = ["0"] + [f"({low:.1f}, {high:.1f}]" for low, high in itertools.pairwise(EDGES)]


def accuracy_bin(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.int64]:
    """The accuracy bin of every problem, in exact integer arithmetic: c/n is in ((b-1)/10, b/10]."""
    return -(-10 * c // n)


def accuracy_bins(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of problems in each accuracy bin."""
    return np.bincount(accuracy_bin(n, c), minlength=BINS)


def transitions(problems: pl.DataFrame) -> NDArray[np.int64]:
    """Number of problems by accuracy bin of the base (rows) and of the tuned model (columns): (BINS, BINS)."""
    n_base, c_base, n_tuned, c_tuned = (problems[name].to_numpy() for name in PAIR_COLUMNS)
    table = np.zeros((BINS, BINS), dtype=np.int64)
    np.add.at(table, (accuracy_bin(n_base, c_base), accuracy_bin(n_tuned, c_tuned)), 1)
    return table


def guess_histogram(rates: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Expected number of problems in each accuracy bin when every problem gets n guesses."""
    upper = np.floor(np.arange(BINS) * n / (BINS - 1))  # the largest count in each bin
    return np.diff(binom_cdf(upper, n, rates[:, None]), axis=1, prepend=0.0).sum(0)
