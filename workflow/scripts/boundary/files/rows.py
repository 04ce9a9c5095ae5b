"""Rows of data files, unchanged, with errors that name file and row."""

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, cast

import polars as pl

from boundary.errors import InputError

SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
UNREADABLE = (OSError, EOFError, UnicodeDecodeError, zlib.error)
NO_JSON = (ValueError, RecursionError)  # that json raises: of no JSON, of numbers without end, and of what is too deep


def read_rows(path: Path, *, replace: bool = False) -> list[dict]:
    """Rows as they are in the file: types are never guessed from other rows, and values of a csv file stay text.

    replace: half of a surrogate pair, such as "\\ud800", becomes U+FFFD; otherwise it is an InputError.
    """
    return list(each_row(path, replace=replace))


def each_row(path: Path, *, replace: bool = False) -> Iterator[dict]:
    """`read_rows` without holding a file with one JSON value per line completely in memory."""
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty")
    try:
        if path.suffix == ".csv":
            yield from pl.read_csv(path, infer_schema=False).to_dicts()
            return
        if path.suffix == ".parquet":
            yield from pl.read_parquet(path).to_dicts()
            return
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"{path} cannot be read as {path.suffix[1:]}: {error}") from error
    lines = _lines(path)
    for number in itertools.count(1):
        if (row := _row_of(next(lines, None), path, number, replace)) is None:
            return
        if row:
            yield row.pop()  # neither the line nor its row wait here for the next one


def _row_of(line: str | None, path: Path, number: int, replace: bool) -> list[dict] | None:
    """The row of a line, of an empty line none; None after the last line."""
    if line is None or not line.strip():
        return None if line is None else []
    if number == 1 and line.lstrip().startswith("["):
        raise InputError(
            f"{path} is one JSON array, and a file of this name has an object on each line: write it so, for example "
            f"by `jq -c '.[]' {path.name} > lines.jsonl`"
        )
    try:
        row = json.loads(line)
    except NO_JSON as error:
        raise InputError(f"{path}, row {number} is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"{path}, row {number} is not a JSON object")
    if SURROGATE.search(line):
        row = {whole_text(column): _whole_text(value, replace, path, number, column) for column, value in row.items()}
    return [row]


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file, which may be packed by gzip."""
    try:
        with opened(path) as file:
            yield from file
    except UNREADABLE as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def read_json(path: Path):
    """The value of a file with one JSON value, or the rows of one with a value per line; halves of pairs are
    replaced."""
    text = read_text(path)
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply: {error}") from error
    except ValueError:
        return read_rows(path, replace=True)
    return replaced(data) if SURROGATE.search(text) else data


def replaced(value):
    """A value of JSON with U+FFFD for each half of a surrogate pair in its texts."""
    return _whole_text(value, True, Path(), 1, "")


def read_text(path: Path) -> str:
    """The text of a file, which may be compressed by gzip."""
    try:
        with opened(path) as file:
            return file.read()
    except UNREADABLE as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def opened(path: Path) -> TextIO:
    """A file of text, which may be compressed by gzip."""
    opens = gzip.open if path.suffix == ".gz" else open
    return cast(TextIO, opens(path, "rt", encoding="utf-8-sig", newline="\n"))


def require_columns(row: dict, wanted: list[tuple[str, str]], path: Path, number: int) -> None:
    """InputError if a row lacks a column. wanted: (key of the configuration, column that it names)."""
    for key, column in wanted:
        if column not in row:
            raise InputError(f"{path}, row {number} has no column {column!r} (key `{key}`); it has {', '.join(row)}")


def whole_text(text: str) -> str:
    """A text with U+FFFD for each half of a surrogate pair, which is not a character and cannot be written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _whole_text(value, replace: bool, path: Path, number: int, column: str):
    """A value whose texts hold no half of a surrogate pair, which no file can be written with."""
    if isinstance(value, list):
        return [_whole_text(item, replace, path, number, column) for item in value]
    if isinstance(value, dict):
        keys = (_whole_text(key, replace, path, number, column) for key in value)
        return {
            key: _whole_text(item, replace, path, number, column)
            for key, item in zip(keys, value.values(), strict=True)
        }
    if not isinstance(value, str):
        return value
    whole = whole_text(value)
    if whole != value and not replace:
        raise InputError(
            f"{path}, row {number}: column {column!r} holds half of a surrogate pair (a \\ud800 without its partner), "
            "which is no character; write the character itself, or take it out"
        )
    return whole
