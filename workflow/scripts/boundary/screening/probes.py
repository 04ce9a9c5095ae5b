"""Probes: questions cut in two. A model that continues the question word by word has seen it before."""

import json
import re

import polars as pl

from boundary.benchmarks.stored import SCHEMA
from boundary.errors import InputError

COLUMNS = ("problem_id", "question", "images")  # of a benchmark; all else is another in its probe
WORD = re.compile(r"\S+")


def cut(question: str, share: float) -> tuple[str, str] | None:
    """The first `share` of a question's words, and the rest, as they are written; None for fewer than two words."""
    words = list(WORD.finditer(question))
    if len(words) < 2:
        return None
    first = min(max(round(share * len(words)), 1), len(words) - 1)
    return question[words[0].start() : words[first - 1].end()], question[words[first].start() :].rstrip()


def probes(problems: pl.DataFrame, share: float) -> pl.DataFrame:
    """A benchmark whose questions are the first parts of those of `problems`, and whose gold answers are the rest.

    problems: COLUMNS. Questions of a single word are left out. InputError if there are no others.
    """
    parts = {i: both for i, question in enumerate(problems["question"]) if (both := cut(question, share))}
    if not parts:
        raise InputError("none of the questions has two words: there is nothing to continue")
    kept = problems[list(parts)]
    return kept.with_columns(
        question=pl.Series([first for first, _ in parts.values()]),
        gold=pl.Series([json.dumps({"answers": [rest]}) for _, rest in parts.values()]),
        verifier=pl.lit("continuation"),
        stratum=pl.lit(None, dtype=pl.String),
        guess_rate=pl.lit(None, dtype=pl.Float64),
        metadata=pl.lit("{}"),
    ).select(*SCHEMA)
