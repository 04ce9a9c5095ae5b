"""Rows of the files that other tools write, each with its place in the file."""

import logging
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.files.rows import each_row, read_json

log = logging.getLogger(__name__)

KEY, VALUE = "$key", "$value"  # columns of a mapping of rows: the key of a row, and all that stands there
STEP = re.compile(r'"([^"]*)"|([^."]+)')  # of a path: a key, which may be quoted, or the number of an item
NUMBER = re.compile(r"-?[0-9]+")
ANY = "*"  # step of a path: the only key that there is
LARGE = 256 << 20  # bytes of a file that is read as a whole, which is said first
ROWS = 64  # of a table that are in memory at once: a row may hold many long responses


def placed_rows(
    path: Path, where: str | None = None, usual: str | None = None, tell: Callable[[dict], None] | None = None
) -> Iterator[tuple[int | str, object]]:
    """(place, row) of every row: its number from 0, or its key where the file is a mapping of rows.

    Of all but a file of one JSON value few rows are in memory at once. where: the path to them in
    a file of one JSON value, as `results.TASK.examples`. usual: as `where`, of a mapping that has its first key. tell:
    is given what a log says beside its rows.
    """
    whole = path.name.endswith((".json", ".json.gz"))
    if whole and path.stat().st_size > LARGE:
        size = path.stat().st_size / 1e9
        log.warning("%s has %.1f GB and is read as a whole, which takes some three times as much memory", path, size)
    data = _log_of_inspect(path) if path.suffix == ".eval" else read_json(path) if whole else None
    if usual and not where and isinstance(data, dict) and steps(usual)[0] in data:
        where = usual
    if where:
        data = _below(data, where, path, whole)
    elif isinstance(data, dict) and isinstance(data.get("samples"), list | Iterator):
        if tell:
            tell({key: value for key, value in data.items() if key != "samples"})
        data = data["samples"]  # a log of inspect
    elif data is None and not whole:
        data = _each(path)
    if not isinstance(data, dict | list | Iterator):
        raise InputError(f"{path} holds no rows: neither a list of them nor a mapping")
    place = None
    for place, row in data.items() if isinstance(data, dict) else enumerate(data):
        yield place, row
    if place is None:
        raise InputError(f"{path} holds no rows: neither a list of them nor a mapping")


def _each(path: Path) -> Iterator[dict]:
    """The rows of a table, of which a few are in memory, or of a file of one JSON value a line."""
    if path.suffix not in (".csv", ".parquet") or path.stat().st_size == 0:
        yield from each_row(path, replace=True)
        return
    try:
        scan = partial(pl.scan_csv, infer_schema=False) if path.suffix == ".csv" else pl.scan_parquet
        table = scan(path, glob=False)
        for piece in table.collect_batches(chunk_size=ROWS, maintain_order=True):
            yield from piece.iter_rows(named=True)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"{path} cannot be read as {path.suffix[1:]}: {error}") from error


def _below(data, where: str, path: Path, whole: bool):
    """What lies at a path of the file; InputError says how far it leads."""
    if not whole or not isinstance(data, dict):
        raise InputError(
            f"{path}: `at: {where}` leads into a file of one JSON mapping, which this is not; leave it out"
        )
    for key in steps(where):
        if not isinstance(data, dict) or (key not in data and (key != ANY or len(data) != 1)):
            found = ", ".join(map(str, data)) if isinstance(data, dict) else f"a {type(data).__name__}"
            raise InputError(f"{path}: `at: {where}` leads to no rows: at {key!r} there is {found}; say which by `at`")
        data = data[key] if key in data else next(iter(data.values()))
    return data


def _log_of_inspect(path: Path) -> dict:
    """A log that inspect packed, by its own reader, sample by sample."""
    try:
        from inspect_ai.log import read_eval_log, read_eval_log_samples
    except ImportError as error:
        raise InputError(
            f"{path} is a log that only the package of inspect reads: `pip install inspect_ai`, or turn it into JSON "
            "where that is installed, by `inspect log convert --to json`"
        ) from error

    def samples() -> Iterator[dict]:
        for sample in read_eval_log_samples(str(path), all_samples_required=False, resolve_attachments=True):
            yield sample.model_dump()

    with _its_errors(path):
        head = read_eval_log(str(path), header_only=True).model_dump(include={"eval", "plan"}, exclude_none=True)
    return head | {"samples": _with_its_errors(samples(), path)}


def _with_its_errors(samples: Iterator[dict], path: Path) -> Iterator[dict]:
    while True:
        with _its_errors(path):
            sample = next(samples, None)
        if sample is None:
            return
        yield sample


@contextmanager
def _its_errors(path: Path) -> Iterator[None]:
    """InputError for whatever another package raises."""
    try:
        yield
    except Exception as error:
        raise InputError(f"{path} cannot be read by inspect_ai: {error}") from error


def steps(path: str) -> list[str]:
    """The keys of a path: `results."a.b".examples` has three."""
    return [quoted or plain for quoted, plain in STEP.findall(path)] if '"' in path else path.split(".")


def at(row: dict, column: str):
    """The value of a column, or at a path into nested ones such as `output.choices.0.text`; of a list, -1 is the last
    item, and without a number it gives what each of its items has; `"a.b".text` has a key with a dot. KeyError where
    there is none; what is null has nothing but null inside.
    """
    if column in row:
        return row[column]
    value = row
    for key in steps(column):
        value = _inside(value, key)
    return value


def _inside(value, key: str):
    if isinstance(value, list):
        inside = NUMBER.fullmatch(key) and -len(value) <= int(key) < len(value)
        return value[int(key)] if inside else [_inside(item, key) for item in value]
    if value is None:
        return None
    if not isinstance(value, dict) or key not in value:
        raise KeyError(key)
    return value[key]


def known(value):
    """A value, or None for what says nothing: NaN, which files of pandas hold, and an empty list."""
    return None if value == [] or (isinstance(value, float) and math.isnan(value)) else value
