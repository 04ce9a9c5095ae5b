"""The partial file of a block: responses stream to it, and a killed block goes on from it.

It is append-only. Every line is a checksum and one chunk: responses that finished together, or what was added to those
that are not finished. A line that is torn or does not match its checksum ends the file: it and what follows are dropped
and sampled again.
"""

import hashlib
import json
import logging
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from boundary.files import store
from boundary.sampling.engines import Going, Request

log = logging.getLogger(__name__)


def _sample(request: Request) -> tuple[str, int, int]:
    return request.problem_id, request.sample_index, request.seed


class PartialFile:
    """The partial file of a block: its good chunks are read, then it is appended to."""

    def __init__(self, path: Path, spec: dict, requests: list[Request]):
        self.path = path
        prompts = hashlib.sha256("\0".join(f"{r.problem_id}\0{r.prompt}" for r in requests).encode()).hexdigest()
        self.header = json.dumps({"spec": spec, "prompts": prompts}, sort_keys=True)
        self.chunks: list[dict] = []
        self.going: dict[tuple, tuple[list[int], list[float]]] = {}  # of earlier jobs: tokens, log-probabilities
        self.kept: dict[tuple, int] = {}  # how many tokens of an unfinished response are in the file

    @classmethod
    def named_before(cls, path: Path, spec: dict, requests: list[Request]) -> Path | None:
        """`path`, as earlier versions named a partial file, where it is one of this spec and these requests."""
        if not path.exists():
            return None
        with path.open("rb") as file:
            _, _, header = file.readline().rstrip(b"\n").partition(b" ")
        return path if header.decode(errors="replace") == cls(path, spec, requests).header else None

    def __enter__(self) -> "PartialFile":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.path.open("a+b")
        header, *chunks = self._good_lines() or [None]
        if header is not None and header != self.header:
            self.file.close()
            store.set_aside(self.path)
            return self.__enter__()
        if header is None:
            self._write(self.header)
        self.chunks = [json.loads(chunk) for chunk in chunks]
        for chunk in self.chunks:
            for *sample, ids, logprobs in chunk.get("going", ()):
                kept = self.going.setdefault(tuple(sample), ([], []))
                kept[0].extend(ids)
                kept[1].extend(logprobs)
        if self.chunks:
            finished = sum(1 for _ in self.rows())
            log.info("resuming from %d finished samples in %s", finished, self.path)
        return self

    def __exit__(self, *_) -> None:
        self.file.close()

    def append(self, chunk: dict) -> None:
        self._write(json.dumps(chunk))

    def rows(self) -> Iterator[tuple]:
        """The finished samples that were there when the file was opened."""
        return (tuple(row) for chunk in self.chunks for row in chunk.get("rows", ()))

    def resumed(self, requests: list[Request]) -> list[Request]:
        """The requests with what was generated of them when an earlier job was killed."""
        resumed = []
        for request in requests:
            ids, logprobs = self.going.pop(_sample(request), ((), ()))
            resumed.append(replace(request, begun=tuple(ids), begun_logprobs=tuple(logprobs)))
        return resumed

    def keep_going(self, going: list[Going], made_with: dict) -> None:
        """Keep what was added to unfinished responses since the last time."""
        starts = [self.kept.get(_sample(request), len(request.begun)) for request, _, _ in going]
        added = [
            [*_sample(request), ids[start:], logprobs[start:]]
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

    def _good_lines(self) -> list[str]:
        """Contents of the leading intact lines; what follows them is cut off."""
        self.file.seek(0)
        good, end = [], 0
        for line in self.file:
            checksum, _, data = line.rstrip(b"\n").partition(b" ")
            if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(data):
                log.warning("%s: a torn chunk at byte %d is dropped and sampled again", self.path, end)
                break
            good.append(data.decode())
            end += len(line)
        self.file.truncate(end)
        self.file.seek(end)
        return good
