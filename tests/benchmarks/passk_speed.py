"""All k at once against the usual loop over problems and k, intervals, and a grid of large n; run by hand.

The loops are the estimator as it is commonly written (Chen et al. 2021, figure 3), 1 - prod(1 - k / (n-c+1 ... n)), for
one problem and one k at a time: in plain Python, and with numpy for the product.
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow/scripts"))

import numpy as np
import polars as pl

from boundary.analysis.comparison import compare
from boundary.analysis.curves import curve
from boundary.analysis.intervals import curve_intervals
from boundary.analysis.pairs import pair_counts
from boundary.analysis.passk import pass_at_k


def loop(n: int, c: int, k: int) -> float:
    if n - c < k:
        return 1.0
    value = 1.0
    for i in range(n - c + 1, n + 1):
        value *= 1.0 - k / i
    return 1.0 - value


def numpy_loop(n: int, c: int, k: int) -> float:
    return 1.0 if n - c < k else 1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n + 1))


def timed(label: str, function, *arguments):
    begun = time.perf_counter()
    result = function(*arguments)
    print(f"{label}: {time.perf_counter() - begun:.3f} s", flush=True)
    return result, time.perf_counter() - begun


def main() -> None:
    rng = np.random.default_rng(0)
    problems, n = 500, 1024
    c = rng.binomial(n, rng.beta(0.35, 2.5, size=problems))
    pass_at_k(np.array([4]), np.array([1]))
    ours, fast = min(
        (timed("all k of 500 problems, n = 1,024", pass_at_k, np.full(problems, n), c) for _ in range(50)),
        key=lambda r: r[1],
    )
    ks = rng.choice(np.arange(1, n + 1), size=8, replace=False)  # the whole loop takes long: eight k of 1,024
    for label, one_value in (("plain Python", loop), ("numpy", numpy_loop)):
        call = lambda f=one_value: np.array([[f(n, int(one), int(k)) for k in ks] for one in c])  # noqa: E731
        looped, slow = timed(f"the loop in {label}, 8 of 1,024 k", call)
        difference = np.abs(looped - ours[:, ks - 1]).max()
        print(f"ratio {slow * n / len(ks) / fast:,.0f}; largest difference {difference:.1e}")
    timed("intervals and band over all k", curve_intervals, ours, 0.95)

    problems, n = 1000, 10_000
    ids = [str(i) for i in range(problems)]
    base, tuned = (rng.binomial(n, rng.beta(0.35, 2.5, size=problems)) for _ in range(2))
    frames = [pl.DataFrame({"problem_id": ids, "n": n, "c": c}) for c in (base, tuned)]
    timed("one model of 1,000 problems, n = 10,000", curve, [(np.full(problems, n), base)], 0.95)
    timed("one pair of it", compare, pair_counts(*frames), 0.95)
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
