"""Sampling a block: requests with seeds of their own, responses streamed to a partial file, resumed after a kill.

The partial file is append-only. Every line is a checksum and one chunk: the responses that finished together. A line
that is torn or does not match its checksum ends the file: it and what follows are dropped and sampled again.
"""

import fcntl
import hashlib
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from boundary import store
from boundary.engines import Request, Response
from boundary.errors import InputError

log = logging.getLogger(__name__)

SCHEMA = {
    "problem_id": pl.String,
    "sample_index": pl.Int64,
    "text": pl.String,
    "tokens": pl.Int64,
    "finish_reason": pl.String,
    "cumulative_logprob": pl.Float64,
    "seed": pl.Int64,
}


def schema_of(spec: dict) -> dict:
    """The columns of a block: SCHEMA, and the log-probability of every token where the decoding keeps them."""
    return SCHEMA | ({"logprobs": pl.List(pl.Float64)} if spec["decoding"].get("logprobs") else {})


def seed_of(seed: int, stream: str, problem_id: str, sample_index: int) -> int:
    """A 63-bit seed of its own for every sample. stream: model, benchmark and decoding names."""
    digest = hashlib.blake2b(f"{seed}/{stream}/{problem_id}/{sample_index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def block_requests(prompts: pl.DataFrame, first: int, last: int, seed: int, stream: str) -> list[Request]:
    """Samples first..last of every problem, problem by problem, so that equal prompts stand together."""
    shown = prompts["images"] if "images" in prompts.columns else [None] * len(prompts)
    return [
        Request(problem_id, index, prompt, seed_of(seed, stream, problem_id, index), tuple(images or ()))
        for problem_id, prompt, images in zip(prompts["problem_id"], prompts["prompt"], shown, strict=True)
        for index in range(first, last + 1)
    ]


def is_what_was_asked(path: Path, spec: dict, prompts: pl.DataFrame) -> bool:
    """Whether `path` holds a finished block of this spec and these prompts (problem_id, prompt_hash)."""
    try:
        store.require_spec(path, spec)
        sampled = store.read(path, schema_of(spec))
    except InputError:
        return False
    known = set(prompts.select("problem_id", "prompt_hash").iter_rows())
    return set(sampled.select("problem_id", "prompt_hash").iter_rows()) == known


def finished_rows(folders: list[Path], first: int, last: int, spec: dict, prompts: pl.DataFrame) -> list[tuple]:
    """Samples first..last that finished blocks of any range in `folders` hold already, as rows of SCHEMA.

    A sample is its problem, prompt, index and `spec`; how samples were cut into blocks does not matter.
    """
    known, rows = prompts.select("problem_id", "prompt_hash"), []
    for path in sorted(path for folder in folders for path in folder.glob(".*-*.parquet")):
        start, end = (int(number) for number in path.stem.lstrip(".").split("-"))
        if end < first or start > last:
            continue
        try:
            store.require_spec(path, spec)
            sampled = store.read(path, [*schema_of(spec), "prompt_hash"])
        except InputError:
            continue
        wanted = sampled.filter(pl.col("sample_index").is_between(first, last))
        rows += (
            wanted.join(known, on=["problem_id", "prompt_hash"], how="semi").select(list(schema_of(spec))).iter_rows()
        )
    return rows


def sample_block(
    requests: list[Request], open_engine: Callable, partial: Path, spec: dict, progress, finished: Iterable[tuple] = ()
) -> tuple[pl.DataFrame, dict]:
    """All responses of a block in the order of `requests`, those in the partial file or `finished` taken from there.

    open_engine: starts an engine for the requests that are left; called only where something is left to sample.
    progress: has `start(done)` and `add(samples, tokens)`. Returns the frame and the description of the engine that
    sampled last.
    """
    with PartialFile(partial, spec, requests) as file:
        rows = {(row[0], row[1]): row for row in finished}
        if rows:
            log.info("%d samples are taken from finished blocks", len(rows))
        rows |= {(row[0], row[1]): tuple(row) for chunk in file.chunks for row in chunk["rows"]}
        pending = [r for r in requests if (r.problem_id, r.sample_index) not in rows]
        engine = open_engine(pending) if pending else None
        progress.start(len(requests) - len(pending))
        for responses in engine.generate(pending, spec["decoding"]) if engine else ():
            chunk = [_row(response) for response in responses]
            file.append({"made_with": engine.description, "rows": chunk})
            rows.update(((row[0], row[1]), row) for row in chunk)
            progress.add(len(chunk), sum(row[3] for row in chunk))
        made_with = engine.description if engine else file.chunks[-1]["made_with"] if file.chunks else {}
    ordered = [rows[r.problem_id, r.sample_index] for r in requests]
    return pl.DataFrame(ordered, schema=schema_of(spec), orient="row"), made_with


def _row(response: Response) -> tuple:
    request = response.request
    row = (
        request.problem_id,
        request.sample_index,
        response.text,
        response.tokens,
        response.finish_reason,
        response.cumulative_logprob,
        request.seed,
    )
    return row if response.logprobs is None else (*row, response.logprobs)


class PartialFile:
    """The partial file of a block: its good chunks are read, then it is appended to."""

    def __init__(self, path: Path, spec: dict, requests: list[Request]):
        self.path = path
        prompts = hashlib.sha256("\0".join(f"{r.problem_id}\0{r.prompt}" for r in requests).encode()).hexdigest()
        self.header = json.dumps({"spec": spec, "prompts": prompts}, sort_keys=True)
        self.chunks: list[dict] = []

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
        if self.chunks:
            finished = sum(len(chunk["rows"]) for chunk in self.chunks)
            log.info("resuming from %d finished samples in %s", finished, self.path)
        return self

    def __exit__(self, *_) -> None:
        self.file.close()

    def append(self, chunk: dict) -> None:
        self._write(json.dumps(chunk))

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


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone with a block: waits for a process of an earlier run that is still at it, whatever became of that run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("waiting: another process is still at this block (%s)", path)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
