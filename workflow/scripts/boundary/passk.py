"""pass@k: the chance that k samples hold at least one correct one. From counts; knows nothing about files."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.errors import InputError


def count(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Samples n and correct samples c of every problem and grader, and why others are not correct.

    InputError for a sample that stands twice. `truncated`, `no_answer` and `failed` (time-out or crash of the grader)
    are samples that got no comparison at all; they count as not correct.
    """
    identity = ["grader", "problem_id", "sample_index"]
    twice = verdicts.filter(pl.struct(identity).is_duplicated())
    if len(twice):
        raise InputError(f"sample {twice['sample_index'][0]} of problem {twice['problem_id'][0]!r} has two verdicts")
    return verdicts.group_by("problem_id", "grader", maintain_order=True).agg(
        n=pl.len().cast(pl.Int64),
        c=pl.col("correct").sum().cast(pl.Int64),
        tokens=known_sum("tokens").cast(pl.Int64),
        truncated=(pl.col("reason") == "truncated").sum(),
        no_answer=(pl.col("reason") == "no answer").sum(),
        failed=pl.col("reason").is_in(["timeout", "error"]).sum(),
    )


def known_sum(*names: str) -> pl.Expr:
    """Sums of columns, null where a value is not known."""
    return pl.when(pl.col(*names).null_count() == 0).then(pl.col(*names).sum())


def wrong_answers(verdicts: pl.DataFrame) -> pl.DataFrame:
    """How many samples gave each wrong answer: problem_id, grader, answer, samples. Programs are left out.

    What a majority vote needs besides `count`; the right answers count as one, however written.
    """
    wrong = verdicts.filter(~pl.col("correct") & pl.col("answer").is_not_null() & (pl.col("grader") != "code"))
    return wrong.group_by("problem_id", "grader", "answer", maintain_order=True).agg(samples=pl.len().cast(pl.Int64))


LONG = 64  # tokens from which two equal responses are more likely a shared random stream than chance


def duplicates(blocks: list[pl.DataFrame]) -> pl.DataFrame:
    """Long responses that repeat another one of their problem word by word: problem_id, duplicates.

    blocks: problem_id, tokens, text_hash of every sample, once.
    """
    long = pl.concat(blocks).filter(pl.col("tokens") >= LONG)
    return long.group_by("problem_id").agg(duplicates=(pl.len() - pl.col("text_hash").n_unique()).cast(pl.Int64))


def require_new(verdicts: pl.DataFrame, seen: set[int]) -> None:
    """InputError where a block has sample indices that an earlier one had; adds its indices to `seen`."""
    indices = set(verdicts["sample_index"].unique())
    if again := indices & seen:
        raise InputError(f"sample {min(again)} stands in two blocks")
    seen |= indices


def total(blocks: list[pl.DataFrame]) -> pl.DataFrame:
    """Counts (or wrong answers) of several blocks of sample indices added up, in the order of the first."""
    counts = pl.concat(blocks)
    keys = [key for key in ("problem_id", "grader", "answer") if key in counts.columns]
    return counts.group_by(keys, maintain_order=True).agg(known_sum(*(c for c in counts.columns if c not in keys)))


def of_grader(frame: pl.DataFrame, grader: str) -> pl.DataFrame:
    """The rows of one grader. InputError where the frame has none."""
    rows = frame.filter(grader=grader)
    if not len(rows):
        known = ", ".join(frame["grader"].unique(maintain_order=True))
        raise InputError(f"there are no verdicts of grader {grader!r}, only of {known}; run verification again")
    return rows


def by_model(spec: dict, frames: Iterable[pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Frames of the models of a figure, in its order, by name: the rows of the figure's grader."""
    names = (model["name"] for model in spec["models"])
    return {name: of_grader(frame, spec["grader"]) for name, frame in zip(names, frames, strict=True)}


BINS = 11  # of arXiv 2504.13837, Figure 5: accuracy exactly 0, then (0, 0.1], ..., (0.9, 1.0]


def accuracy_bin(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.int64]:
    """The accuracy bin of every problem, in exact integer arithmetic: c/n is in ((b-1)/10, b/10]."""
    return -(-10 * c // n)


def accuracy_bins(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of problems in each accuracy bin."""
    return np.bincount(accuracy_bin(n, c), minlength=BINS)


def pass_at_k(n: NDArray[np.int64], c: NDArray[np.int64], largest_k: int | None = None) -> NDArray[np.float64]:
    """Unbiased pass@k of every problem for k = 1..largest_k (Chen et al. 2021, arXiv 2107.03374, eq. 1).

    n, c: samples and correct samples per problem, shape (problems,). Returns shape (problems, largest_k), by default
    up to min(n). 1 - C(n-c, k) / C(n, k), as the running product of (n-c-k+1) / (n-k+1).
    Raises ValueError where n < 1, c is not in 0..n, or k > n, naming the problem's row.
    """
    n, c = _whole("n", n), _whole("c", c)
    if n.ndim != 1 or n.shape != c.shape or not len(n):
        raise ValueError(f"n and c must be two equally long, non-empty vectors, not of shapes {n.shape} and {c.shape}")
    for wrong, why in ((n < 1, "n must be at least 1"), (c < 0, "c must not be negative"), (c > n, "c exceeds n")):
        if wrong.any():
            row = int(wrong.argmax())
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
    wrong = ~(np.isfinite(values) & (values == np.floor(values)))
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"problem in row {row}: {name} = {values[row]} is not a whole number")
    return values.astype(np.int64)


def sampling_variance(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.float64]:
    """Unbiased variance of every problem's pass@k over the drawing of its samples, for k = 1..min(n) // 2.

    With q(k) = C(n-c, k) / C(n, k), the estimate of failing k times: q(k)**2 - q(2k), as q(2k) estimates the square of
    the true value without bias. It exists for k <= n/2 only. Shape (problems, min(n) // 2).
    """
    failure = 1.0 - pass_at_k(n, c)
    half = failure.shape[1] // 2
    return (failure[:, :half] ** 2 - failure[:, 1 : 2 * half : 2]).clip(min=0)


def sampling_error(n: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard error of the mean pass@k for these very problems, from drawing samples alone, k <= min(n) // 2."""
    return np.sqrt(sampling_variance(n, c).sum(0)) / len(n)
