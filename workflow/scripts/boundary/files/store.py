"""Parquet files that describe themselves: a `spec` in the metadata, written by rename, read with clear errors.

The metadata has a digest of the file (computed with zeros in the digest's place) and one of its description. If the
file was changed on disk since it was written, reading it is an error that names the file before anything is read:
polars reads some damaged files as other numbers, and others end the process. Files of earlier versions are accepted.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from boundary.changes import changes
from boundary.errors import InputError
from boundary.schema import Schema

log = logging.getLogger(__name__)

KEY, OF_KEY, OF_FILE = "beyond-base", "beyond-base-said", "beyond-base-file"  # of the metadata; the last two: SHA-256
MAGIC = b"PAR1"
SIGNED = b"<!-- SHA-256 of what stands before: "
DAMAGE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, MemoryError)  # what a damaged file raises
PIECE = 1 << 20  # bytes that are read at once
ROWS = 8192  # of a row group: what `batches` reads at once
PART_BYTES = 4 << 20  # of rows that are in memory while they are written one by one
GROUP_BYTES = 64 << 20  # or fewer rows, where they are large: a part of the file is read without the rest


class Frame(Protocol):
    """A data frame, or an object that is written piece by piece like one."""

    def __len__(self) -> int: ...

    def estimated_size(self) -> int | float: ...

    def write_parquet(self, path: Any, /, *, metadata: dict[str, str], row_group_size: int) -> None: ...


def write(
    frame: Frame,
    path: str | Path,
    spec: Mapping[str, Any],
    made_with: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """Write `frame` to `path`, completely or not at all.

    made_with: facts outside the identity. names: its subject, such as model and benchmark.
    """
    rows = len(frame) * GROUP_BYTES // max(int(frame.estimated_size()), 1)
    with _whole(path) as temporary:
        metadata = _metadata(spec, made_with, names)
        frame.write_parquet(temporary, metadata=metadata, row_group_size=max(1, min(ROWS, rows)))


def write_rows(
    rows: Iterable[tuple],
    schema: Schema,
    path: str | Path,
    spec: Mapping[str, Any],
    made_with: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> None:
    """`write` for rows so large that only a few fit into memory, each readable alone.

    They are written into files of a few rows, which are joined at the end: this writes six times as much. made_with:
    its content after the last row is written.
    """
    with _whole(path) as temporary, tempfile.TemporaryDirectory(dir=Path(path).parent, prefix=".rows-") as folder:
        parts: list[str] = []
        waiting: list[tuple] = []
        size, largest = 0, 1

        def write_part() -> None:
            parts.append(f"{folder}/{len(parts)}.parquet")
            frame = pl.DataFrame(waiting, schema=schema, orient="row")
            waiting.clear()
            frame.write_parquet(parts[-1], statistics=False)  # they would be copies of the texts

        for row in rows:
            bytes_of_row = sum(map(_bytes, row))
            waiting.append(row)
            del row
            size, largest = size + bytes_of_row, max(largest, bytes_of_row)
            if size > PART_BYTES:
                write_part()
                size = 0
        if waiting or not parts:
            write_part()
        whole = pl.scan_parquet(parts, glob=False)
        whole.sink_parquet(
            temporary, metadata=_metadata(spec, made_with, names), row_group_size=in_a_group(largest), statistics=False
        )


def in_a_group(largest: int) -> int:
    """Number of rows of a group, if the largest row has so many bytes."""
    return max(1, min(ROWS, GROUP_BYTES // max(largest, 1)))


def _bytes(value) -> int:
    return sum(map(_bytes, value)) if isinstance(value, list) else len(value) if isinstance(value, str | bytes) else 0


@contextmanager
def _whole(path: str | Path) -> Iterator[Path]:
    """A name to write to, which becomes `path` at the end; where something fails nothing is left."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        _, digest, place = _digests(temporary)
        with temporary.open("r+b") as file:
            file.seek(place)
            file.write(digest)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)  # of a disk that is full


def _metadata(
    spec: Mapping[str, Any], made_with: Mapping[str, Any] | None, names: Mapping[str, str] | None
) -> dict[str, str]:
    about = {"spec": spec, "made_with": made_with or {}} | ({"names": dict(names)} if names else {})
    text = json.dumps(about, sort_keys=True)
    return {KEY: text, OF_KEY: hashlib.sha256(text.encode()).hexdigest(), OF_FILE: "0" * 64}


def read_text(path: str | Path, table: str | Path) -> str:
    """The text of a file that was written with a table by `tables.write`. InputError if it has changed."""
    written = about(table)["made_with"].get("beside", {}).get(Path(path).name) if Path(table).exists() else None
    if written not in (None, file_digest(path)):
        raise InputError(f"{path} is not what was written; delete this one file and run again: only it is made again")
    return Path(path).read_text()


def sign(svg: str | Path) -> None:
    """Add the digest of a drawing at its end, as a comment."""
    with open(svg, "ab") as file:
        file.write(SIGNED + file_digest(svg).encode() + b" -->\n")


def read_drawing(svg: str | Path) -> bytes:
    """A drawing. InputError if it has changed; one of earlier versions must have its end."""
    content = Path(svg).read_bytes()
    drawn, signed, digest = content.rpartition(SIGNED)
    whole = digest[:64] == hashlib.sha256(drawn).hexdigest().encode() if signed else content.endswith(b"</svg>\n")
    if not whole:
        raise InputError(f"{svg} is not what was written; delete this one file and run again: only it is made again")
    return content


def file_digest(path: str | Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: str | Path | list, columns: Iterable[str] = ()) -> pl.DataFrame:
    """These columns of the frame in `path`, by default all. InputError if it is corrupt or lacks one of them.

    path: may be a list of paths, which functions for inputs of rules return.
    """
    columns = list(dict.fromkeys(columns))
    if isinstance(path, list):
        return pl.concat([read(one, columns) for one in path])
    require_whole(path)
    try:
        require_columns(path, list(pl.read_parquet_schema(path)), columns)
        return pl.read_parquet(path, columns=columns or None)
    except DAMAGE as error:
        raise _unreadable(path, error) from error


def frames(paths: str | list[str]) -> list[pl.DataFrame]:
    """The frames of one input of a rule: one file, several, or none."""
    return [read(path) for path in ([paths] if isinstance(paths, str) else paths)]


class ResultFile:
    """A result for figures and tables: its `frame`, the `names` of its subject, and its flags."""

    def __init__(self, path: str | Path):
        self.path = path

    @cached_property
    def frame(self) -> pl.DataFrame:
        return read(self.path)

    def select(self, *columns: str) -> pl.DataFrame:
        """Only these columns, for a file with large ones."""
        return read(self.path, columns)

    @cached_property
    def made_with(self) -> dict:
        return about(self.path)["made_with"]

    @cached_property
    def names(self) -> dict[str, str]:
        return about(self.path)["names"]

    def named(self, *keys: str) -> pl.DataFrame:
        """The frame with the names under `keys` as its first columns."""
        return self.frame.select(*(pl.lit(self.names[key]).alias(key) for key in keys), pl.all())


Results = dict[str, list[ResultFile]]  # the inputs of a figure, a table or the page, by kind


def results(files: Mapping[str, str | list[str]]) -> Results:
    """The inputs of a rule, each kind as a list in order."""
    return {kind: [_result(p) for p in ([paths] if isinstance(paths, str) else paths)] for kind, paths in files.items()}


@cache
def _result(path: str) -> ResultFile:
    """Of each file one: several figures or tables of a job read it."""
    return ResultFile(path)


def numbered(files: Mapping[str, str | list[str]], number: int) -> dict[str, list[ResultFile]]:
    """`results` of one figure or table of several: of the inputs KIND_number, by kind."""
    ending = f"_{number}"
    return results({kind.removesuffix(ending): some for kind, some in files.items() if kind.endswith(ending)})


def batches(
    path: str | Path, columns: Iterable[str], most_bytes: int | None = None, most_rows: int = ROWS
) -> Iterator[pl.DataFrame]:
    """The frame in `path` in pieces of `ROWS` rows, so that a large file is never completely in memory.

    most_bytes: approximate size of a piece in the file, if its rows are large. most_rows: in one piece, if their
    unpacked size is known.
    """
    (path,) = path if isinstance(path, list) else [path]
    require_whole(path)
    columns = list(columns)
    try:
        lazy = pl.scan_parquet(path)
        require_columns(path, lazy.collect_schema().names(), columns)
        rows = lazy.select(pl.len()).collect().item()
        size = max(1, rows * most_bytes // Path(path).stat().st_size) if most_bytes else ROWS
        size = min(ROWS, most_rows, size)
        for start in range(0, max(rows, 1), size):  # of an empty file one empty piece
            yield lazy.select(columns).slice(start, size).collect()
    except DAMAGE as error:
        raise _unreadable(path, error) from error


def require_whole(path: str | Path) -> None:
    """InputError if a file has changed since it was written. A process checks once, unless the file is written
    again."""
    try:
        stat = os.stat(path)
        _require_digest(str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise _unreadable(path, error) from error


@cache
def _require_digest(path: str, *_: int) -> None:
    written, found = _digests(Path(path))[:2]
    if written != found:
        raise _unreadable(path, "it is not what was written: a bit was flipped, or a part is missing")


def _digests(path: Path) -> tuple[bytes, bytes, int]:
    """The digest that a file says it has, the one that it has, and where it says it; nothing of earlier versions."""
    begin, footer = _footer(path)
    place, written = _said(footer, OF_FILE)
    if len(written) != 64:
        return b"", b"", 0
    digest, left = hashlib.sha256(), begin + place
    with path.open("rb") as file:
        while piece := file.read(min(left, PIECE)):
            digest.update(piece)
            left -= len(piece)
        digest.update(b"0" * len(file.read(64)))
        while piece := file.read(PIECE):
            digest.update(piece)
    return written, digest.hexdigest().encode(), begin + place


def require_columns(path: str | Path, found: list[str], columns: Iterable[str]) -> None:
    """InputError if a file lacks one of `columns`."""
    for column in columns:
        if column not in found:
            raise InputError(f"{path} has no column {column!r}; it has {', '.join(found)}")


def about(path: str | Path) -> dict:
    """The `spec` and `made_with` written into the file."""
    if found := _about(path):
        return found
    raise InputError(f"{path} does not say what it is (no {KEY!r} metadata); delete it and run again")


def _about(path: str | Path | list) -> dict:
    """What the metadata says; nothing where there is none. path: may be a list of one."""
    (path,) = path if isinstance(path, list) else [path]
    try:
        _, footer = _footer(Path(path))
        _, text = _said(footer, KEY)
        _, written = _said(footer, OF_KEY)
        if written and hashlib.sha256(text).hexdigest().encode() != written:
            raise ValueError("its metadata are not what was written: a bit was flipped")
        about = json.loads(text or b"{}")
        if not isinstance(about, dict) or (about and not {"spec", "made_with"} <= about.keys()):
            raise ValueError("its metadata are none of this workflow")
        return about
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, error) from error


def _footer(path: Path) -> tuple[int, bytes]:
    """The end of a parquet file, in which its metadata are, and where it begins."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        length, magic = file.read(4), file.read(4)
        if magic != MAGIC:
            raise ValueError("it does not end as one")
        begin = max(0, size - 8 - int.from_bytes(length, "little"))
        file.seek(begin)
        return begin, file.read()


def _said(footer: bytes, key: str) -> tuple[int, bytes]:
    """The value of a key of the metadata, and where in the footer it begins; 0 and nothing where there is none.

    Key and value stand one after the other as strings of Thrift's compact protocol: the byte 0x18, the length in groups
    of seven bits, lowest first, and the text.
    """
    place, length, shift = footer.rfind(key.encode() + b"\x18") + len(key) + 1, 0, 0
    if place == len(key):
        return 0, b""
    for byte in footer[place : place + 5]:
        place += 1
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    return place, footer[place : place + length]


def _unreadable(path, error: BaseException | str) -> InputError:
    return InputError(
        f"{path} is not a readable parquet file ({error}); delete this one file and run again: only it is made again"
    )


def publish(path: Path, to: Path) -> None:
    """Make `path` available as `to` too, with a new time stamp."""
    link(path, to)
    to.touch()


def link(path: Path, to: Path, copy: bool = True) -> None:
    """Give `path` the name `to` too: a hard link, or a copy if the file system has none. Appears at once.

    copy: false leaves an existing `to`, for example an equal copy.
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


def fsync(path: Path) -> None:
    """Wait until a file and its name are on disk: its sources may be deleted after that."""
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def beside(path: Path) -> Path:
    """A free name for a file that is set aside."""
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


def has_spec(path: str | Path, spec: Mapping[str, Any]) -> bool:
    """Whether `path` is a readable file that was made under this spec."""
    try:
        require_spec(path, spec)
    except InputError:
        return False
    return True


def require_spec(path: str | Path, expected: Mapping[str, Any]) -> None:
    """InputError naming the differences if the file was made under another spec than `expected`."""
    if differing := differences(path, expected):
        raise InputError(
            f"{path} was made under another configuration: {'; '.join(differing)}. "
            "Move it away, or restore the configuration it belongs to; nothing was deleted"
        )


def differences(path: str | Path, expected: Mapping[str, Any]) -> list[str]:
    """The differences between the spec of a file and the expected one, a phrase each."""
    return changes(about(path)["spec"], json.loads(json.dumps(expected)))
