"""Majority votes of k samples."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

VOTES = 100  # random subsets of k samples per problem


def maj_at_k(c: int, wrong: list[int], silent: int, k: int, rng: np.random.Generator, subsets: int = VOTES) -> float:
    """maj@k of one problem: how often the most frequent answer of k samples is correct; ties count in part.

    c: correct samples (they count as one answer, however written); wrong: samples of each wrong answer; silent: samples
    without an answer, which do not vote. Over random `subsets` without replacement.
    """
    votes = rng.multivariate_hypergeometric([silent, c, *wrong], k, size=subsets, method="marginals")[:, 1:]
    most = votes.max(1)
    tied = (votes == most[:, None]).sum(1)
    return float(np.where((votes[:, 0] == most) & (most > 0), 1 / tied, 0.0).mean())


def votes(
    n: NDArray[np.int64],
    c: NDArray[np.int64],
    wrong: Iterable[list[int]],
    k: int,
    rng: np.random.Generator,
    subsets: int = VOTES,
) -> NDArray[np.float64]:
    """`maj_at_k` of every problem; samples that are neither correct nor wrong do not vote."""
    problems = zip(n.tolist(), c.tolist(), wrong, strict=True)
    return np.array(
        [maj_at_k(right, each, size - right - sum(each), k, rng, subsets) for size, right, each in problems]
    )


def samples_of(wrong: pl.DataFrame) -> dict[str, list[int]]:
    """Samples of each wrong answer, by problem. wrong: `counts.wrong_answers`, of one grader."""
    return dict(wrong.group_by("problem_id").agg("samples").iter_rows())
