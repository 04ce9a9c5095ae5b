"""The strict grader of mathematics: only the box of a finished response counts, compared as by default."""

from boundary.verifying.grading import mathematics
from boundary.verifying.grading.mathematics import LIMITS, PRELOAD, READS_MATHEMATICS, TOTAL, check_gold, grade  # noqa: F401

name = "boxed"
version = mathematics.version
