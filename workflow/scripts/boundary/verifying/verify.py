"""Verification: every sample gets a verdict, every distinct (problem, answer) is graded once, in killable processes.

Samples stream through: only their answers are kept, and equal answers are kept once. Finding the answer takes time
linear in the text; if it does not end, only that sample is affected.
"""

import functools
import itertools
import logging
import signal
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import polars as pl
from tqdm import tqdm

from boundary.closure import library, module_file
from boundary.errors import InputError
from boundary.verifying import grading
from boundary.verifying.cache import VerdictCache, digest, key
from boundary.verifying.finding import chooser, finder
from boundary.verifying.grading import Context, Limits, Verdict
from boundary.verifying.verdicts import SCHEMA
from boundary.verifying.workers import Failure, InfrastructureError, killable_map, start_server

log = logging.getLogger(__name__)

NO_ANSWER, TRUNCATED, INTERRUPTED, TIMEOUT, ERROR = -1, -2, -3, -4, -5  # in place of the number of a distinct answer
UNFINISHED = {"length": TRUNCATED, "other": INTERRUPTED}  # by finish reason; one that is not known counts as finished
REASONS = {
    NO_ANSWER: "no answer",
    TRUNCATED: "truncated",
    INTERRUPTED: "interrupted",
    TIMEOUT: "timeout",
    ERROR: "error",
}
TRIES = 2  # to find an answer in time, on a machine that may be busy
BETWEEN_WRITES = 20  # seconds after which new verdicts go into the cache


def verify(
    batches: Iterable[pl.DataFrame],
    golds: dict[str, str | Path],
    contexts: dict[str, Context],
    graders: Iterable[str],
    limits: Limits,
    *,
    workers: int,
    cache: Path | None = None,
    options: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> pl.DataFrame:
    """Verdicts of every grader on all samples, in their order, grader by grader.

    batches: frames of problem_id, sample_index, tokens, text, finish_reason, and for imported multiple choice `order`
    (see importing/options.py); each is dropped once read. golds: JSON text by problem, or the file with it. contexts:
    what precedes the responses of a problem. cache: file of the verdict cache. options: of the problems of multiple
    choice, in the benchmark's order.
    """
    found = {name: _Answers(name, limits.seconds) for name in graders}
    identity = []
    for batch in batches:
        unknown = set(batch["problem_id"].unique()) - golds.keys()
        if unknown:
            raise InputError(f"samples of problem {min(unknown)!r}, which is not in the benchmark")
        kept = ("problem_id", "sample_index", "tokens", "finish_reason")
        identity.append(batch.select(*kept, text_hash=pl.col("text").hash()))
        orders = batch["order"] if "order" in batch.columns else itertools.repeat(None)
        rows = batch.select("problem_id", "text", "finish_reason").iter_rows()
        for (problem_id, text, finish_reason), order in zip(rows, orders, strict=False):
            for answers in found.values():
                answers.add(problem_id, text, finish_reason, contexts[problem_id], options.get(problem_id, ()), order)
    samples = pl.concat(identity)
    frames = []
    keys = {name: _keys(name, answers.pairs(golds), limits) for name, answers in found.items()}
    known = _remembered(cache, {k for every in keys.values() for k in every})
    start_server([module for name in found if not known.keys() >= set(keys[name]) for module in grading.modules(name)])
    for name, answers in found.items():
        log.info("%s: %d samples, %d distinct answers", name, len(samples), len(answers.distinct))
        asked, named = answers.pairs(golds), answers.named(samples)
        verdicts = grade_all(
            name, asked, limits, workers=workers, cache=cache, known=known, keys=keys[name], named=named
        )
        frames.append(answers.frame(samples, verdicts))
    return pl.concat(frames)


class _Answers:
    """The distinct answers that one grader finds, numbered as they come, and which sample gave which."""

    def __init__(self, name: str, seconds: float):
        self.name = name
        self.alarm = Alarm(seconds)
        self.extract, self.choose = finder(name), chooser(name)
        self.distinct: dict[tuple[str, str], int] = {}  # (problem_id, answer) -> number
        self.of_sample = array("q")
        self.notes: dict[int, str] = {}  # of samples whose answer was not where it should be

    def add(
        self,
        problem_id: str,
        text: str,
        finish_reason: str | None,
        context: Context,
        options: Sequence[str] = (),
        order: Sequence[int] | None = None,
    ) -> None:
        answer = self._found((context.box + text, finish_reason not in UNFINISHED, context), options, order)
        if isinstance(answer, int):
            self.of_sample.append(answer)
        elif answer is None:
            self.of_sample.append(UNFINISHED.get(finish_reason or "", NO_ANSWER))
        else:
            if note := getattr(answer, "note", None):
                self.notes[len(self.of_sample)] = note
            self.of_sample.append(self.distinct.setdefault((problem_id, str(answer)), len(self.distinct)))

    def _found(
        self, response: tuple[str, bool, Context], options: Sequence[str], order: Sequence[int] | None
    ) -> str | int | None:
        """The answer of a response, None, or what is wrong with finding it: TIMEOUT at a second try, or ERROR."""
        for _ in range(TRIES):
            try:
                with self.alarm:
                    said = self.extract(*response)
                    return self.choose(said, options, order) if said and options and self.choose else said
            except LateError:
                self.notes[len(self.of_sample)] = "finding its answer did not end"
            except (Exception, MemoryError) as error:
                self.notes[len(self.of_sample)] = f"finding its answer: {type(error).__name__}"
                return ERROR
        return TIMEOUT

    def pairs(self, golds: dict[str, str | Path]) -> list[tuple[str | Path, str]]:
        return [(golds[problem_id], answer) for problem_id, answer in self.distinct]

    def named(self, samples: pl.DataFrame) -> Callable[[int], str]:
        """The sample that first gave the answer of a number, in words."""
        return lambda number: "problem {!r}, sample {}".format(*samples[self.of_sample.index(number), :2].row(0))

    def frame(self, samples: pl.DataFrame, verdicts: list[Verdict]) -> pl.DataFrame:
        number = pl.Series(self.of_sample, dtype=pl.Int64)
        at = pl.select(pl.when(number >= 0).then(number)).to_series()
        reasons = pl.Series([verdict.reason for verdict in verdicts], dtype=pl.String).gather(at)
        details = pl.Series([verdict.detail for verdict in verdicts], dtype=pl.String).gather(at)
        notes = pl.Series([self.notes.get(i) for i in range(len(samples))], dtype=pl.String)
        said = pl.concat_str(details, notes, separator="; ", ignore_nulls=True).replace("", None)
        missing = number.replace_strict(REASONS, default=None, return_dtype=pl.String)
        return samples.with_columns(
            grader=pl.lit(self.name),
            answer=pl.Series([answer for _, answer in self.distinct], dtype=pl.String).gather(at),
            reason=pl.select(pl.when(number >= 0).then(reasons).otherwise(missing)).to_series(),
            detail=pl.select(said).to_series(),
        ).select(**{c: pl.col(c) if c != "correct" else pl.col("reason") == "match" for c in SCHEMA})


class LateError(BaseException):
    """Time is over. It is not an Exception, so no `except Exception` of a library catches it."""


class Alarm:
    """LateError after so much CPU time, even inside a regular expression; only in the main thread.

    The handler of the signal stays once it is set, because setting it takes longer than finding most answers.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds if _can_interrupt() else 0

    def __enter__(self) -> None:
        if self.seconds:
            signal.setitimer(signal.ITIMER_PROF, self.seconds, self.seconds)  # again and again, in case one gets lost

    def __exit__(self, *_) -> None:
        if self.seconds:
            signal.setitimer(signal.ITIMER_PROF, 0)


def _can_interrupt() -> bool:
    if threading.current_thread() is not threading.main_thread():
        return False
    signal.signal(signal.SIGPROF, _late)
    return True


def _late(*_) -> None:
    raise LateError


def grade_all(
    name: str,
    pairs: list[tuple[str | Path, str]],
    limits: Limits,
    *,
    workers: int,
    cache: Path | None = None,
    known: dict[bytes, Verdict] | None = None,
    keys: list[bytes] | None = None,
    named: Callable[[int], str] = "answer {}".format,
) -> list[Verdict]:
    """The verdict of a grader on every (gold, answer): from the cache, else graded and then remembered.

    gold: JSON text, or the file with it. known: verdicts of graders with the same comparison, by key; new verdicts are
    added. keys: of the pairs, if already computed. An answer that hangs or crashes the grader gets `timeout` or
    `error`, after a second attempt alone. For a program these are reasons of its own. mathematics/ has a verdict on any
    text: if such a grader (`TOTAL`) fails itself, that is not a verdict but an InfrastructureError, which names the
    answer. named: an answer by its place, in words.
    """
    grader = grading.grader(name)
    keys = _keys(name, pairs, limits) if keys is None else keys
    memory = VerdictCache(cache)
    known = {} if known is None else known
    known.update(memory.get([k for k in keys if k not in known]))
    first = {k: i for i, k in reversed(list(enumerate(keys))) if k not in known}
    todo = sorted(first.values(), key=lambda i: (str(pairs[i][0]), i))  # the answers to a problem together
    if before := len(known.keys() & keys):
        log.info("%s: %d verdicts were known already", name, before)
    total = "isolation" in grader.LIMITS or getattr(grader, "TOTAL", False)
    fresh: list[tuple[bytes, Verdict]] = []
    written = time.monotonic()
    graded = killable_map(
        functools.partial(grading.grade_one, name, limits),
        [pairs[i] for i in todo],
        workers=workers,
        seconds=limits.seconds if "seconds" in grader.LIMITS else None,
        memory_mb=limits.memory_mb,
        doubtful=_is_doubtful,
        control=functools.partial(grading.control, name, limits),
        preload=grading.modules(name),
    )
    bar = tqdm(graded, total=len(todo), desc=name, unit="answer", leave=False, disable=not sys.stderr.isatty())
    for done, (i, result) in enumerate(bar, start=1):
        if isinstance(result, Failure) and result.internal and total:
            memory.put(fresh)
            what = f"grader {name} failed with {result.detail} on the answer of {named(todo[i])}"
            raise InfrastructureError(f"{what}; nothing was counted as wrong")
        verdict = Verdict(result.reason, result.detail) if isinstance(result, Failure) else result
        known[keys[todo[i]]] = verdict
        fresh.append((keys[todo[i]], verdict))
        if time.monotonic() - written > BETWEEN_WRITES:
            log.info("%s: %d of %d answers graded", name, done, len(todo))
            memory.put(fresh)
            fresh, written = [], time.monotonic()
    memory.put(fresh)
    memory.close()
    read = getattr(grader, "reading", lambda verdict: verdict)
    return [read(known[k]) for k in keys]


def _keys(name: str, pairs: list[tuple[str | Path, str]], limits: Limits) -> list[bytes]:
    """The keys under which the verdicts of a grader are remembered: by the code that compares, not that finds."""
    grader = grading.grader(name)
    kept = {limit: getattr(limits, limit) for limit in grader.LIMITS}
    compared_by = sys.modules[grader.grade.__module__]  # boxed compares as mathematics does: one verdict serves both
    version = f"{compared_by.version}, {library(module_file(compared_by.__name__))}"
    digests = {gold: digest(gold) for gold in {gold for gold, _ in pairs}}
    return [key(digests[gold], answer, compared_by.name, version, kept) for gold, answer in pairs]


def _remembered(cache: Path | None, keys: Iterable[bytes]) -> dict[bytes, Verdict]:
    memory = VerdictCache(cache)
    known = memory.get(list(keys))
    memory.close()
    return known


def _is_doubtful(verdict: Verdict) -> bool:
    """Whether another try, alone, may end otherwise: a busy machine takes wall time from a program, not CPU time."""
    return verdict.reason == "timeout" and not (verdict.detail or "").startswith("CPU time")
