"""Disagreements between graders: samples that one accepts and another does not."""

import itertools

import polars as pl

from boundary.schema import Schema

EXAMPLES = 3  # samples named per pair of graders and side
SCHEMA: Schema = {
    "first": pl.String,
    "second": pl.String,
    "samples": pl.Int64,
    "both": pl.Int64,
    "only_first": pl.Int64,
    "only_second": pl.Int64,
    "examples_first": pl.List(pl.String),
    "examples_second": pl.List(pl.String),
}


def disagreements(verdicts: pl.DataFrame) -> pl.DataFrame:
    """One row per pair of graders: samples that both accept, or only one of them, and the names of examples."""
    graders = verdicts["grader"].unique(maintain_order=True)
    sample = ["problem_id", "sample_index"]
    by_grader = {grader: verdicts.filter(grader=grader).select(*sample, "correct") for grader in graders}
    rows = []
    for first, second in itertools.combinations(graders, 2):
        pair = by_grader[first].join(by_grader[second], on=sample, suffix="_other", maintain_order="left")
        one, other = pair["correct"], pair["correct_other"]
        named = pair.select(pl.format("{}#{}", *sample)).to_series()
        rows.append(
            {
                "first": first,
                "second": second,
                "samples": len(pair),
                "both": (one & other).sum(),
                "only_first": (one & ~other).sum(),
                "only_second": (other & ~one).sum(),
                "examples_first": named.filter(one & ~other).head(EXAMPLES).to_list(),
                "examples_second": named.filter(other & ~one).head(EXAMPLES).to_list(),
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA)


def summary(parts: pl.DataFrame) -> pl.DataFrame:
    """The rows of several blocks as one row per pair of graders."""
    return parts.group_by("first", "second", maintain_order=True).agg(
        pl.col("samples", "both", "only_first", "only_second").sum(),
        pl.col("examples_first", "examples_second").explode(empty_as_null=False).head(EXAMPLES),
    )
