"""A map in processes that can be killed: an item that hangs or crashes costs only its own result.

Items go out in chunks. A chunk that fails is divided. An item that fails alone is tried once more, in a fresh worker
that has shown that it works, before its failure counts. There its CPU time is limited, which a busy machine does not
affect; the limit on wall time is far larger. A worker that does not even start is no item's fault: it is tried again,
and then ends the job with an InfrastructureError. A kill is the item's own only if it happens at every attempt, alone,
while a control before and after works and nothing else on the machine was killed.
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
PATIENCE = 20  # times the CPU time of an item that is alone: what it may take of wall time
HERE = Path(__file__).parents[2]  # where this package is found


class InfrastructureError(RuntimeError):
    """The machine failed, not an item: out of memory, out of disk, a worker that cannot start."""


class KilledError(InfrastructureError):
    """Of (message, processes): a process of an item was killed from outside, as the kernel does when memory runs out.

    processes: the possible number of the item's own.
    """


@dataclass(frozen=True)
class Failure:
    """Replaces the result of an item. reason: `timeout` or `error`. internal: whether `function` raised it."""

    reason: str
    detail: str | None = None
    internal: bool = False


OUT_OF_MEMORY = Failure("error", "out of memory")
KILLED = Failure("error", "killed at every try, alone, while all else was well")


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


def _well() -> None:
    """The control of what needs nothing: that a worker starts."""


def killable_map(
    function: Callable[[Any], Any],
    items: Sequence,
    *,
    workers: int,
    seconds: float | None,
    memory_mb: int,
    doubtful: Callable[[Any], bool] = lambda result: False,
    preload: Sequence[str] = (),
    control: Callable[[], None] = _well,
) -> Iterator[tuple[int, Any]]:
    """(index, function(item) or Failure) of every item, as they finish.

    function: importable, as are the items. seconds: CPU time of an item; None if `function` has a limit of its own.
    memory_mb: address space of a worker. doubtful: results that are tried once more, alone, before they count. preload:
    modules that a worker imports before its first item's time begins. control: importable; raises InfrastructureError
    in a worker if something that `function` needs does not work. InfrastructureError if the machine is at fault.
    """
    context = multiprocessing.get_context("forkserver")
    modules = [getattr(function, "func", function).__module__, *preload]
    start_server(modules)
    pool = functools.partial(ProcessPool, context=context, initializer=_prepare, initargs=(memory_mb, modules))
    numbers = range(len(items))

    def unsure(result) -> bool:
        if isinstance(result, KilledError) or result == OUT_OF_MEMORY:
            return True
        return not isinstance(result, Failure) and doubtful(result)

    suspects: list[int] = []
    alone: list[int] = []
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
        log.warning("some of these took long, or their worker ended; trying each one alone: %d", len(suspects))
    for (i,), results in _scheduled(pool, workers, function, items, [[i] for i in suspects], seconds):
        if isinstance(results, Failure) or unsure(results[0]):
            alone.append(i)
        else:
            yield i, results[0]
    if alone:
        log.warning("ran out of time or took their worker down, tried once more, each alone: %d", len(alone))
    for i in alone:
        yield i, _alone(pool, function, items[i], seconds, control)


def _prepare(memory_mb: int, modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    confine.call("prctl", confine.PR_SET_DUMPABLE, 0, 0, 0, 0)  # no program reads what this process knows
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine.set_limit(resource.RLIMIT_AS, memory_mb << 20)
    confine.set_limit(resource.RLIMIT_CORE, 0)


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
        except KilledError as error:
            results.append(error)
        except InfrastructureError:
            raise
        except MemoryError:
            results.append(OUT_OF_MEMORY)  # of this item, or of a worker that has grown
        except Exception as error:  # whatever untrusted text makes a library do
            results.append(Failure("error", type(error).__name__, internal=True))
    return results


def _call_timed(function, item, seconds: float | None) -> list:
    """`_call` of one item; SIGPROF ends the process where it takes more CPU time. None: `function` sees to it."""
    if seconds is None:
        return _call(function, [item])
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return _call(function, [item])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _alone(pool, function, item, seconds: float | None, control: Callable[[], None]):
    """The result of an item in a fresh worker of its own, or the Failure that now counts."""
    kills, fault = 0, None
    for attempt in range(ATTEMPTS):
        if kills < attempt:  # the machine may need a while
            log.warning("trying again in %d s: %s", PAUSE, fault)
            time.sleep(PAUSE)
        before = oom_kills()
        with _without_main(), pool(1) as running:
            if fault := _trouble(running, control):
                continue
            try:
                most = seconds and PATIENCE * seconds
                (result,) = running.schedule(_call_timed, args=(function, item, seconds), timeout=most).result()
                if not isinstance(result, KilledError):
                    return result
                fault, processes = result.args
            except TimedOut:
                return Failure("timeout")
            except ProcessExpired as error:
                if error.exitcode == -signal.SIGPROF:
                    return Failure("timeout", "CPU time of the comparison" if seconds is None else None)
                if error.exitcode != -signal.SIGKILL:
                    return Failure("error", f"crash of the grader, exit code {error.exitcode}")
                fault, processes = "the machine killed a worker (out of memory?)", 1
            except InfrastructureError as error:
                fault = str(error)
                continue
            trouble = _trouble(running, control)
        others = max((count - before.get(where, 0) for where, count in oom_kills().items()), default=0) - processes
        if trouble or others > 0:
            fault = f"{fault}; then {trouble or f'{others} other processes were killed'}"
        else:
            kills += 1
    if kills == ATTEMPTS:
        return KILLED
    raise InfrastructureError(f"{fault}; {ATTEMPTS} attempts. Nothing was counted as wrong; run again")


def _trouble(running, control: Callable[[], None]) -> str | None:
    """What is wrong with a fresh worker and what it needs; None where all is well."""
    try:
        running.schedule(_call, args=(_well, []), timeout=START_SECONDS).result()
    except Exception as error:
        return f"a worker does not start: {type(error).__name__}: {error}"
    try:
        running.schedule(control, timeout=START_SECONDS).result()
    except Exception as error:
        return f"a control is not well: {type(error).__name__}: {error}"
    return None


def oom_kills() -> dict[str, int]:
    """Number of processes killed for lack of memory, by counter: of the machine, and of this job's cgroups.

    /proc/vmstat, memory.events of cgroup v2, memory.oom_control of v1 (proc(5), the kernel's cgroup documentation).
    """
    places = [Path("/proc/vmstat")]
    try:
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers:
                places += [Path(f"/sys/fs/cgroup{part}/memory.events") for part in {path, ""}]
            elif "memory" in controllers.split(","):
                places += [Path(f"/sys/fs/cgroup/memory{part}/memory.oom_control") for part in {path, ""}]
    except (OSError, ValueError):
        pass
    found: dict[str, int] = {}
    for place in places:
        try:
            found.update(
                (str(place), int(line.split()[1]))
                for line in place.read_text().splitlines()
                if line.startswith("oom_kill ")
            )
        except (OSError, ValueError, IndexError):
            continue
    return found
