"""Sampling a block: requests with seeds of their own, and reuse of finished blocks."""

import fcntl
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import polars as pl

from boundary.contracts import Parameters, SampleSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.files.rows import whole_text
from boundary.sampling.engines import Engine, Request, Response, advising
from boundary.sampling.lengths import joined
from boundary.sampling.partial_file import PartialFile
from boundary.sampling.samples import SCHEMA, Sample, as_rows, as_samples, schema_of

log = logging.getLogger(__name__)

BETWEEN_KEEPING = 10  # seconds after which unfinished responses are kept, too
SAMPLE_KEYS = ("problem_id", "sample_index", "seed")


def seed_of(seed: int, stream: str, problem_id: str, sample_index: int) -> int:
    """A 63-bit seed of its own for every sample. stream: model, benchmark and decoding names."""
    digest = hashlib.blake2b(f"{seed}/{stream}/{problem_id}/{sample_index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def block_requests(prompts: pl.DataFrame, first: int, last: int, seed: int, stream: str) -> list[Request]:
    """Samples first..last of every problem, problem by problem, so that equal prompts are together."""
    shown = prompts["images"].to_list() if "images" in prompts.columns else [None] * len(prompts)
    return [
        Request(problem_id, index, prompt, seed_of(seed, stream, problem_id, index), tuple(images or ()))
        for problem_id, prompt, images in zip(prompts["problem_id"], prompts["prompt"], shown, strict=True)
        for index in range(first, last + 1)
    ]


def expected(requests: list[Request], prompts: pl.DataFrame, seed: int, streams: Sequence[str]) -> pl.DataFrame:
    """The identity of each requested sample: problem_id, sample_index, seed, prompt_hash.

    The seed covers what `spec` does not contain: the names of model and decoding, and the random stream. streams: whose
    seeds are valid, the job's own and those of the model's former names; one row of every sample for each.
    """
    rows = [
        (request.problem_id, request.sample_index, seed_of(seed, stream, request.problem_id, request.sample_index))
        for stream in streams
        for request in requests
    ]
    schema = {key: SCHEMA[key] for key in SAMPLE_KEYS}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.join(prompts.select("problem_id", "prompt_hash"), on="problem_id", maintain_order="left")


def is_complete(path: Path, spec: SampleSpec, wanted: pl.DataFrame) -> bool:
    """Whether `path` has a finished block of this spec with exactly the samples of `asked`, each once."""
    try:
        store.require_spec(path, spec)
        sampled = store.read(path, [*schema_of(spec), "prompt_hash"]).select(wanted.columns)
    except InputError:
        return False
    complete = set(sampled.select(SAMPLE_KEYS[:2]).iter_rows()) == set(wanted.select(SAMPLE_KEYS[:2]).iter_rows())
    return complete and set(sampled.iter_rows()) <= set(wanted.iter_rows())


def finished_rows(
    files: Iterable[Path], spec: SampleSpec, wanted: pl.DataFrame, columns: Iterable[str]
) -> dict[tuple, tuple]:
    """Those samples of `asked` that stored files of this spec already have: (problem, index) -> its row.

    columns: of a row; the first two are problem and index. The division of samples into blocks has no effect. If two
    files have a sample, the first one counts; damaged files do not count.
    """
    rows: dict[tuple, tuple] = {}
    columns = list(columns)
    for path in files:
        try:
            if store.differences(path, spec):
                continue
            pieces = list(store.batches(path, list(dict.fromkeys([*columns, *wanted.columns]))))
        except InputError as error:
            log.warning("%s", error)
            continue
        for piece in pieces:
            found = piece.join(wanted, on=wanted.columns, how="semi", maintain_order="left")
            for row in found.select(columns).iter_rows():
                rows.setdefault(row[:2], row)
    return rows


def finished_samples(files: Iterable[Path], spec: SampleSpec, wanted: pl.DataFrame) -> dict[tuple, Sample]:
    """`finished_rows` with all columns."""
    columns = list(schema_of(spec))
    rows = finished_rows(files, spec, wanted, columns)
    return dict(zip(rows, as_samples(rows.values(), columns), strict=True))


def sample_block(
    requests: list[Request],
    open_engine: Callable,
    partial: Path,
    spec: SampleSpec,
    progress,
    finished: Mapping[tuple, Sample] = MappingProxyType({}),
    begun: Mapping[tuple, Sample] = MappingProxyType({}),
    decoding: Parameters | None = None,
    identity: str = "",
) -> tuple[pl.DataFrame, dict]:
    """All responses of a block in the order of `requests`, reusing those in the partial file or in `finished`.

    begun: samples that continue after an interruption, with a random stream of their own. decoding: that of `spec`,
    with its temperature if that was found. identity: of spec and prompts, see `PartialFile`. open_engine: starts an
    engine for the remaining requests; called only if something is left to sample. progress: has `start(done)` and
    `add(samples, tokens)`. Returns the frame and the description of the engine that sampled last.
    """
    schema = schema_of(spec)
    with PartialFile(partial, spec, requests, identity) as file:
        samples = dict(finished)
        if samples:
            log.info("%d samples are taken from finished blocks", len(samples))
        drawn = {(r.problem_id, r.sample_index, r.seed) for r in requests}
        drawn |= {sample.drawn for sample in begun.values()}  # what went on has the seed of its beginning
        samples |= {sample.key: sample for sample in as_samples(file.rows(), schema) if sample.drawn in drawn}
        pending = [r for r in requests if (r.problem_id, r.sample_index) not in samples]
        made_with = file.chunks[-1]["made_with"] if file.chunks else {}
        engine: Engine | None = open_engine(pending) if pending else None
        progress.start(len(requests) - len(pending))
        if engine:
            for group, limited in _by_length(pending, begun, decoding or spec["decoding"]):
                for responses in _sampled(engine, file.resumed(group), limited, file, progress):
                    chunk = [sample_of(response) for response in responses]
                    chunk = [joined(begun[one.key], one) if one.key in begun else one for one in chunk]
                    file.append({"made_with": engine.description, "rows": list(as_rows(chunk, schema))})
                    samples.update((one.key, one) for one in chunk)
            made_with = engine.description
    ordered = as_rows((samples[r.problem_id, r.sample_index] for r in requests), schema)
    return pl.DataFrame(list(map(_whole, ordered)), schema=schema, orient="row"), made_with


def _whole(row: tuple) -> tuple:
    """A row whose text can be written: half of a surrogate pair, which a server may send, is no character."""
    return tuple(whole_text(value) if isinstance(value, str) else value for value in row)


def _sampled(
    engine, requests: list[Request], decoding: Parameters, file: PartialFile, progress
) -> Iterator[list[Response]]:
    """What an engine has finished; what it is at goes into the partial file every now and then."""
    kept = time.monotonic()
    before = engine.generated
    with advising():
        for responses in engine.generate(requests, decoding):
            progress.spent = getattr(engine, "spent", None)
            progress.add(len(responses), engine.generated - before)
            before = engine.generated
            if responses:
                yield responses
            if time.monotonic() - kept > BETWEEN_KEEPING:
                file.keep_going(engine.unfinished(), engine.description)
                kept = time.monotonic()


def _by_length(
    pending: list[Request], begun: Mapping[tuple, Sample], decoding: Parameters
) -> Iterator[tuple[list[Request], Parameters]]:
    """The requests that begin anew, and those that go on, by how many tokens each may still have."""
    groups: dict[int, list[Request]] = {}
    for request in pending:
        earlier = begun.get((request.problem_id, request.sample_index))
        spent = earlier.tokens if earlier else 0
        if earlier:
            seed = int.from_bytes(hashlib.blake2b(f"{request.seed}/{spent}".encode(), digest_size=8).digest()) >> 1
            request = replace(request, prefix=earlier.text, seed=seed)
        groups.setdefault(spent, []).append(request)
    for spent, group in sorted(groups.items()):
        yield group, decoding | {"max_tokens": decoding["max_tokens"] - spent}


def sample_of(response: Response) -> Sample:
    request = response.request
    return Sample(
        request.problem_id,
        request.sample_index,
        response.text,
        response.tokens,
        response.finish_reason,
        response.cumulative_logprob,
        request.seed,
        response.logprobs,
        response.thought,
    )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Exclusive access to a block: waits for a process of an earlier run that still works on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("waiting: another process is still at this block (%s)", path)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
