"""The partial file of a block: responses are written to it as they come, and a killed block continues from it.

It is append-only. Every line is a checksum and one chunk: responses that finished together, or new pieces of unfinished
ones, each with the place of its first token. An incomplete last line is cut off. A line with a wrong checksum is left
out and its content sampled again; later pieces of a response in it are then dropped too. (Pieces of earlier versions
have no place: after a damaged line none of them counts.)
"""

import hashlib
import json
import logging
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from boundary.files import store
from boundary.sampling.engines import Request, Unfinished

log = logging.getLogger(__name__)

PLACED = 6  # parts of a piece of an unfinished response that says where it begins


def _sample(request: Request) -> tuple[str, int, int]:
    return request.problem_id, request.sample_index, request.seed


class PartialFile:
    """The partial file of a block: its valid chunks are read, then it is appended to.

    identity: a digest of spec and requests. If the name of the file contains it, the file belongs to them even if its
    first line, which also has it, is damaged.
    """

    def __init__(self, path: Path, spec: Mapping[str, Any], requests: list[Request], identity: str = ""):
        self.path = path
        prompts = hashlib.sha256("\0".join(f"{r.problem_id}\0{r.prompt}" for r in requests).encode()).hexdigest()
        self.header = json.dumps({"spec": spec, "prompts": prompts}, sort_keys=True)
        self.named = bool(identity) and f".{identity}." in path.name
        self.chunks: list[dict] = []
        self.going: dict[tuple, tuple[list[int], list[float]]] = {}  # of earlier jobs: tokens, log-probabilities
        self.kept: dict[tuple, int] = {}  # how many tokens of an unfinished response are in the file

    def __enter__(self) -> "PartialFile":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = self._lines() if self.path.exists() else []
        if lines and (lines[0] != self.header if lines[0] is not None else not self.named):
            store.set_aside(self.path)
            lines = []
        self.chunks = list(_chunks(lines))
        if None in lines:
            self._leave_out_damage(lines.count(None))
        self.file = self.path.open("ab")
        if not lines:
            self._write(self.header)
        for chunk in self.chunks:
            for piece in chunk.get("going", ()):
                self._add(*piece)
        if self.chunks:
            finished = sum(1 for _ in self.rows())
            log.info("resuming from %d finished samples in %s", finished, self.path)
        return self

    def __exit__(self, *_) -> None:
        self.file.close()

    def append(self, chunk: dict) -> None:
        self._write(json.dumps(chunk))

    def rows(self) -> Iterator[tuple]:
        """The finished samples in the file when it was opened."""
        return (tuple(row) for chunk in self.chunks for row in chunk.get("rows", ()))

    def resumed(self, requests: list[Request]) -> list[Request]:
        """The requests, with the tokens generated before an earlier job was killed."""
        resumed = []
        for request in requests:
            ids, logprobs = self.going.pop(_sample(request), ((), ()))
            resumed.append(replace(request, begun=tuple(ids), begun_logprobs=tuple(logprobs)))
        return resumed

    def keep_going(self, going: list[Unfinished], made_with: dict) -> None:
        """Write the new pieces of unfinished responses since the last call."""
        starts = [self.kept.get(_sample(request), len(request.begun)) for request, _, _ in going]
        added = [
            [*_sample(request), ids[start:], logprobs[start:], start]
            for start, (request, ids, logprobs) in zip(starts, going, strict=True)
            if len(ids) > start
        ]
        if added:
            self.append({"made_with": made_with, "going": added})
        self.kept = {_sample(request): len(ids) for request, ids, _ in going}

    def _write(self, text: str) -> None:
        data = text.encode()
        self.file.write(b"%08x %s\n" % (zlib.crc32(data), data))
        self.file.flush()

    def _add(self, problem_id: str, index: int, seed: int, ids: list, logprobs: list, start: int | None = None) -> None:
        """A piece of an unfinished response; nothing of one that does not go on from what there is."""
        kept = self.going.setdefault((problem_id, index, seed), ([], []))
        start = len(kept[0]) if start is None else start
        if start <= len(kept[0]):
            kept[0][start:], kept[1][start:] = ids, logprobs

    def _lines(self) -> list[str | None]:
        """Contents of the lines, None for each that is damaged. A torn end is cut off the file."""
        lines, end = [], 0
        with self.path.open("r+b") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    log.warning("%s: a torn chunk at byte %d is dropped and sampled again", self.path, end)
                    file.truncate(end)
                    break
                lines.append(_checked(line[:-1]))
                end += len(line)
        return lines

    def _leave_out_damage(self, damaged: int) -> None:
        """Write the file anew with what is whole of it; the damaged one is kept beside it."""
        aside = store.beside(self.path)
        log.warning(
            "%s: %d of its lines are damaged; what they held is sampled again, all else is kept. The damaged file: %s",
            *(self.path, damaged, aside.name),
        )
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with temporary.open("wb") as self.file:
            for text in (self.header, *map(json.dumps, self.chunks)):
                self._write(text)
        store.fsync(temporary)
        store.link(self.path, aside)
        os.replace(temporary, self.path)


def _checked(line: bytes) -> str | None:
    """What a line says; None where it does not match its checksum."""
    checksum, _, data = line.partition(b" ")
    try:
        return data.decode() if checksum == b"%08x" % zlib.crc32(data) else None
    except UnicodeDecodeError:
        return None


def _chunks(lines: Iterable[str | None]) -> Iterator[dict]:
    """The chunks of whole lines after the first; behind a damaged one without pieces that have no place."""
    damaged = False
    for number, line in enumerate(lines):
        damaged |= line is None
        if line is None or number == 0:
            continue
        chunk = json.loads(line)
        if damaged and "going" in chunk:
            chunk["going"] = [piece for piece in chunk["going"] if len(piece) == PLACED]
        yield chunk
