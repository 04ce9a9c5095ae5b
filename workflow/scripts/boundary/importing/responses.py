"""Samples that exist already, brought into the form of our own: files of other tools by the name of their format, or
rows of which the configuration names the columns; many responses of a problem in one row (a list, or lists of lists) or
one per row.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.importing.exact import whole
from boundary.importing.finish_reasons import finish_reason
from boundary.importing.formats import FORMATS, Found
from boundary.importing.matching import SHOWN, Matcher
from boundary.importing.reading import at, placed_rows
from boundary.sampling.samples import SCHEMA

HOW = ("problem", "row", "question")  # keys of the columns that may say which problem a row is of


def responses(files: list[Path], columns: dict, problems: pl.DataFrame) -> pl.DataFrame:
    """The responses of files as samples of `problems`, numbered in the order of the files.

    columns: the name of a `format`; or names of columns: `response`, one of `problem` (problem ids), `row` (numbers of
    the benchmark's problems from 0) and `question` (their text), where known `finish_reason` and `tokens`. A path such
    as `output.text` goes into nested columns. problems: problem_id, question, in order.

    A null response is a sample without an answer; what a file does not say is null. InputError names file and row;
    every problem must have as many responses, unless `incomplete` is among the columns.
    """
    n, rows = Counter(), []
    problem_of = Matcher(problems).of if "format" in columns else _exactly(columns, problems)
    asked = dict(problems.select("problem_id", "question").iter_rows())
    for path in files:
        for number, found in _rows_of(path, columns):
            try:
                problem = problem_of(found)
                for text, reason, tokens in _samples(found):
                    said = "" if text is None else asked[problem] + text if found.goes_on else text
                    rows.append((problem, n[problem], said, tokens, reason, None, None))
                    n[problem] += 1
            except ValueError as error:
                raise InputError(f"{path}, row {number}: {error}") from error
    if not columns.get("incomplete"):
        _require_complete(n, problems["problem_id"].to_list(), files)
    order = {problem: i for i, problem in enumerate(problems["problem_id"])}
    rows.sort(key=lambda row: (order[row[0]], row[1]))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(prompt_hash=pl.lit(None, pl.String))


def _rows_of(path: Path, columns: dict) -> Iterator[tuple[int, Found]]:
    """What every row of a file says, with its number; rows that repeat responses are left out."""
    read, part = _format(columns["format"]) if "format" in columns else _named(columns), None
    for number, (place, row) in enumerate(placed_rows(path), start=1):
        try:
            found = read(row, place)
        except ValueError as error:
            raise InputError(f"{path}, row {number} {error}") from error
        part = found.part if number == 1 else part
        if found.part == part:
            yield number, found


def _format(name: str) -> Callable:
    """Reading by the name of a format; ValueError says what is amiss, and which format it looks like."""

    def read(row, place) -> Found:
        try:
            return FORMATS[name].read(row, place)
        except (KeyError, TypeError, AttributeError) as error:
            why = f"it has no {error}" if isinstance(error, KeyError) else "its values are others"
            likely = [f"`format: {other}`" for other in FORMATS if _reads(other, row, place)]
            fix = f"use {' or '.join(likely)}" if likely else "name its columns instead, by `response` and so on"
            raise ValueError(f"is not as {name} writes it (key `format`): {why}; {_shown(row)}; {fix}") from error

    return read


def _reads(name: str, row, place) -> bool:
    try:
        FORMATS[name].read(row, place)
    except (KeyError, TypeError, AttributeError):
        return False
    return True


def _named(columns: dict) -> Callable:
    """Reading by the names of columns."""
    how = next(key for key in HOW if key in columns)
    fields = {"responses": "response", "problem": how, "finish_reasons": "finish_reason", "tokens": "tokens"}

    def read(row, place) -> Found:
        return Found(**{field: _at(row, key, columns[key]) for field, key in fields.items() if key in columns})

    return read


def _at(row, key: str, column: str):
    try:
        return at(row, column)
    except (KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"has no column {column!r} (key `{key}`); {_shown(row)}") from error


def _shown(row) -> str:
    return f"it has {', '.join(map(str, row))}" if isinstance(row, dict) else f"it is a {type(row).__name__}"


def _exactly(columns: dict, problems: pl.DataFrame) -> Callable[[Found], str]:
    """The problem of a row by the value of one column."""
    how = next(key for key in HOW if key in columns)
    ids = problems["problem_id"].to_list()
    keys = {"problem": ids, "row": map(str, range(len(ids))), "question": problems["question"]}[how]
    known = dict(zip(keys, ids, strict=True))

    def find(found: Found) -> str:
        value = str(found.problem)
        if value not in known:
            raise ValueError(
                f"{columns[how]!r} = {value[:SHOWN]!r} is no {how} of the benchmark; "
                f"those are like {next(iter(known))[:SHOWN]!r}"
            )
        return known[value]

    return find


def _samples(found: Found) -> Iterator[tuple[str | None, str | None, int | None]]:
    """(text, finish reason, tokens) of each of a row's responses; ValueError says what does not fit."""
    texts = _flat(found.responses)
    reasons = _beside(found.finish_reasons, texts, "finish_reason")
    tokens = _beside(found.tokens, texts, "tokens")
    for text, reason, count in zip(texts, reasons, tokens, strict=True):
        if text is not None and not isinstance(text, str):
            raise ValueError(f"a response is {type(text).__name__}, not text")
        yield text, finish_reason(reason), None if count is None else whole(count)


def _flat(value) -> list:
    """A text, a list of texts, or lists of lists of texts, as one list."""
    return [text for part in value for text in _flat(part)] if isinstance(value, list) else [value]


def _beside(values, texts: list, key: str) -> list:
    """What a row says of each of its responses."""
    if values is None:
        return [None] * len(texts)
    if len(values := _flat(values)) != len(texts):
        raise ValueError(f"{len(texts)} responses, and {len(values)} values of `{key}`")
    return values


def _require_complete(n: Counter, problems: list[str], files: list[Path]) -> None:
    where = f"{files[0]}" + (f" and {len(files) - 1} more files" if len(files) > 1 else "")
    go_on = "say `incomplete: true` beside `files` to go on with what there is"
    if missing := [problem for problem in problems if not n[problem]]:
        raise InputError(
            f"{where}: no response to problem {missing[0]!r} ({len(missing)} of {len(problems)} miss); {go_on}"
        )
    if len(set(n.values())) > 1:
        most, fewest = max(n, key=n.get), min(n, key=n.get)
        raise InputError(
            f"{where}: problem {most!r} has {n[most]} responses and problem {fewest!r} has {n[fewest]}; "
            f"every problem must have as many, or {go_on}"
        )
