"""The grader of arXiv 2504.13837's evaluation, from its description: for comparison with published numbers only.

Its rules accept too much on purpose: a response without a box answers with its last number, even if it was truncated; a
number may differ by a relative 1e-4 or by a factor of 100; (1,2) equals [1,2]. Order matters in lists. Light: the rules
(published.py) need sympy, which is imported only when an answer is graded.
"""

import importlib.metadata

from boundary.contracts import Gold
from boundary.verifying.grading import Limits, Verdict, match_if

name = "paper"
version = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("latex2sympy2_extended", "sympy"))
LIMITS = ("seconds", "memory_mb")
READS_MATHEMATICS = True
PRELOAD = ("boundary.verifying.grading.published",)


def check_gold(gold: Gold) -> None:
    from boundary.verifying.grading.published import normal

    for answer in gold["answers"]:
        if not normal(answer):
            raise ValueError(f"nothing is left of {answer!r} without typography and units")


def grade(gold: Gold, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether the answer equals one of the gold answers. gold: `answers`; `units` false if units are not removed."""
    from boundary.verifying.grading.published import equal, normal

    units = gold.get("units", True)
    return match_if(any(equal(normal(answer, units), normal(right.strip("$"), units)) for right in gold["answers"]))
