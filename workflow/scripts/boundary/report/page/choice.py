"""Which samples of a problem are shown on its page if there are too many to show all."""

import numpy as np
import polars as pl

from boundary.analysis.counts import OF_PROGRAMS

SEED = 20251124  # of the draw
RIGHT, DISAGREE, UNFINISHED, WRONG = "right", "graders disagree", "unfinished", "wrong"
ORDER = (RIGHT, DISAGREE, WRONG, UNFINISHED)  # who is drawn first where they take turns
UNFINISHED_FOR = ("truncated", "interrupted", "no answer")  # reasons that keep a sample from being compared
GRADER_FAILED = ("timeout", "error")  # but where a program was run: then it is wrong
SAMPLE = ("problem_id", "sample_index")


def kinds(verdicts: pl.DataFrame, grader: str) -> pl.DataFrame:
    """problem_id, sample_index, right, disagree, unfinished of every sample of a model.

    verdicts: problem_id, sample_index, grader, correct, reason. grader: the one whose verdict counts.
    """
    own = pl.col("grader") == grader
    ungraded = UNFINISHED_FOR if grader in OF_PROGRAMS else (*UNFINISHED_FOR, *GRADER_FAILED)
    return verdicts.group_by(SAMPLE, maintain_order=True).agg(
        right=(pl.col("correct") & own).any(),
        disagree=pl.col("correct").n_unique() > 1,
        unfinished=(pl.col("reason").is_in(ungraded) & own).any(),
    )


def chosen(found: pl.DataFrame, most: int) -> pl.DataFrame:
    """The rows of `kinds` that are shown: about `most` of every problem, drawn at random, with kinds taking turns.

    Evidence is always shown: all right samples of a problem with at most `most` of them, and at most `most` samples on
    which graders disagree, even if that exceeds `most`. At least a quarter of `most` is other samples.
    """
    evident = pl.when("disagree").then(pl.lit(DISAGREE)).when("right").then(pl.lit(RIGHT))
    kind = evident.when("unfinished").then(pl.lit(UNFINISHED)).otherwise(pl.lit(WRONG))
    drawn = np.random.default_rng(SEED).random(len(found))
    rows = found.with_columns(kind=kind, drawn=pl.Series(drawn))
    rows = rows.with_columns(turn=pl.col("drawn").rank("ordinal").over("problem_id", "kind"))
    few = pl.col("right").sum().over("problem_id") <= most
    evidence = (pl.col("right") & few) | (pl.col("disagree") & (pl.col("turn") <= most))
    rows = rows.with_columns(evidence=evidence)
    first = pl.col("kind").replace_strict({name: place for place, name in enumerate(ORDER)}, return_dtype=pl.Int64)
    rows = rows.with_columns(first=first).sort("turn", "first", maintain_order=True)
    of_others = (~pl.col("evidence")).cum_sum().over("problem_id")
    room = pl.max_horizontal(most - pl.col("evidence").sum().cast(pl.Int64).over("problem_id"), pl.lit(-(-most // 4)))
    kept = rows.filter(pl.col("evidence") | (of_others <= room))
    return kept.select(*found.columns).sort(SAMPLE)


def totals(found: pl.DataFrame) -> pl.DataFrame:
    """n, and the numbers of right, disagreed and unfinished samples, of every problem. found: `kinds`."""
    sums = pl.col("right", "disagree", "unfinished").sum().cast(pl.Int64)
    return found.group_by("problem_id", maintain_order=True).agg(sums, n=pl.len().cast(pl.Int64))
