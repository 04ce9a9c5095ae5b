"""Graders: what says whether an answer is right. One file here each; verifiers.py says which serve which benchmarks.

A grader module has
  name, version                     both are in the verdict files; the version names the libraries that decide
  LIMITS                            names of the limits that bear on its verdicts, likewise part of the key; `isolation`
                                    among them: it runs what a model wrote, in the sandbox, and has
  strongest_level()                 the level of the sandbox that works here
  control(limits)                   an InfrastructureError where a right program does not run as it should
  grade(gold, answer, limits)       a Verdict; runs in a worker process that can be killed
  reading(verdict)                  where two graders share one comparison: what its verdict is to this one
  check_gold(gold)                  ValueError where the grader cannot read a gold answer; runs in a worker too
  READS_MATHEMATICS                 True where a gold answer is right in other spellings too (gold_check.py)
  PRELOAD                           modules that grading needs; the grader itself is light, as it may have nothing to do
  TOTAL                             True where it has a verdict on any text: should it fail, this program is at fault
How it finds the answer of a response is in a file of its name in finding/, apart: verdicts are remembered by the code
of graders alone.
A gold is what a benchmark's file says of a problem: {"answers": [any of these is right], …} or {"tests": …}.
"""

import functools
import importlib
import json
import signal
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

OWN_SECONDS = 60  # of CPU, of the process that compares what a program gave


class Verdict(NamedTuple):
    """reason: match, mismatch, timeout or error; close: to be interpreted by its graders (`reading`). detail: what
    went wrong, for people; it decides nothing."""

    reason: str
    detail: str | None = None


class Context(NamedTuple):
    """The end of the prompt before a response. begins: it ended in `text`, in an open code `fence`, or inside `code`;
    `program`: the response is only a program.

    form: the form of the answer that the prompt asked for, `box`, `line` or `tags`. thinking: the prompt opened a
    thought. box: that the prompt opened; the answer is read as if the box were in the response.
    """

    begins: str = "text"
    question: str = ""
    entry_point: str | None = None
    form: str | None = None
    thinking: bool = False
    box: str = ""


class Limits(NamedTuple):
    """Limits of one answer: CPU seconds and memory of a worker; CPU seconds and sandbox level of a program."""

    seconds: float = 5
    memory_mb: int = 4096
    cpu_seconds: int = 6
    isolation: str | None = None


def grader(name: str) -> ModuleType:
    return importlib.import_module(f"boundary.verifying.grading.{name}")


def modules(name: str) -> list[str]:
    """The imports of a worker that grades, the grader first."""
    found = grader(name)
    return [found.__name__, *getattr(found, "PRELOAD", ())]


def match_if(right: bool, detail: str | None = None) -> Verdict:
    return Verdict("match") if right else Verdict("mismatch", detail)


def grade_one(name: str, limits: Limits, pair: tuple[str | Path, str]) -> Verdict:
    """The verdict of a grader on (gold, answer); a gold is JSON text, or the file with it.

    If a program has limits and this process has none, the CPU time of this process is limited too: a program's result
    may be made so that comparing it never ends, as with equal hashes. Then SIGPROF ends the process.
    """
    gold, answer = pair
    module = grader(name)
    if "seconds" in module.LIMITS:
        return module.grade(_parsed(gold), answer, limits)
    signal.setitimer(signal.ITIMER_PROF, OWN_SECONDS)
    try:
        return module.grade(_parsed(gold), answer, limits)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def control(name: str, limits: Limits) -> None:
    """Check that everything a grader needs of the machine works. InfrastructureError if it does not."""
    getattr(grader(name), "control", lambda limits: None)(limits)


@functools.lru_cache(maxsize=1)  # the tests of a program may be large
def _parsed(gold: str | Path) -> dict:
    return json.loads(gold.read_text() if isinstance(gold, Path) else gold)
