"""The tolerant grader of programs: like `code`, but floats may differ by a relative 1e-6.

It reads the verdicts of `code`, so nothing runs twice. If the two differ, the benchmark asks for more digits than it
should.
"""

from boundary.verifying.grading import Verdict, code
from boundary.verifying.grading.code import LIMITS, check_gold, grade, strongest_level  # noqa: F401

name = "tolerant"
version = code.version


def reading(verdict: Verdict) -> Verdict:
    """A verdict of `code.grade` under this grader: close is right."""
    return Verdict("match") if verdict.reason == "close" else verdict
