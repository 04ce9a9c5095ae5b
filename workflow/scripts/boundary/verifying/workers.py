"""A map in processes that can be killed: an item that hangs or crashes costs its own result and nothing else.

Items go out in chunks. A chunk that fails is taken apart, and an item that fails by itself is tried once more alone, in
a fresh worker that has shown that it works, before its failure counts. A worker that does not even begin, or that the
machine kills, is no item's fault: it is tried again and then ends the job with an InfrastructureError.
"""

import functools
import importlib
import logging
import multiprocessing
import multiprocessing.forkserver
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as TimedOut
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from boundary.verifying.sandbox import confine

log = logging.getLogger(__name__)

CHUNK = 16  # items a worker takes at once
ATTEMPTS, PAUSE = 3, 5  # of a fresh worker; seconds between them
START_SECONDS = 120  # a worker imports its modules
HERE = Path(__file__).parents[2]  # where this package is found


class InfrastructureError(RuntimeError):
    """The machine failed, not an item: out of memory, out of disk, a worker that cannot start."""


@dataclass(frozen=True)
class Failure:
    """What an item has instead of a result. reason: `timeout` or `error`. internal: whether `function` raised it."""

    reason: str
    detail: str | None = None
    internal: bool = False


OUT_OF_MEMORY = Failure("error", "out of memory")


def start_server(modules: Sequence[str]) -> None:
    """Start the process that workers are forked from, which imports `modules` meanwhile; only the first call counts.

    Modules that start threads, such as polars, do not belong there.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(HERE), before)))  # the server of 3.11 has no sys.path
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def killable_map(
    function: Callable[[Any], Any],
    items: Sequence,
    *,
    workers: int,
    seconds: float | None,
    memory_mb: int,
    doubtful: Callable[[Any], bool] = lambda result: False,
    preload: Sequence[str] = (),
) -> Iterator[tuple[int, Any]]:
    """(index, function(item) or Failure) of every item, as they are known.

    function: importable, as are the items. seconds: wall time an item may take; None where `function` keeps a limit by
    itself. memory_mb: address space of a worker. doubtful: results that are tried once more, alone, before they count.
    preload: modules that a worker has before its first item's time begins. InfrastructureError where the machine is at
    fault.
    """
    context = multiprocessing.get_context("forkserver")
    modules = [getattr(function, "func", function).__module__, *preload]
    start_server(modules)
    pool = functools.partial(ProcessPool, context=context, initializer=_prepare, initargs=(memory_mb, modules))
    numbers = range(len(items))

    def unsure(result) -> bool:
        return result == OUT_OF_MEMORY or (not isinstance(result, Failure) and doubtful(result))

    suspects, alone = [], []
    chunks = [numbers[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    for chunk, results in _scheduled(pool, workers, function, items, chunks, seconds):
        if isinstance(results, Failure):
            suspects.extend(chunk)
            continue
        for i, result in zip(chunk, results, strict=True):
            if unsure(result):
                alone.append(i)
            else:
                yield i, result
    if suspects:
        log.warning("%d items were in chunks that hung or crashed; trying each by itself", len(suspects))
    for (i,), results in _scheduled(pool, workers, function, items, [[i] for i in suspects], seconds):
        if isinstance(results, Failure) or unsure(results[0]):
            alone.append(i)
        else:
            yield i, results[0]
    if alone:
        log.warning("%d items ran out of time or took their worker down; trying each once more, alone", len(alone))
    for i in alone:
        yield i, _alone(pool, function, items[i], seconds)


def _prepare(memory_mb: int, modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    confine.call("prctl", confine.PR_SET_DUMPABLE, 0, 0, 0, 0)  # no program reads what this process knows
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def _without_main() -> Iterator[None]:
    """Workers need nothing of the script that runs here, and would import all that it imports."""
    main = sys.modules["__main__"]
    spec, file = main.__spec__, main.__dict__.pop("__file__", None)
    main.__spec__ = None
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file


def _scheduled(pool, workers, function, items, chunks, seconds) -> Iterator[tuple[Sequence[int], Any]]:
    """(chunk, its results or a Failure) of every chunk."""
    if not chunks:
        return
    with _without_main(), pool(min(workers, len(chunks))) as running:
        try:
            futures = [running.schedule(_call, args=(function, [items[i] for i in c]), timeout=seconds) for c in chunks]
            for chunk, future in zip(chunks, futures, strict=True):
                try:
                    yield chunk, future.result()
                except (TimedOut, ProcessExpired, InfrastructureError, MemoryError, RuntimeError) as error:
                    yield chunk, Failure("error", type(error).__name__)
        except GeneratorExit:
            running.stop()
            raise


def _call(function, items: list) -> list:
    results = []
    for item in items:
        try:
            results.append(function(item))
        except InfrastructureError:
            raise
        except MemoryError:
            results.append(OUT_OF_MEMORY)  # of this item, or of a worker that has grown
        except Exception as error:  # whatever untrusted text makes a library do
            results.append(Failure("error", type(error).__name__, internal=True))
    return results


def _alone(pool, function, item, seconds: float | None):
    """The result of an item in a fresh worker of its own, or the Failure that now counts."""
    for attempt in range(ATTEMPTS):
        if attempt:
            log.warning("trying again in %d s: %s", PAUSE, fault)
            time.sleep(PAUSE)
        with _without_main(), pool(1) as running:
            try:
                running.schedule(_call, args=(function, []), timeout=START_SECONDS).result()
            except Exception as error:
                fault = f"a worker does not start: {type(error).__name__}: {error}"
                continue
            try:
                return running.schedule(_call, args=(function, [item]), timeout=seconds).result()[0]
            except TimedOut:
                return Failure("timeout")
            except ProcessExpired as error:
                if error.exitcode != -signal.SIGKILL:
                    return Failure("error", f"crash of the grader, exit code {error.exitcode}")
                fault = "the machine killed a worker (out of memory?)"
            except InfrastructureError as error:
                fault = str(error)
    raise InfrastructureError(f"{fault}; {ATTEMPTS} attempts. Nothing was counted as wrong; run again")
