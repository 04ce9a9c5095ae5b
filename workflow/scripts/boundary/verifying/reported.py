"""Verdicts from the scores in a file of samples."""

import logging

import polars as pl

from boundary.contracts import Right, StatedScores
from boundary.errors import InputError
from boundary.files import store
from boundary.verifying.grading.reported import name as REPORTED
from boundary.verifying.verdicts import SCHEMA

log = logging.getLogger(__name__)


def with_reported(verdicts: pl.DataFrame, samples: str, right: Right | None) -> pl.DataFrame:
    """The verdicts of graders, followed by those of REPORTED if every sample has a score.

    samples: the imported block. right: scores that are right, `{above: x}`; without it 1 is right and 0 is wrong.
    InputError if the configuration names a score that decides neither.
    """
    about = store.about(samples)
    facts = about["made_with"].get("stated", {}).get("scores", {})
    if said := unclear(facts, right):
        if "score" in about["spec"]["responses"]:
            raise InputError(f"{samples}: {said}")
        log.warning("%s", said)
    if said or "values" not in facts:
        return verdicts
    scores = store.read(samples, ["problem_id", "sample_index", "score"])
    one = verdicts.filter(grader=verdicts["grader"][0]).join(
        scores, on=["problem_id", "sample_index"], how="left", maintain_order="left"
    )
    return pl.concat([verdicts, _reported(one, right)])


def reported_alone(samples: str, spec: dict, right: Right | None) -> pl.DataFrame:
    """The verdicts of REPORTED, if there is no other grader. InputError if the file's score cannot decide, or if the
    block is of another spec."""
    store.require_spec(samples, spec)
    facts = store.about(samples)["made_with"].get("stated", {}).get("scores", {})
    if (said := unclear(facts, right)) or "values" not in facts:
        raise InputError(f"{samples}: nothing judges its responses: {said or 'the file gives them no score'}")
    columns = ["problem_id", "sample_index", "tokens", "finish_reason", "text", "score"]
    pieces = (piece.with_columns(text_hash=pl.col("text").hash()) for piece in store.batches(samples, columns))
    return pl.concat(_reported(piece, right) for piece in pieces)


def _reported(samples: pl.DataFrame, right: Right | None) -> pl.DataFrame:
    """Verdicts by the score of each sample; one without, as of an episode that is cut, is wrong."""
    correct = (pl.col("score") > right["above"] if right else pl.col("score") == 1).fill_null(False)
    lost = pl.when(pl.col("score").is_null()).then(pl.lit("truncated")).otherwise(pl.lit("mismatch"))
    return samples.with_columns(
        grader=pl.lit(REPORTED),
        answer=pl.lit(None, pl.String),
        correct=correct,
        reason=pl.when(correct).then(pl.lit("match")).otherwise(lost),
        detail=pl.when(~pl.col("score").is_in([0.0, 1.0])).then(pl.format("score {}", "score")),
    ).select(*SCHEMA)


def unclear(facts: StatedScores, right: Right | None) -> str | None:
    """Why a file's scores are not verdicts, in words; None if they are, or if it has none. facts: of `Stated`.
    right: scores that are right, `{above: x}`; without it 1 is, and 0 is not."""
    if question := facts.get("question"):
        return f"the file's own score is not used: {question}"
    if "values" not in facts:
        return None
    if facts["unknown"]:
        return f"the file's own score `{facts['score']}` is not used: {facts['unknown']:,} responses have none"
    strange = [] if right else [value for value in facts["values"] if value not in (0, 1)]
    if strange:
        return (
            f"the file's own score `{facts['score']}` is not used: {strange[0]:g} is neither 0 nor 1; say which are "
            "right, by `right: {above: x}` next to `files`"
        )
    return None
