"""Responses of files of any size on their way into a block: texts are on disk, and few are in memory."""

import hashlib
import json
import os
import shutil
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from boundary.contracts import Kept
from boundary.errors import InputError
from boundary.files import store
from boundary.files.rows import whole_text
from boundary.schema import Schema

PIECE_BYTES = 8 << 20  # of texts that are in memory at once
GROUP_BYTES = 32 << 20  # of a row group, which is in memory as it is written
PROBLEM, FILE, PLACE, SIZE = "problem", "file", "place", "size"  # of a response: numbers, and where its text lies
MORE = "more"  # size of the messages of an episode, which lie behind its text
INDEX: Schema = {PROBLEM: pl.Int32, PLACE: pl.Int64, SIZE: pl.Int64, MORE: pl.Int64, "tokens": pl.Int64}
INDEX |= {"finish_reason": pl.String, "score": pl.Float64, "order": pl.List(pl.Int64)}
INDEX |= {"turns": pl.Int64, "solved_turn": pl.Int64}


class Spool:
    """The texts of several files, concatenated in one file of a folder, and an index of each.

    folder: remains if the process is stopped or the machine fails; files that were read completely under the same
    decisions are reused. It is deleted at the end, and if the files or the configuration are refused: a change of
    either decides otherwise. decides: everything that decides what is read, as JSON.
    """

    def __init__(self, folder: Path, decides):
        identity = hashlib.sha256(json.dumps(decides, sort_keys=True).encode())
        self.folder, self.spec = folder, {"identity": identity.hexdigest()}
        self.indices: list[pl.DataFrame] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.texts = (folder / "texts").open("a+b")
        self.end = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_) -> None:
        self.texts.close()
        if kind is None or issubclass(kind, InputError):
            shutil.rmtree(self.folder)

    def finished(self) -> Kept | None:
        """The facts of the next file if it was read completely: then it is not read again."""
        path = self._next()
        if not path.exists() or not store.has_spec(path, self.spec):
            return None
        index = store.read(path)
        end = self.end + int(index[SIZE].sum()) + int(index[MORE].sum())
        if end > os.fstat(self.texts.fileno()).st_size:
            return None
        self._take(index, end)
        return store.about(path)["made_with"]

    def fill(self, samples: Iterable[tuple], about: Kept) -> None:
        """Read the next file. samples: (problem, text, messages, tokens, finish reason, score, order, turns, turn at
        which it was solved) of every response, the problem by its number. about: facts of the file, complete after
        the last of them."""
        self.texts.truncate(self.end)
        problems, places, sizes, told, end = array("l"), array("q"), array("q"), array("q"), self.end
        others: tuple[list, ...] = tuple([] for _ in range(len(INDEX) - 4))
        for problem, text, messages, *more in samples:
            encoded, behind = whole_text(text).encode(), whole_text(messages or "").encode()
            self.texts.write(encoded + behind)
            problems.append(problem)
            places.append(end)
            sizes.append(len(encoded))
            told.append(len(behind))
            for column, value in zip(others, more, strict=True):
                column.append(value)
            end += len(encoded) + len(behind)
        self.texts.flush()
        index = pl.DataFrame(dict(zip(INDEX, (problems, places, sizes, told, *others), strict=True)), schema=INDEX)
        store.write(index, self._next(), self.spec, about)
        self._take(index, end)

    def _next(self) -> Path:
        return self.folder / f"{len(self.indices)}.parquet"

    def _take(self, index: pl.DataFrame, end: int) -> None:
        self.indices.append(index.with_columns(pl.lit(len(self.indices), pl.Int32).alias(FILE)))
        self.end = end

    def block(self, problems: list[str], schema: Schema) -> "Block":
        """Everything that was read, as one block. problems: ids by number. schema: its columns."""
        return Block(self, problems, schema)


class Block:
    """The rows of a spool in the order of problems, and of files within each; `store.write` treats it as a frame."""

    def __init__(self, spool: Spool, problems: list[str], schema: Schema):
        self.spool, self.schema = spool, schema
        index = pl.concat([pl.DataFrame(schema=INDEX | {FILE: pl.Int32}), *spool.indices])
        index = index.sort(PROBLEM, FILE, PLACE, maintain_order=True)
        numbered = {PROBLEM: list(range(len(problems))), "problem_id": problems}
        ids = pl.DataFrame(numbered, {PROBLEM: pl.Int32, "problem_id": pl.String})
        self.index = index.join(ids, on=PROBLEM, how="left", maintain_order="left").with_columns(
            sample_index=pl.int_range(pl.len(), dtype=pl.Int64).over(PROBLEM)
        )

    def __len__(self) -> int:
        return len(self.index)

    def estimated_size(self) -> int:
        """Bytes of its texts."""
        return self.spool.end

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows, few at once."""
        start, size = 0, 0
        for row, bytes_of_row in enumerate(self.index[SIZE] + self.index[MORE]):
            size += bytes_of_row
            if size > PIECE_BYTES:
                yield self._piece(start, row + 1)
                start, size = row + 1, 0
        yield self._piece(start, len(self.index))

    def _piece(self, start: int, end: int) -> pl.DataFrame:
        rows, file = self.index[start:end], self.spool.texts.fileno()
        texts = [os.pread(file, size, place) for place, size in rows.select(PLACE, SIZE).iter_rows()]
        known = rows.with_columns(text=pl.Series(texts, dtype=pl.Binary).cast(pl.String))
        if "messages" in self.schema:
            behind = rows.select(pl.col(PLACE) + pl.col(SIZE), MORE).iter_rows()
            told = [os.pread(file, size, place) for place, size in behind]
            known = known.with_columns(messages=pl.Series(told, dtype=pl.Binary).cast(pl.String))
        missing = [pl.lit(None, dtype).alias(name) for name, dtype in self.schema.items() if name not in known.columns]
        return known.with_columns(missing).select(*self.schema)

    def ended(self) -> dict[str, int]:
        """Numbers of responses by the way they ended, if known."""
        return dict(self.index["finish_reason"].drop_nulls().value_counts().iter_rows())

    def frame(self) -> pl.DataFrame:
        return pl.concat(self.pieces())

    def write_parquet(self, path: Path, *, metadata: dict[str, str], row_group_size: int) -> None:
        """Write the rows piece by piece, once."""
        largest = max(1, GROUP_BYTES * len(self) // max(self.estimated_size(), 1))
        source = register_io_source(lambda *_: self.pieces(), schema=self.schema, validate_schema=True)
        size = min(row_group_size, largest)
        source.sink_parquet(path, metadata=metadata, row_group_size=size, statistics=False)
