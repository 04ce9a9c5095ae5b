"""Diversity: how many distinct answers, and how many distinct responses, are among k samples of a problem."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Problems, clusters_of, joined
from boundary.analysis.counts import OF_PROGRAMS
from boundary.analysis.intervals import difference_interval, student
from boundary.analysis.passk import pass_at_k
from boundary.schema import Schema

ANSWERS, TRACES = "answers", "traces"  # what is told apart
SCHEMA: Schema = {
    "what": pl.String,
    "k": pl.Int64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "problems": pl.Int64,
    "grader": pl.String,
}
RIGHT = 0  # the type of every right answer, however written
COLUMNS = ("problem_id", "grader", "text_hash", "answer", "correct")  # of verdicts


def types(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Samples of every distinct type of a problem: problem_id, grader, what, type, samples.

    verdicts: COLUMNS. Traces are whole responses. All right answers are one type. Wrong answers are distinguished by
    their text, and so are programs, right or wrong. A sample without an answer has the type null.
    """
    right = pl.col("correct") & ~pl.col("grader").is_in(OF_PROGRAMS)
    answer = pl.when(right).then(pl.lit(RIGHT, pl.UInt64)).otherwise(pl.col("answer").hash())
    answer = pl.when(pl.col("answer").is_not_null()).then(answer)
    kinds = ((ANSWERS, answer), (TRACES, pl.col("text_hash")))
    frames = [verdicts.select("problem_id", "grader", what=pl.lit(what), type=found) for what, found in kinds]
    return added([frame.with_columns(samples=pl.lit(1, pl.Int64)) for frame in frames])


def added(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sum of `types` of several blocks."""
    keys = ["problem_id", "grader", "what", "type"]
    return pl.concat(frames).group_by(keys, maintain_order=True).agg(pl.col("samples").sum())


def diversity(found: pl.DataFrame, level: float, clusters: Iterable[pl.DataFrame] = ()) -> pl.DataFrame:
    """The mean over problems of the number of distinct types among k samples, with intervals: SCHEMA. found: `types`.

    clusters: as in `clusters.joined`.
    """
    frames = []
    for (grader, what), rows in found.group_by("grader", "what", maintain_order=True):
        problems = rows.select(pl.col("problem_id").unique(maintain_order=True)).with_row_index("row")
        rows = rows.join(problems, on="problem_id", maintain_order="left")
        own = clusters_of(joined(problems, clusters))
        n = rows.group_by("row").agg(pl.col("samples").sum()).sort("row")["samples"].to_numpy()
        shown = rows.filter(pl.col("type").is_not_null())
        values = rarefaction(n, shown["row"].to_numpy(), shown["samples"].to_numpy())
        curve = pl.DataFrame({"k": np.arange(1, values.shape[1] + 1)} | _mean(Problems(values, own), level))
        facts = {"n": int(n.min()), "problems": len(n), "grader": grader, "what": what}
        frames.append(curve.with_columns(**{key: pl.lit(value) for key, value in facts.items()}))
    return pl.concat(frame.select(*SCHEMA).cast(pl.Schema(SCHEMA)) for frame in frames)


def rarefaction(n: NDArray[np.int64], problem: NDArray[np.int64], m: NDArray[np.int64]) -> NDArray[np.float64]:
    """Expected number of distinct types among k of the n samples of a problem, drawn without replacement.

    n: samples per problem. problem, m: for every type, the row of its problem in n and its number of samples, shape
    (types,). Returns shape (problems, min(n)), for k = 1..min(n): the sum over types of 1 - C(n-m, k) / C(n, k), the
    chance that k samples contain it (Hurlbert 1971, doi 10.2307/1934145). This is the pass@k of m right samples.
    """
    if not len(m):
        return np.zeros((len(n), int(n.min())))
    pairs, which = np.unique(np.stack([n[problem], m]), axis=1, return_inverse=True)  # few are distinct
    many = np.zeros((len(n), pairs.shape[1]))
    np.add.at(many, (problem, which.ravel()), 1)
    samples, shown = pairs
    return many @ pass_at_k(samples, shown, largest_k=int(n.min()))


def _mean(found: Problems, level: float) -> dict[str, NDArray[np.float64]]:
    """estimate, low, high: Student's t over problems. No pseudo-problems: most problems are far from k types."""
    k = np.arange(1.0, found.values.shape[1] + 1)
    interval = difference_interval(student(found, (0.0, 0.0), weight=0.0), level, k)
    return {"estimate": found.values.mean(0), "low": interval["low"].clip(min=0), "high": interval["high"]}
