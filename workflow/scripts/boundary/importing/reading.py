"""Rows of the files that other tools write, each with its place in the file."""

from pathlib import Path

from boundary.errors import InputError
from boundary.files.rows import read_json, read_rows


def placed_rows(path: Path) -> list[tuple[int | str, object]]:
    """(place, row) of every row: its number from 0, or its key where the file is a mapping of rows."""
    if path.suffix == ".eval":
        data = _samples_of_inspect(path)
    elif path.name.endswith((".json", ".json.gz")):
        data = read_json(path)
    else:
        data = read_rows(path, replace=True)
    if isinstance(data, dict) and isinstance(data.get("samples"), list):
        data = data["samples"]  # a log of inspect as JSON
    if not isinstance(data, dict | list) or not data:
        raise InputError(f"{path} holds no rows: neither a list of them nor a mapping")
    return list(data.items() if isinstance(data, dict) else enumerate(data))


def _samples_of_inspect(path: Path) -> list[dict]:
    """The samples of a log that inspect packed, by its own reader."""
    try:
        from inspect_ai.log import read_eval_log
    except ImportError as error:
        raise InputError(
            f"{path} is a log that only the package of inspect reads: `pip install inspect_ai`, or turn it into JSON "
            "where that is installed, by `inspect log convert --to json`"
        ) from error
    try:
        log = read_eval_log(str(path), resolve_attachments=True)
    except Exception as error:  # whatever another package raises
        raise InputError(f"{path} cannot be read by inspect_ai: {error}") from error
    return [sample.model_dump() for sample in log.samples or []]


def at(row: dict, column: str):
    """The value of a column, or at a path into nested ones such as `output.choices.0.text`; without a number, a list
    gives what each of its items has. KeyError where there is none; what is null has nothing but null inside.
    """
    if column in row:
        return row[column]
    value = row
    for key in column.split("."):
        value = _inside(value, key)
    return value


def _inside(value, key: str):
    if isinstance(value, list):
        return value[int(key)] if key.isdigit() and int(key) < len(value) else [_inside(item, key) for item in value]
    if value is None:
        return None
    if not isinstance(value, dict) or key not in value:
        raise KeyError(key)
    return value[key]
