"""The tolerant grader of programs: like `code`, and floats may also be off by a relative 1e-6.

It reads the verdicts of `code`, so nothing runs twice; where the two differ, the benchmark asks for more digits than it
should.
"""

from boundary.verifying.grading import Verdict, code
from boundary.verifying.grading.code import LIMITS, check_gold, grade, strongest_level  # noqa: F401

name = "tolerant"
version = code.version


def reading(verdict: Verdict) -> Verdict:
    """What a verdict of `code.grade` is to this grader: what is close is right."""
    return Verdict("match") if verdict.reason == "close" else verdict
