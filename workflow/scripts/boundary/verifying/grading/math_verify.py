"""math-verify unchanged: for comparison with published numbers that used it. For benchmarks that name it."""

import importlib.metadata

from boundary.contracts import Gold
from boundary.verifying.boxes import OPENING, boxed
from boundary.verifying.grading import Limits, Verdict, match_if

name = "math_verify"
version = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("math-verify", "latex2sympy2_extended", "sympy"))
LIMITS = ("seconds", "memory_mb")
READS_MATHEMATICS = True
PRELOAD = ("math_verify",)


def check_gold(gold: Gold) -> None:
    """ValueError if math-verify finds nothing in a gold answer."""
    for answer in gold["answers"]:
        if not _parsed(answer):
            raise ValueError("math-verify finds no expression in it")


def grade(gold: Gold, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether math-verify accepts the answer as one of the gold answers. gold: `answers`."""
    import math_verify

    given = _parsed(answer)
    return match_if(any(math_verify.verify(_parsed(right), given, timeout_seconds=None) for right in gold["answers"]))


def _parsed(answer: str) -> list:
    """As its own examples call it: a gold or answer that is no sentence stands in a box."""
    import logging

    import math_verify

    for noisy in ("math_verify.parser", "math_verify.grader"):  # it warns that its own time limit is off: ours kills
        logging.getLogger(noisy).setLevel(logging.ERROR)
    shown = answer if OPENING in answer or " " in answer.strip() else boxed(answer.strip("$"))
    return math_verify.parse(shown, parsing_timeout=None)
