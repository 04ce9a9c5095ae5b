"""Majority votes of k samples."""

import numpy as np

VOTES = 100  # random subsets of k samples per problem


def maj_at_k(c: int, wrong: list[int], silent: int, k: int, rng: np.random.Generator, subsets: int = VOTES) -> float:
    """maj@k of one problem: how often the most frequent answer of k samples is correct, ties shared out.

    c: correct samples (they count as one answer, however written); wrong: samples of each wrong answer; silent: samples
    without an answer, which do not vote. Over random `subsets` without replacement.
    """
    votes = rng.multivariate_hypergeometric([silent, c, *wrong], k, size=subsets, method="marginals")[:, 1:]
    most = votes.max(1)
    tied = (votes == most[:, None]).sum(1)
    return float(np.where((votes[:, 0] == most) & (most > 0), 1 / tied, 0.0).mean())
