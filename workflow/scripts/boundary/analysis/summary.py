"""All counts and estimates of one curve: a model on a benchmark under a decoding."""

from collections.abc import Iterable

import polars as pl

from boundary.analysis.clusters import clusters_of, joined
from boundary.analysis.curves import curve
from boundary.analysis.diversity import SCHEMA, diversity
from boundary.analysis.extrapolation import extrapolate
from boundary.analysis.metrics import metrics
from boundary.analysis.pairs import run_counts
from boundary.analysis.select import each_grader


def summarise(
    counts: pl.DataFrame,
    wrong: pl.DataFrame,
    types: pl.DataFrame | None,
    clusters: Iterable[pl.DataFrame],
    level: float,
    beyond: int,
) -> dict[str, pl.DataFrame]:
    """Frames `passk`, `metrics`, `beyond`, `fit` and `diversity` of every grader.

    counts: problem_id, grader, n, c and more, a row per problem and grader (`counts.count`). wrong:
    `counts.wrong_answers`. types: `diversity.types`, or None if there are no samples: then the frame of diversity is
    empty. level: of intervals. beyond: number of samples up to which to extrapolate (`extrapolation.extrapolate`).
    clusters: of the benchmark's problems, as in `clusters.joined`.
    """

    def of_grader(rows: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
        others = wrong.filter(grader=rows["grader"][0])
        fitted, fit = extrapolate(rows["n"].to_numpy(), rows["c"].to_numpy(), level, beyond)
        return curve(run_counts([rows], [])[0], level, clusters_of(rows)), metrics(rows, others, level), fitted, fit

    found = dict(
        zip(("passk", "metrics", "beyond", "fit"), each_grader([joined(counts, clusters)], of_grader), strict=True)
    )
    return found | {"diversity": pl.DataFrame(schema=SCHEMA) if types is None else diversity(types, level, clusters)}
