"""Two models on the same problems: their counts next to each other, and which of them solved what."""

from itertools import islice
from typing import TypeVar

import numpy as np
import polars as pl

from boundary.analysis.clusters import CLUSTER, Clusters, clusters_of, joined
from boundary.analysis.passk import Counts
from boundary.errors import InputError

SEED = 20250418  # of cutting unequal budgets
One = TypeVar("One")
CATEGORIES = ("both", "base only", "tuned only", "neither")


def pair_counts(base: pl.DataFrame, tuned: pl.DataFrame, incomplete: bool = False) -> pl.DataFrame:
    """Counts of two models next to each other: problem_id, n_base, c_base, n_tuned, c_tuned, and cluster if base has
    it.

    base, tuned: counts of one grader. InputError if a problem appears twice, is missing on a side, or has no count.
    With `incomplete`, problems that are missing on a side are left out, but not all of them.
    """
    for frame, side in ((base, "base"), (tuned, "tuned")):
        twice = frame.filter(pl.col("problem_id").is_duplicated())
        if len(twice):
            raise InputError(f"problem {twice['problem_id'][0]!r} appears twice in the counts of the {side} model")
    for one, other, side in ((base, tuned, "tuned"), (tuned, base, "base")):
        missing = set(one["problem_id"]) - set(other["problem_id"])
        if len(missing) > (len(one) - 1 if incomplete else 0):
            raise InputError(
                f"problem {min(missing)!r} has no samples of the {side} model ({len(missing)} problems); add "
                "`incomplete: true` to the pair to compare on the problems that both have"
            )
    pair = base.select("problem_id", n_base="n", c_base="c").join(
        tuned.select("problem_id", n_tuned="n", c_tuned="c"), on="problem_id", how="inner", maintain_order="left"
    )
    for column in pair.columns[1:]:
        unknown = pair.filter(pl.col(column).is_null() | pl.col(column).cast(pl.Float64).is_nan())
        if len(unknown):
            raise InputError(f"problem {unknown['problem_id'][0]!r}: {column} is not a number")
    known = [base.select("problem_id", CLUSTER)] if CLUSTER in base.columns else []
    return joined(pair, known)


def run_counts(
    base: list[pl.DataFrame], tuned: list[pl.DataFrame], incomplete: bool = False
) -> tuple[list[Counts], list[Counts]]:
    """(n, c) of every run of both sides, each of shape (problems,), problem by problem in the same order.

    base, tuned: counts of one grader, one frame per training run; errors and `incomplete` as of `pair_counts`.
    """
    if incomplete:
        base, tuned = in_groups(on_shared(base + tuned), [len(base), len(tuned)])
    others = [columns(pair_counts(base[0], other, incomplete))[1] for other in (*base[1:], *tuned)]
    counts = [(base[0]["n"].to_numpy(), base[0]["c"].to_numpy()), *others]
    return counts[: len(base)], counts[len(base) :]


def on_shared(frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """The rows of problems that all frames have; all rows if they have none in common."""
    shared = set.intersection(*(set(frame["problem_id"]) for frame in frames))
    return [frame.filter(pl.col("problem_id").is_in(shared)) if shared else frame for frame in frames]


def run_clusters(frames: list[pl.DataFrame], incomplete: bool = False) -> Clusters:
    """The clusters of the problems of `run_counts`, in the same order. frames: of either side, base first."""
    return clusters_of(on_shared(frames)[0] if incomplete else frames[0])


def in_groups(found: list[One], sizes: list[int]) -> list[list[One]]:
    """A list cut into pieces of the given lengths."""
    rest = iter(found)
    return [list(islice(rest, size)) for size in sizes]


def overlap(pair: pl.DataFrame, match_budgets: bool = False) -> pl.DataFrame:
    """`pair_counts` with the category of every problem. `solved` means at least one correct sample in n.

    InputError if n of a problem differs, because the model with more samples solves more. With `match_budgets` that
    many samples of the larger side as the smaller side has are drawn at random, without replacement.
    """
    unequal = pair.filter(pl.col("n_base") != pl.col("n_tuned"))
    if len(unequal) and not match_budgets:
        row = unequal.row(0, named=True)
        raise InputError(
            f"unequal budgets: problem {row['problem_id']!r} has {row['n_base']} samples of the base and "
            f"{row['n_tuned']} of the tuned model; who has more samples solves more. Give both as many, or say "
            "`match_budgets: true` at the pair to cut the larger budget at random"
        )
    if len(unequal):
        pair = _matched(pair)
    solved_base, solved_tuned = pl.col("c_base") > 0, pl.col("c_tuned") > 0
    return pair.with_columns(
        category=pl.when(solved_base & solved_tuned)
        .then(pl.lit("both"))
        .when(solved_base)
        .then(pl.lit("base only"))
        .when(solved_tuned)
        .then(pl.lit("tuned only"))
        .otherwise(pl.lit("neither"))
    )


def shared(base: pl.DataFrame, tuned: pl.DataFrame, problems: pl.DataFrame) -> str:
    """The problems on which an incomplete pair was compared, in words. problems: an `overlap` frame with equal n."""
    every = base["problem_id"].append(tuned["problem_id"]).n_unique()
    n = problems["n_base"].to_numpy()
    budgets = " to ".join(str(one) for one in sorted({n.min(), n.max()}))
    return f"{len(problems)} of {every} problems, which both have, with the smaller n of each: {budgets}"


def _matched(pair: pl.DataFrame) -> pl.DataFrame:
    rng = np.random.default_rng(SEED)
    budget = pair.select(pl.min_horizontal("n_base", "n_tuned")).to_series().to_numpy()
    for side in ("base", "tuned"):
        n, c = pair[f"n_{side}"].to_numpy(), pair[f"c_{side}"].to_numpy()
        kept = pl.Series(rng.hypergeometric(c, n - c, budget))
        pair = pair.with_columns(kept.alias(f"c_{side}"), pl.Series(budget).alias(f"n_{side}"))
    return pair


def columns(problems: pl.DataFrame) -> tuple[Counts, Counts]:
    """The counts of the base and of the tuned model."""
    base, tuned = ((problems[f"n_{side}"].to_numpy(), problems[f"c_{side}"].to_numpy()) for side in ("base", "tuned"))
    return base, tuned
