"""How often a grader alone makes a wrong answer right: wrong answers, graded against the golds of other problems.

At large k even a rare false accept solves problems: one in a thousand solves 64% in 1,024 samples.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from boundary.schema import Schema
from boundary.verifying.boxes import unboxed
from boundary.verifying.gold_check import comparing, drawn
from boundary.verifying.grading import Limits
from boundary.verifying.mathematics import written_alike
from boundary.verifying.verify import grade_all

MOST = 10_000  # pairs tried per grader, drawn at random where there are more
SHOWN, LONGEST = 5, 120  # pairs named, and their characters
SCHEMA: Schema = {
    "grader": pl.String,
    "tried": pl.Int64,
    "accepted": pl.Int64,
    "rate": pl.Float64,
    "pairs": pl.List(pl.String),
}


def false_accepts(
    problems: pl.DataFrame,
    wrong: pl.DataFrame,
    graders: Sequence[str],
    limits: Limits,
    *,
    workers: int,
    cache: Path | None = None,
) -> pl.DataFrame:
    """Per grader: pairs of a wrong answer and another problem's gold, the accepted ones, and some as text.

    problems: problem_id, gold. wrong: problem_id, grader, answer, of any models. Pairs with the same text or number are
    left out: there the answer is that gold.
    """
    golds = {}
    for problem_id, gold in problems.select("problem_id", "gold").rows():
        if answers := json.loads(gold).get("answers"):
            golds[problem_id] = gold, answers
    rows = []
    for name in comparing(graders):
        answers = wrong.filter(pl.col("grader") == name).select("problem_id", "answer").unique(maintain_order=True)
        pairs = list(_pairs(answers, golds))
        if not pairs:
            continue
        tries = [(golds[other][0], answer) for answer, other in pairs]
        verdicts = grade_all(name, tries, limits, workers=workers, cache=cache)
        accepted = [pair for pair, verdict in zip(pairs, verdicts, strict=True) if verdict.reason == "match"]
        shown = dict.fromkeys(f"{_bare(answer)} for {golds[other][1][0]}"[:LONGEST] for answer, other in accepted)
        rows.append((name, len(pairs), len(accepted), len(accepted) / len(pairs), list(shown)[:SHOWN]))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _pairs(answers: pl.DataFrame, golds: dict) -> Iterator[tuple[str, str]]:
    """(wrong answer, other problem), at most MOST of them."""
    names, rows = list(golds), answers.rows()
    for place in drawn(len(rows) * len(names), MOST):
        row, other = divmod(place, len(names))
        problem_id, answer = rows[row]
        if names[other] != problem_id and not any(
            written_alike(_bare(answer), right) for right in golds[names[other]][1]
        ):
            yield answer, names[other]


def _bare(answer: str) -> str:
    content = unboxed(answer)
    return answer if content is None else content
