"""Graders: what says whether an answer is right. One file here each; `VERIFIERS` says which serve which benchmarks.

A grader module has
  name, version                  both are written into the metadata of verdict files
  extract(text) -> str | None    the answer region of a response; string search only, it runs unprotected
  grade(gold, answer) -> bool    runs in a worker process that can be killed
  check_gold(gold)               ValueError where the grader cannot read a gold answer
"""

import importlib
from types import ModuleType

VERIFIERS = {  # verifier of a benchmark -> its graders, the default first
    "math": ("math_verify",),
    "countdown": ("countdown",),
}


def grader(name: str) -> ModuleType:
    return importlib.import_module(f"boundary.grading.{name}")


def graders_of(verifier: str) -> list[ModuleType]:
    return [grader(name) for name in VERIFIERS[verifier]]
