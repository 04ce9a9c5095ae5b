"""The default grader of mathematics: answers are read by a grammar and compared by their meaning (mathematics/)."""

import importlib.metadata

from boundary.contracts import Gold
from boundary.verifying.boxes import boxed, unboxed
from boundary.verifying.grading import Limits, Verdict, match_if

name = "mathematics"
version = f"python-flint {importlib.metadata.version('python-flint')}"
LIMITS = ("seconds", "memory_mb")
READS_MATHEMATICS = True
TOTAL = True
PRELOAD = ("boundary.verifying.mathematics.reader",)
LONGEST = 20_000  # characters of an answer that is read; longer ones must be a gold to the letter


def check_gold(gold: Gold) -> None:
    """ValueError if no rule reads a gold answer, with the rule that failed."""
    from boundary.verifying.mathematics import read

    if gold.get("type"):
        return
    for answer in gold["answers"]:
        if (rule := read(answer).rule) is not None:
            raise ValueError(rule)


def grade(gold: Gold, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether the answer equals one of the gold answers, by the gold's own precision, tolerance or type if it has one.

    gold: `answers`; perhaps `tolerance` (absolute, OlympiadBench), `precision` (decimals, MathVista), `type` `text`
    (words, compared without case) or `list` (in order).
    """
    if len(answer) > LONGEST:
        return match_if(answer in map(boxed, gold["answers"]))
    return match_if(any(_equal(gold, right, answer) for right in gold["answers"]))


def _equal(gold: Gold, right: str, answer: str) -> bool:
    from boundary.verifying import mathematics

    exact = unboxed(answer)
    given = answer if exact is None else exact
    if gold.get("type") == "text":
        return mathematics.words(right) == mathematics.words(given)
    if gold.get("type") == "list":
        rights, answers = _items(right), _items(given)
        return len(rights) == len(answers) and all(
            _equal(gold | {"type": None}, one, boxed(other)) for one, other in zip(rights, answers, strict=True)
        )
    precision, tolerance = gold.get("precision"), gold.get("tolerance")
    if precision is not None or tolerance is not None:
        expected, number = mathematics.number(right), mathematics.number(given)
        if expected is not None and number is not None:
            return _near(expected, number, precision, tolerance)
    return (mathematics.equal_in_sentence if exact is None else mathematics.equal)(right, given)


def _items(answer: str) -> list[str]:
    return [item.strip() for item in answer.strip("$ []()").split(",")]


def _near(expected: float, given: float, precision: int | None, tolerance: float | None) -> bool:
    if precision is not None:
        return abs(round(given, precision) - round(expected, precision)) < 10.0**-precision / 2
    return tolerance is not None and abs(given - expected) <= tolerance * (1 + 1e-9)
