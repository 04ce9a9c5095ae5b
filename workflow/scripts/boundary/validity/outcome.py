"""Results of labels for every model of a benchmark under a decoding."""

import logging

import polars as pl

from boundary.contracts import ReviewSpec
from boundary.validity.cot_passk import curve, judged_problems, summary
from boundary.validity.judges import CORRECTED, corrected, errors
from boundary.validity.labels import SCHEMA, agreement, decide, last_said
from boundary.validity.responses import rarely_solved
from boundary.zoo.steps import steps_valid

log = logging.getLogger(__name__)


def outcome(
    responses: dict[str, pl.DataFrame],
    counts: dict[str, pl.DataFrame],
    problems: pl.DataFrame,
    labels: list[pl.DataFrame],
    spec: ReviewSpec,
) -> dict[str, pl.DataFrame]:
    """`models`: a row for each; `curves`: CoT-pass@k; `problems`: numbers of reviewed and of valid responses to each;
    `labelled`: every reviewed response with its decision (`labels.decide`).

    responses, counts: by model, counts of one grader. problems: problem_id, question. labels: `labels.read_labels`, a
    frame for every file. spec: below, level, and program, the task whose traces a program checks, or None.
    """
    every = pl.concat([frame.select("id", "problem_id", "text") for frame in responses.values()])
    if spec["program"]:
        labels = [*labels, by_program(spec["program"], every, problems)]
    said = last_said(pl.concat([pl.DataFrame(schema=SCHEMA), *labels]))
    known = said.join(every.select("id", "problem_id"), on="id", maintain_order="left")
    log.info("%d of %d labels are of responses under this decoding", len(known), len(said))
    people, judges, verdicts = decide(known)
    by_people = known.filter(~pl.col("judge"))
    of_reviewers = {"reviewers": by_people["reviewer"].n_unique()} | agreement(by_people, spec["level"])
    found: dict[str, list[pl.DataFrame]] = {"models": [], "curves": [], "problems": [], "labelled": []}
    for model, counted in counts.items():
        judged = judged_problems(rarely_solved(counted, spec["below"]), responses[model], verdicts)
        estimated = curve(counted, judged, spec["level"])
        row = {"n": int(counted["n"].to_numpy().min()), "below": spec["below"]}
        row |= summary(counted, judged, estimated, spec["level"]) | of_reviewers
        if len(judges):
            found_wrong = errors(people, judges)
            row |= found_wrong.summary(spec["level"]) | corrected(counted, judged, found_wrong, spec["level"])
        labelled = responses[model].select("id", "problem_id", "sample_index").join(verdicts, on="id").drop("id")
        frames = pl.DataFrame([row], schema_overrides=MAY_BE_NULL), estimated, judged, labelled
        for name, frame in zip(found, frames, strict=True):
            found[name].append(frame.select(pl.lit(model).alias("model"), pl.all()))
    return {name: pl.concat(frames) for name, frames in found.items()}


NULLABLE = ("valid_low", "valid_high", "kappa", "kappa_low", "kappa_high", "sensitivity", "specificity")
MAY_BE_NULL = dict.fromkeys((*NULLABLE, *CORRECTED), pl.Float64)


def by_program(task: str, responses: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """Labels of the reviewer `program` on all responses to a task of the zoo."""
    questions = dict(problems.select("problem_id", "question").iter_rows())
    found = responses.select("id", "problem_id", "text").iter_rows()
    said = [(i, "valid" if steps_valid(task, questions[p], text) else "invalid") for i, p, text in found]
    named = pl.DataFrame(said, schema=["id", "label"], orient="row")
    return named.with_columns(reviewer=pl.lit("program"), judge=False).select(*SCHEMA).cast(pl.Schema(SCHEMA))
