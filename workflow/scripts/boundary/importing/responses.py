"""Samples that exist already, brought into the form of our own: many of a problem in one row (a list, or lists of
lists) or one per row."""

from collections import Counter
from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.files.rows import read_rows, require_columns
from boundary.sampling.samples import SCHEMA

FINISHED = {"stop": "stop", "eos": "stop", "eos_token": "stop", "length": "length", "max_tokens": "length"}


def responses(path: Path, columns: dict, problems: pl.DataFrame) -> pl.DataFrame:
    """The responses of a file as samples of `problems`, numbered in the order of the file.

    columns: `response`; one of `problem` (problem ids), `row` (numbers of the benchmark's problems from 0), `question`
    (their text); where known `finish_reason` and `tokens`. problems: problem_id, question, in order. A response whose
    end is not known counts as finished. InputError names the row; every problem must have as many responses.
    """
    how = next(key for key in ("problem", "row", "question") if key in columns)
    known = {
        "problem": dict(zip(problems["problem_id"], problems["problem_id"], strict=True)),
        "row": {str(i): problem for i, problem in enumerate(problems["problem_id"])},
        "question": dict(zip(problems["question"], problems["problem_id"], strict=True)),
    }[how]
    n, rows = Counter(), []
    wanted = [(key, columns[key]) for key in ("response", how, "finish_reason", "tokens") if key in columns]
    for number, row in enumerate(read_rows(path, replace=True), start=1):
        require_columns(row, wanted, path, number)
        value = row[columns[how]]
        problem = known.get(str(value))
        if problem is None:
            raise InputError(
                f"{path}, row {number}: {columns[how]!r} = {str(value)[:80]!r} is no {how} of the benchmark; "
                f"those are like {next(iter(known))[:80]!r}"
            )
        texts = _flat(row[columns["response"]])
        reasons, tokens = (_beside(row, columns.get(key), texts, path, number) for key in ("finish_reason", "tokens"))
        for text, reason, count in zip(texts, reasons, tokens, strict=True):
            if not isinstance(text, str):
                raise InputError(f"{path}, row {number}: a response is {type(text).__name__}, not text")
            finished = FINISHED.get(str(reason).lower()) if reason is not None else "stop"
            if finished is None:
                raise InputError(f"{path}, row {number}: finish reason {reason!r} must be one of {', '.join(FINISHED)}")
            rows.append((problem, n[problem], text, None if count is None else int(count), finished, None, None))
            n[problem] += 1
    missing = [problem for problem in problems["problem_id"] if not n[problem]]
    if missing:
        raise InputError(f"{path} has no response to problem {missing[0]!r} ({len(missing)} of {len(problems)} miss)")
    if len(set(n.values())) > 1:
        most, fewest = max(n, key=n.get), min(n, key=n.get)
        raise InputError(
            f"{path}: problem {most!r} has {n[most]} responses and problem {fewest!r} has {n[fewest]}; "
            "every problem must have as many"
        )
    order = {problem: i for i, problem in enumerate(problems["problem_id"])}
    rows.sort(key=lambda row: (order[row[0]], row[1]))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(prompt_hash=pl.lit(None, pl.String))


def _flat(value) -> list:
    """A text, a list of texts, or lists of lists of texts, as one list."""
    return [text for part in value for text in _flat(part)] if isinstance(value, list) else [value]


def _beside(row: dict, column: str | None, texts: list, path: Path, number: int) -> list:
    """What a column says of each of a row's responses."""
    if column is None:
        return [None] * len(texts)
    values = _flat(row[column])
    if len(values) != len(texts):
        raise InputError(f"{path}, row {number}: {len(texts)} responses, and {len(values)} values of {column!r}")
    return values
