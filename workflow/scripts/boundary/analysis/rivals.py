"""Further claims, if asked for: against the base under its best prompt, and against the base's majority vote.

The tuned model beats the base under its best prompt if it does so under every prompt and decoding of the base (an
intersection-union test: Berger 1982, doi 10.2307/1267823). The claim is refuted if the tuned model is behind under one
of them after correction over all. No prompt is selected by its result, so no samples are spent on selection.
"""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.asked import ABOVE_VOTE, BEST_PROMPT, Asked
from boundary.analysis.attempts import WITHOUT
from boundary.analysis.clusters import Problems, clusters_of, count_of
from boundary.analysis.decisions import coverage_k, side
from boundary.analysis.intervals import SEED, Band, difference_interval, student
from boundary.analysis.pairs import columns, pair_counts, run_clusters, run_counts
from boundary.analysis.passk import failing
from boundary.analysis.voting import samples_of, votes

SUBSETS = 10_000  # of k samples, for a claim about a majority vote
Values = NDArray[np.float64]


def best_prompt(
    kind: Asked, base: dict[str, pl.DataFrame], tuned: pl.DataFrame, large_k: int | str, level: float
) -> list[dict]:
    """A row for every curve of the base, its own first: tuned minus base at one k on the problems that all have.

    base: counts of one grader, by the name of the curve. p, low, high: of that curve alone; p_best: of its |t| as the
    largest of all, if all are equal.
    """
    (own,), others = run_counts([tuned], list(base.values()), incomplete=True)
    clusters = run_clusters([tuned, *base.values()], incomplete=True)
    n = min(int(samples.min()) for samples, _ in (own, *others))
    k = 1 if kind == BEST_PROMPT else coverage_k(large_k, n)
    solved = 1 - failing(*own, k)
    values = np.stack([solved - (1 - failing(*other, k)) for other in others], 1)
    over = Problems(values, clusters)
    found = student(over, (-1.0, 1.0))
    band = Band(over, (-1.0, 1.0), float(np.min(found.df)), every=True)
    interval = difference_interval(found, level)
    rows = []
    for place, name in enumerate(base):
        ends = {key: float(column[place]) for key, column in interval.items()}
        t = float(np.abs(found.mean[place]) / found.error[place]) if found.mean[place] else 0.0
        row: dict[str, Any] = {"claim": kind, "prompts": name, "k": k, "problems": len(values)}
        row |= {"estimate": float(values[:, place].mean()), **ends, "p_best": band.p(t)}
        rows.append(row | {"verdict": side(row["low"], row["high"], count_of(clusters))})
    return rows


def above_vote(base: pl.DataFrame, tuned: pl.DataFrame, wrong: pl.DataFrame, level: float, incomplete: bool) -> dict:
    """The row of tuned pass@1 minus the base's maj@k, k = n/2 of the base; empty if answers are unknown.

    base, tuned: counts of one grader; wrong: the base's wrong answers by the same (`counts.wrong_answers`). Samples
    without an answer do not vote.
    """
    pair = pair_counts(base, tuned, incomplete)
    answers = samples_of(wrong)
    known = base.filter(pl.col("problem_id").is_in(pair["problem_id"].implode()))
    if known["no_answer"].null_count() or not (answers or _all_right(known)):
        return {}
    (n, c), (others, right) = columns(pair)
    k, rng = max(1, int(n.min()) // 2), np.random.default_rng(SEED)
    voted = votes(n, c, [answers.get(problem, []) for problem in pair["problem_id"]], k, rng, SUBSETS)
    clusters = clusters_of(pair)
    differences = Problems(right / others - voted, clusters)
    found = {key: float(v) for key, v in difference_interval(student(differences, (-1.0, 1.0)), level).items()}
    row = {"claim": ABOVE_VOTE, "k": k, "problems": len(pair), "estimate": float(differences.values.mean())}
    return row | found | {"verdict": side(found["low"], found["high"], count_of(clusters))}


def _all_right(counts: pl.DataFrame) -> bool:
    """Whether no sample has a wrong answer, so that there is none to know."""
    silent = sum(counts[name].fill_null(0) for name in (*WITHOUT, "failed"))
    return bool((counts["c"] + silent >= counts["n"]).all())
