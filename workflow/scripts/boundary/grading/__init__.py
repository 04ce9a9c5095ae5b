"""Graders: what says whether an answer is right. One file here each; `VERIFIERS` says which serve which benchmarks.

A grader module has
  name, version                     both stand in the verdict files; the version names the libraries that decide
  LIMITS                            names of the limits that bear on its verdicts, likewise part of the key
  extract(text, finished, context)  the answer region of a response, or None: string search only, it runs unprotected
  grade(gold, answer, limits)       a Verdict; runs in a worker process that can be killed
  check_gold(gold)                  ValueError where the grader cannot read a gold answer; runs in a worker too
  as_response(answer)               a response that gives an answer; where it is not there, the answer in a box
A gold is what a benchmark's file says of a problem: {"answers": [any of these is right], …} or {"tests": …}.
"""

import hashlib
import importlib
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

VERIFIERS = {  # verifier of a benchmark -> its graders, the default first
    "math": ("math_verify", "boxed", "paper"),
    "visual": ("math_verify", "boxed"),
    "code": ("code",),
    "countdown": ("countdown",),
    "reasoning_gym": ("reasoning_gym",),
    "none": ("reported",),  # problems that are only named: models bring counts
}


SANDBOXED = ("code", "reasoning_gym")  # verifiers whose graders run what a model wrote
SANDBOX = tuple(f"sandbox/{name}.py" for name in ("__init__", "zygote", "confine", "values"))
FILES = {  # the code that decides a grader's verdicts; when it changes they are graded anew
    "math_verify": ("answers.py", "grading/math_verify.py"),
    "boxed": ("answers.py", "grading/math_verify.py", "grading/boxed.py"),
    "paper": ("grading/paper.py",),
    "countdown": ("answers.py", "grading/countdown.py"),
    "code": ("programs.py", "grading/code.py", "grading/outputs.py", *SANDBOX),
    "reasoning_gym": ("answers.py", "grading/reasoning_gym.py", "grading/code.py", "grading/outputs.py", *SANDBOX),
}


class Verdict(NamedTuple):
    """reason: match, mismatch, timeout or error. detail: what went wrong, for people; it decides nothing."""

    reason: str
    detail: str | None = None


class Context(NamedTuple):
    """What a response belongs to. begins: the prompt left off in `text`, in an open code `fence`, or amid `code`."""

    begins: str = "text"
    question: str = ""
    entry_point: str | None = None


class Limits(NamedTuple):
    """Of one answer: wall seconds and memory of a worker; CPU seconds and sandbox level of a program."""

    seconds: float = 5
    memory_mb: int = 4096
    cpu_seconds: int = 6
    isolation: str | None = None


def grader(name: str) -> ModuleType:
    return importlib.import_module(f"boundary.grading.{name}")


def fingerprint(name: str) -> str:
    """Digest of a grader's code: part of the verdict cache's key."""
    here = Path(__file__).parent.parent
    return hashlib.sha256(b"".join((here / file).read_bytes() for file in FILES[name])).hexdigest()[:16]


def graders_of(verifier: str) -> list[ModuleType]:
    return [grader(name) for name in VERIFIERS[verifier]]


def match_if(right: bool, detail: str | None = None) -> Verdict:
    return Verdict("match") if right else Verdict("mismatch", detail)
