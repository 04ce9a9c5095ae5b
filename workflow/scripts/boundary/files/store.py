"""Parquet files that know what they are: a `spec` in the metadata, written by rename, read with clear errors."""

import json
import logging
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

import polars as pl

from boundary.errors import InputError

log = logging.getLogger(__name__)

KEY = "beyond-base"
ROWS = 8192  # of a row group: what `batches` reads at once
GROUP_BYTES = 64 << 20  # or fewer rows, where they are large: a part of the file is read without the rest


def write(
    frame: pl.DataFrame, path: str | Path, spec: dict, made_with: dict | None = None, names: Mapping | None = None
) -> None:
    """Write `frame` to `path` complete or not at all.

    made_with: facts that are no part of the identity. names: what it is about, such as model and benchmark.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    about = {"spec": spec, "made_with": made_with or {}} | ({"names": dict(names)} if names else {})
    metadata = {KEY: json.dumps(about, sort_keys=True)}
    rows = len(frame) * GROUP_BYTES // max(frame.estimated_size(), 1)
    frame.write_parquet(temporary, metadata=metadata, row_group_size=max(1, min(ROWS, rows)))
    os.replace(temporary, path)


def write_table(table: pl.DataFrame, csv: str, parquet: str, digits: int = 4) -> None:
    """A table for people, rounded, as CSV, and in full as parquet."""
    table.with_columns(pl.selectors.float().round(digits)).write_csv(csv)
    write(table, parquet, {})


def read(path: str | Path, columns: Iterable[str] = ()) -> pl.DataFrame:
    """The frame in `path`. InputError where the file is corrupt or lacks one of `columns`."""
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error
    _require_columns(path, frame.columns, columns)
    return frame


class Result:
    """A result as figures and tables read it: its `frame`, the `names` that it is about, and its flags."""

    def __init__(self, path: str | Path):
        self.path = path

    @cached_property
    def frame(self) -> pl.DataFrame:
        return read(self.path)

    @cached_property
    def made_with(self) -> dict:
        return about(self.path)["made_with"]

    @cached_property
    def names(self) -> dict[str, str]:
        return about(self.path)["names"]

    def named(self, *keys: str) -> pl.DataFrame:
        """The frame with the names under `keys` as its first columns."""
        return self.frame.select(*(pl.lit(self.names[key]).alias(key) for key in keys), pl.all())


def results(files: Mapping[str, str | list[str]]) -> dict[str, list[Result]]:
    """The inputs of a rule, each kind as a list in order."""
    return {kind: [_result(p) for p in ([paths] if isinstance(paths, str) else paths)] for kind, paths in files.items()}


@cache
def _result(path: str) -> Result:
    """Of each file one: several figures or tables of a job read it."""
    return Result(path)


def numbered(files: Mapping[str, str | list[str]], number: int) -> dict[str, list[Result]]:
    """`results` of one figure or table of several: of the inputs KIND_number, by kind."""
    ending = f"_{number}"
    return results({kind.removesuffix(ending): some for kind, some in files.items() if kind.endswith(ending)})


def batches(path: str | Path, columns: Iterable[str], most_bytes: int | None = None) -> Iterator[pl.DataFrame]:
    """The frame in `path` in pieces of `ROWS` rows, so that a large file is never in memory as a whole.

    most_bytes: of the file in one piece, about, where its rows are large.
    """
    try:
        lazy = pl.scan_parquet(path)
        _require_columns(path, lazy.collect_schema().names(), columns)
        rows = lazy.select(pl.len()).collect().item()
        size = min(ROWS, max(1, rows * most_bytes // Path(path).stat().st_size)) if most_bytes else ROWS
        for start in range(0, max(rows, 1), size):  # of an empty file one empty piece
            yield lazy.select(columns).slice(start, size).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def _require_columns(path: str | Path, found: list[str], columns: Iterable[str]) -> None:
    for column in columns:
        if column not in found:
            raise InputError(f"{path} has no column {column!r}; it has {', '.join(found)}")


def about(path: str | Path) -> dict:
    """The `spec` and `made_with` written into the file."""
    try:
        metadata = pl.read_parquet_metadata(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error
    if KEY not in metadata:
        raise InputError(f"{path} does not say what it is (no {KEY!r} metadata); delete it and run again")
    return json.loads(metadata[KEY])


def _unreadable(path, error: Exception) -> InputError:
    return InputError(
        f"{path} is not a readable parquet file ({error}); delete this one file and run again: only it is made anew"
    )


def give(path: Path, to: Path) -> None:
    """Make `path` available as `to` too, as a file that was made just now."""
    link(path, to)
    to.touch()


def link(path: Path, to: Path, copy: bool = True) -> None:
    """Give `path` the name `to` too: a hard link, or a copy where the file system has none. Appears at once.

    copy: false leaves `to` as it is there, as where it is an equal copy already.
    """
    temporary = to.with_name(f".{to.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)  # of a process of that number that was killed: it may be a name of another file
    try:
        os.link(path, temporary)
    except OSError:
        if not copy:
            return
        shutil.copy2(path, temporary)
    os.replace(temporary, to)
    temporary.unlink(missing_ok=True)  # renaming onto another name of the same file leaves both


def settle(path: Path) -> None:
    """Wait until a file and its name are on the disk: what it was made of may be deleted then."""
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def beside(path: Path) -> Path:
    """A name that is free, for what a file is set aside as."""
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(path.stat().st_mtime))
    kept, number = path.with_name(f"{path.name}.set-aside-{moment}"), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.set-aside-{moment}-{number}")
    return kept


def set_aside(path: Path) -> None:
    """Rename a file that belongs to another configuration or is damaged: it is out of the way, and not lost."""
    if path.exists():
        kept = beside(path)
        log.warning("%s is not what is asked for now; kept as %s", path, kept.name)
        os.replace(path, kept)


def has_spec(path: str | Path, spec: dict) -> bool:
    """Whether `path` is a readable file that was made under this spec."""
    try:
        require_spec(path, spec)
    except InputError:
        return False
    return True


def require_spec(path: str | Path, expected: dict) -> None:
    """InputError naming what differs where the file was made under another spec than `expected`."""
    if differing := differences(path, expected):
        raise InputError(
            f"{path} was made under another configuration: {'; '.join(differing)}. "
            "Move it away, or restore the configuration it belongs to; nothing was deleted"
        )


def differences(path: str | Path, expected: dict) -> list[str]:
    """In what the spec of a file differs from the expected one, a line each."""
    return _differences(about(path)["spec"], json.loads(json.dumps(expected)))


def _differences(found, expected, key: str = "") -> list[str]:
    if isinstance(found, dict) and isinstance(expected, dict):
        names = list(dict.fromkeys([*found, *expected]))
        parts = (_differences(found.get(name), expected.get(name), f"{key}.{name}".strip(".")) for name in names)
        return [line for part in parts for line in part]
    return [] if found == expected else [f"{key} is {found!r} in the file and {expected!r} in the configuration"]
