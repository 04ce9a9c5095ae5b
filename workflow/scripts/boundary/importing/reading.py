"""Rows of files of other tools, each with its place in the file."""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.files.digests import programs_below
from boundary.files.json_stream import JsonStream, json_stream
from boundary.files.rows import each_row, read_json

KEY, VALUE = "$key", "$value"  # columns of a mapping of rows: the key of a row, and all that stands there
STEP = re.compile(r'"([^"]*)"|([^."]+)')  # of a path: a key, which may be quoted, or the number of an item
NUMBER = re.compile(r"-?[0-9]+")
ANY = "*"  # step of a path: the only key that there is
LARGE = 32 << 20  # bytes of a file of one JSON value that is not read as a whole
ROWS = 64  # of a table that are in memory at once: a row may hold many long responses


def placed_rows(
    path: Path, where: str | None = None, usual: str | None = None, tell: Callable[[dict], None] | None = None
) -> Iterator[tuple[int | str, object]]:
    """(place, row) of every row: its number from 0, or its key if the file is a mapping of rows.

    Few rows are in memory, except for a small file of one JSON value. where: the path to the rows in a file of one JSON
    value, such as `results.TASK.examples`. usual: as `where`, for a mapping with its first key. tell: receives other
    facts of a log.
    """
    if path.is_dir():
        yield from _programs(path)
        return
    whole = path.name.endswith((".json", ".json.gz"))
    if whole and path.stat().st_size > LARGE:
        yield from _streamed(path, where, usual, tell)
        return
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
        raise _no_rows(path)
    place = None
    for place, row in data.items() if isinstance(data, dict) else enumerate(data):
        yield place, row
    if place is None:
        raise _no_rows(path)


def _no_rows(path: Path) -> InputError:
    return InputError(f"{path} holds no rows: neither a list of them nor a mapping")


def _streamed(
    path: Path, where: str | None, usual: str | None, tell: Callable[[dict], None] | None
) -> Iterator[tuple[int | str, object]]:
    """`placed_rows` of a file of one JSON value, of which a row at a time is in memory."""
    place: int | str | None = None
    with json_stream(path) as file:
        if file.peek() == "{" and not where:
            beside: dict[str, object] = {}
            for key in file.members():
                if usual and key == steps(usual)[0]:
                    where = usual
                    break
                if key == "samples" and file.peek() == "[":
                    if tell:
                        tell(beside)
                    yield from enumerate(file.items())  # a log of inspect
                    return
                said = file.value()
                if tell:
                    beside[key] = said
            else:
                if file.peek():  # a value a line
                    yield from enumerate(each_row(path, replace=True))
                    return
    with json_stream(path) as file:
        levels = list(_levels(file, where, path)) if where else []
        if file.peek() == "[":
            for place, row in enumerate(file.items()):
                yield place, row
        elif file.peek() == "{":
            for place in file.members():
                yield place, file.value()
        for step, found, rest in reversed(levels):
            for key in rest:
                if step == ANY:
                    raise _leads_nowhere(path, where, step, f"{found}, {key}")
                file.value()
    if place is None:
        raise _no_rows(path)


def _levels(file: JsonStream, where: str, path: Path) -> Iterator[tuple[str, str, Iterator[str]]]:
    """Go to what lies at a path: of each mapping on the way the step, the key that was taken, and those that follow."""
    for step in steps(where):
        if file.peek() != "{":
            raise _leads_nowhere(path, where, step, "no mapping")
        others, keys = [], file.members()
        for key in keys:
            if step in (key, ANY):
                yield step, key, keys
                break
            others.append(key)
            file.value()
        else:
            raise _leads_nowhere(path, where, step, ", ".join(others))


def _leads_nowhere(path: Path, where: str | None, key: str, found: str) -> InputError:
    return InputError(f"{path}: `at: {where}` leads to no rows: at {key!r} there is {found}; say which by `at`")


def _programs(folder: Path) -> Iterator[tuple[int, dict]]:
    """Rows of a folder as evalplus has it: below a folder named as its task, as `HumanEval_0`, a file for a program."""
    place = None
    for place, path in enumerate(programs_below(folder)):
        yield place, {"task_id": path.parent.name.replace("_", "/"), "solution": path.read_text(errors="replace")}
    if place is None:
        raise InputError(f"{folder} holds no programs: they lie in folders named as their tasks (HumanEval_0/0.py)")


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
            raise _leads_nowhere(path, where, key, found)
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
    """The value of a column, or at a path into nested ones such as `output.choices.0.text`. In a list -1 is the last
    item, and without a number the result has that part of each item. `"a.b".text` has a key with a dot. KeyError if
    there is none; inside null everything is null."""
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
    """A value, or None for NaN, which files of pandas contain, and for an empty list."""
    return None if value == [] or (isinstance(value, float) and math.isnan(value)) else value
