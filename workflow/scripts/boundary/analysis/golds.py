"""How graders treat answers that are nearly right."""

import json
import math

import polars as pl

NEAR = 1e-3  # of a gold number: what differs by less is nearly right


def near_misses_accepted(golds: pl.DataFrame, grader: str) -> tuple[int, int, list[str]]:
    """Number of near misses of gold answers that a grader accepts, number that was tried, and the kinds of accepted
    ones.

    golds: `gold_check.check_golds`: last digit changed, sign flipped, an exponent off by one, one more added.
    """
    tried = golds.filter(grader=grader, kind="near miss")
    accepted = tried.filter(~pl.col("passed"))
    return len(accepted), len(tried), accepted["how"].unique(maintain_order=True).to_list()


def near_answers(wrong: list[pl.DataFrame], problems: pl.DataFrame, grader: str) -> tuple[int, int]:
    """Number of samples that a grader rejects and that have a number within NEAR of a gold, and number of such samples
    with an answer.

    wrong: `counts.wrong_answers`, one frame per curve. problems: problem_id, gold.
    """
    every = [frame.filter(grader=grader).select("problem_id", "answer", "samples") for frame in wrong]
    if not every:
        return 0, 0
    golds = {p: json.loads(gold).get("answers", []) for p, gold in problems.select("problem_id", "gold").rows()}
    rows = pl.concat(every).group_by("problem_id", "answer").agg(pl.col("samples").sum()).rows()
    near = sum(samples for p, answer, samples in rows if any(_is_near(answer, gold) for gold in golds.get(p, [])))
    return near, sum(samples for *_, samples in rows)


def _is_near(answer: str, gold: str) -> bool:
    try:
        one, other = (float(str(text).strip().removeprefix("\\boxed{").removesuffix("}")) for text in (answer, gold))
    except ValueError:
        return False
    return math.isfinite(one) and other != 0 and abs(one - other) <= NEAR * abs(other)
