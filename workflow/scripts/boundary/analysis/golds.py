"""What a grader makes of answers that are nearly right."""

import json
import math

import polars as pl

NEAR = 1e-3  # of a gold number: what differs by less is nearly right


def near_misses_accepted(golds: pl.DataFrame, grader: str) -> tuple[int, int]:
    """How many near misses of gold answers a grader accepts, of how many that were tried.

    golds: of `gold_check.check_golds`: last digit changed, sign flipped, an exponent off by one, one more added.
    """
    tried = golds.filter(grader=grader, kind="near miss")
    return int((~tried["passed"]).sum()), len(tried)


def of_disputed(wrong: list[pl.DataFrame], problems: pl.DataFrame, own: str, other: str) -> tuple[int, int]:
    """How many samples have a number within NEAR of the gold, and how many there are, of those whose answer `own` calls
    wrong and `other` does not.

    wrong: of `counts.wrong_answers`, a frame of every curve. problems: problem_id, gold.
    """
    keys = ["problem_id", "answer"]
    by_grader = ([frame.filter(grader=grader) for frame in wrong] for grader in (own, other))
    pairs = zip(*by_grader, strict=True)
    disputed = pl.concat([one.join(two, on=keys, how="anti") for one, two in pairs]).select(*keys, "samples")
    golds = {
        problem: json.loads(gold).get("answers", []) for problem, gold in problems.select("problem_id", "gold").rows()
    }
    near = sum(
        samples
        for problem, answer, samples in disputed.iter_rows()
        if any(_is_near(answer, gold) for gold in golds.get(problem, []))
    )
    return near, int(disputed["samples"].sum())


def _is_near(answer: str, gold: str) -> bool:
    try:
        one, other = (float(str(text).strip().removeprefix("\\boxed{").removesuffix("}")) for text in (answer, gold))
    except ValueError:
        return False
    return math.isfinite(one) and other != 0 and abs(one - other) <= NEAR * abs(other)
