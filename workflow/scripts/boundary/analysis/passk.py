"""pass@k: the chance that at least one of k samples is correct, from counts. Knows nothing about files."""

import numpy as np
from numpy.typing import NDArray

from boundary.analysis.distributions import hypergeom_pmf

Counts = tuple[NDArray[np.int64], NDArray[np.int64]]  # n and c of every problem


def pass_at_k(n: NDArray[np.int64], c: NDArray[np.int64], largest_k: int | None = None) -> NDArray[np.float64]:
    """Unbiased pass@k of every problem for k = 1..largest_k (Chen et al. 2021, arXiv 2107.03374, eq. 1).

    n, c: samples and correct samples per problem, shape (problems,). Returns shape (problems, largest_k), by default
    up to min(n). 1 - C(n-c, k) / C(n, k), as the running product of (n-c-k+1) / (n-k+1).
    Raises ValueError where n < 1, c is not in 0..n, or k > n, naming the problem's row.
    """
    n, c = _whole("n", n), _whole("c", c)
    if n.ndim != 1 or n.shape != c.shape or not len(n):
        raise ValueError(f"n and c must be two equally long, non-empty vectors, not of shapes {n.shape} and {c.shape}")
    for broken, why in ((n < 1, "n must be at least 1"), (c < 0, "c must not be negative"), (c > n, "c exceeds n")):
        if broken.any():
            row = int(broken.argmax())
            raise ValueError(f"problem in row {row}: n = {n[row]}, c = {c[row]}: {why}")
    largest_k = int(n.min()) if largest_k is None else largest_k
    if largest_k < 1 or largest_k > n.min():
        row = int(n.argmin())
        raise ValueError(f"problem in row {row}: pass@k needs 1 <= k <= n, but k = {largest_k} and n = {n[row]}")
    k = np.arange(1.0, largest_k + 1)
    # few (n, c) are distinct: each is computed once
    _, first, problem = np.unique(n * (n.max() + 1) + c, return_index=True, return_inverse=True)
    samples, wrong = n[first], (n - c)[first]
    table = wrong[:, None] - k + 1
    np.maximum(table, 0, out=table)
    table /= (samples[:1] if (samples == samples[0]).all() else samples)[:, None] - k + 1
    np.cumprod(table, axis=1, out=table)
    np.subtract(1, table, out=table)
    return table.take(problem, axis=0)


def _whole(name: str, values: NDArray) -> NDArray[np.int64]:
    """`values` as integers; ValueError, naming the row, where one is not a whole number (NaN, a missing value)."""
    values = np.asarray(values, dtype=np.float64)
    broken = ~(np.isfinite(values) & (values == np.floor(values)))
    if broken.any():
        row = int(broken.argmax())
        raise ValueError(f"problem in row {row}: {name} = {values[row]} is not a whole number")
    return values.astype(np.int64)


def failing(n: NDArray[np.int64], c: NDArray[np.int64], k: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """C(n-c, k) / C(n, k), the chance that none of k samples is correct: 1 - `pass_at_k` at single k, broadcast."""
    return hypergeom_pmf(0, n, c, k)


def sampling_variance(
    n: NDArray[np.int64], c: NDArray[np.int64], values: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Unbiased sampling variance of every problem's pass@k, for k = 1..min(n) // 2.

    With q(k) = C(n-c, k) / C(n, k), the estimate of failing k times, it is q(k)**2 - q(2k), because q(2k) is an
    unbiased estimate of the square of the true value. It exists for k <= n/2 only. values: `pass_at_k` of n, c, if
    already computed. Shape (problems, min(n) // 2).
    """
    failure = 1.0 - (pass_at_k(n, c) if values is None else values)
    half = failure.shape[1] // 2
    return (failure[:, :half] ** 2 - failure[:, 1 : 2 * half : 2]).clip(min=0)


def sampling_error(
    n: NDArray[np.int64], c: NDArray[np.int64], values: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Standard error of the mean pass@k for exactly these problems (only sampling varies), k <= min(n) // 2."""
    return np.sqrt(sampling_variance(n, c, values).sum(0)) / len(n)


def powers_of_two(n: int) -> list[int]:
    """1, 2, 4, ... up to n, and n."""
    return sorted({*(2**i for i in range(int(np.log2(n)) + 1)), n})
