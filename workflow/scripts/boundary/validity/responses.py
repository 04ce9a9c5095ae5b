"""The responses whose reasoning is reviewed: correct ones to problems that a model rarely solves."""

import hashlib
from collections.abc import Mapping

import polars as pl

from boundary.schema import Schema

COLUMNS = ("problem_id", "sample_index", "text")  # of a sample
SCHEMA: Schema = {
    "id": pl.String,
    "problem_id": pl.String,
    "sample_index": pl.Int64,
    "answer": pl.String,
    "text": pl.String,
}


def rarely_solved(counts: pl.DataFrame, below: float) -> pl.DataFrame:
    """The problems with an accuracy above 0 and below `below`. counts: of one grader, with n and c."""
    return counts.filter(pl.col("c") > 0, pl.col("c") / pl.col("n") < below)


def correct_responses(
    samples: pl.DataFrame, verdicts: pl.DataFrame, grader: str, problems: pl.DataFrame, names: Mapping[str, str]
) -> pl.DataFrame:
    """The samples of `problems` that `grader` accepted, with ids and the extracted answers: SCHEMA.

    samples: COLUMNS. verdicts: of these samples at least. names: model, benchmark and decoding.
    """
    right = verdicts.filter(pl.col("correct"), pl.col("grader") == grader)
    right = right.join(problems.select("problem_id"), on="problem_id", how="semi")
    found = samples.join(right.select(*COLUMNS[:2], "answer"), on=COLUMNS[:2])
    model, benchmark, decoding = (names[key] for key in ("model", "benchmark", "decoding"))
    ids = [label_id(model, benchmark, decoding, *row) for row in found.select(COLUMNS).iter_rows()]
    return found.with_columns(id=pl.Series(ids, dtype=pl.String)).select(*SCHEMA).cast(pl.Schema(SCHEMA))


def label_id(model: str, benchmark: str, decoding: str, problem_id: str, sample_index: int, text: str) -> str:
    """The id of a label: always the same for the same response, and different for any other text.

    It is a digest, so it reveals nothing about the model, and its order is random.
    """
    facts = "\0".join((model, benchmark, decoding, problem_id, str(sample_index), text))
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def drawn(responses: pl.DataFrame, most: int) -> pl.DataFrame:
    """At most `most` responses of every problem, drawn at random: those whose ids come first.

    Raising `most` or n keeps the draw random, whichever responses are already labelled, because ids do not depend on
    reasoning.
    """
    return responses.sort("id").group_by("problem_id", maintain_order=True).head(most)
