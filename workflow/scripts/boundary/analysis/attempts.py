"""The gain at k = 1, split into answering more often and being right more often when there is an answer.

a: the mean share of samples with an answer. q: the mean share of right ones divided by a (a ratio of means). The gain
is (change of a)(mean q) + (mean a)(change of q), with means over the two models: the parts add up exactly. q also falls
if harder problems are answered. For k > 1 there is no such split, because pass@k is not a share of samples.
"""

from functools import reduce
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Problems, clusters_of
from boundary.analysis.ratios import difference_of, linearised, share_of

Values = NDArray[np.float64]
PARTS = ("gain by answering more often", "gain by being right more often")
GAIN = "gain at k = 1"
WITHOUT = ("no_answer", "truncated", "interrupted")  # reasons of samples that have none


class Attempts(NamedTuple):
    """Per problem: the share of samples with an answer, and the share of right samples."""

    answered: Values
    right: Values

    @property
    def rate(self) -> Values:
        """a."""
        return self.answered.mean(0)

    @property
    def precision(self) -> Values:
        """q."""
        return self.right.mean(0) / self.answered.mean(0)


def attempts(counts: pl.DataFrame, problems: list[str]) -> Attempts | None:
    """`Attempts` of some problems, in their order. counts: of one grader. None if it is unknown which samples
    answer."""
    rows = pl.DataFrame({"problem_id": problems}).join(counts, on="problem_id", how="left", maintain_order="left")
    if rows["no_answer"].null_count():
        return None
    silent = sum(rows[name].fill_null(0).to_numpy() for name in WITHOUT)  # where an end is not known, none is cut
    n, c = rows["n"].to_numpy(), rows["c"].to_numpy()
    return Attempts(np.maximum(n - silent, c) / n, c / n)


def split(base: list[pl.DataFrame], tuned: list[pl.DataFrame], level: float) -> list[dict]:
    """Rows of a and q of both sides, of the two parts and of the gain: measure, k, estimate, low, high.

    base, tuned: counts of one grader, one frame per run, on the problems that all have, with their cluster if there is
    one. Empty if a model never answers, or if it is unknown which samples answer.
    """
    ids = base[0]["problem_id"].to_list()
    common = reduce(set.intersection, (set(frame["problem_id"]) for frame in base + tuned))
    problems = [problem for problem in ids if problem in common]
    clusters = clusters_of(base[0].filter(pl.col("problem_id").is_in(common)))
    sides = [[run for frame in side if (run := attempts(frame, problems)) and run.rate] for side in (base, tuned)]
    if [len(side) for side in sides] != [len(base), len(tuned)]:
        return []
    ours, theirs = (_mean(side) for side in sides)
    rows = []
    for name, side, runs in zip(("base", "tuned"), (ours, theirs), sides, strict=True):
        rates, precisions = (np.array([getattr(run, key) for run in runs]) for key in ("rate", "precision"))
        rows.append(
            {"measure": f"answered, {name}", "k": 1} | share_of(Problems(side.answered, clusters), level, rates)
        )
        own = Problems(linearised(side.right, side.answered), clusters)
        rows.append({"measure": f"right where answered, {name}", "k": 1} | share_of(own, level, precisions))
    of_runs = zip(_of_runs(sides[0], theirs, -1), _of_runs(sides[1], ours, 1), strict=True)
    for measure, values, added in zip((*PARTS, GAIN), parts(ours, theirs), of_runs, strict=True):
        rows.append({"measure": measure, "k": 1} | difference_of(Problems(values, clusters), level, *added))
    return rows


def parts(base: Attempts, tuned: Attempts) -> tuple[Values, Values, Values]:
    """The two parts and the gain as linearised values per problem: their means are the parts and the gain."""
    more, better = tuned.rate - base.rate, tuned.precision - base.precision
    rate, precision = (base.rate + tuned.rate) / 2, (base.precision + tuned.precision) / 2
    (qb, qt) = (linearised(side.right, side.answered) for side in (base, tuned))
    answering = precision * (tuned.answered - base.answered) + more * ((qb + qt) / 2 - precision)
    being_right = rate * (qt - qb) + better * ((base.answered + tuned.answered) / 2 - rate)
    return answering, being_right, tuned.right - base.right


def _mean(runs: list[Attempts]) -> Attempts:
    return Attempts(*(np.mean([getattr(run, key) for run in runs], axis=0) for key in Attempts._fields))


def _of_runs(runs: list[Attempts], other: Attempts, sign: int) -> tuple[Values, Values, Values]:
    """The parts and the gain between every run of a side and the mean of the other."""
    pairs = ((run, other) if sign < 0 else (other, run) for run in runs)
    found = np.array([[values.mean() for values in parts(*pair)] for pair in pairs])
    return tuple(found.T)
