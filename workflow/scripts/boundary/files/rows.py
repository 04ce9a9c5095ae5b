"""Rows of data files, as they are there, with errors that name file and row."""

import gzip
import json
from pathlib import Path

import polars as pl

from boundary.errors import InputError


def read_rows(path: Path) -> list[dict]:
    """Rows as they are in the file: types are never guessed from other rows, and those of a csv file stay text."""
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty")
    try:
        if path.suffix == ".csv":
            return pl.read_csv(path, infer_schema=False).to_dicts()
        if path.suffix == ".parquet":
            return pl.read_parquet(path).to_dicts()
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path} cannot be read as {path.suffix[1:]}: {error}") from error
    try:
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, row {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}, row {number} is not a JSON object")
        rows.append(row)
    return rows


def require_columns(row: dict, wanted: list[tuple[str, str]], path: Path, number: int) -> None:
    """InputError where a row lacks a column. wanted: (key of the configuration, column that it names)."""
    for key, column in wanted:
        if column not in row:
            raise InputError(f"{path}, row {number} has no column {column!r} (key `{key}`); it has {', '.join(row)}")
