"""The default grader of mathematics: the answer of a response, wherever it stands, compared exactly (equality.py)."""

import importlib.metadata
import logging
import re

from boundary.verifying.answers import answer_of, boxed, joined_boxes, unboxed
from boundary.verifying.equality import equal, equal_in_sentence, is_read, value_of
from boundary.verifying.grading import Context, Limits, Verdict, match_if

name = "math_verify"
version = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("math-verify", "latex2sympy2_extended", "sympy"))
LIMITS = ("seconds", "memory_mb")
READS_MATHEMATICS = True
LONGEST = 20_000  # characters of an answer that is read; longer ones must be a gold to the letter

for noisy in ("math_verify.parser", "math_verify.grader"):  # it warns that its own time limit is off: ours kills
    logging.getLogger(noisy).setLevel(logging.ERROR)


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The answer of a response as a box, or the sentence at its end that holds it; see answers.py."""
    context = context or Context()
    return answer_of(text, finished, context.form, context.thinking)


def check_gold(gold: dict) -> None:
    for answer in gold["answers"]:
        if not is_read(_of_gold(answer)):
            raise ValueError(f"math-verify finds no expression in {answer!r}")


def grade(gold: dict, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether the answer equals one of the gold answers, by the gold's own precision, tolerance or type if it has one.

    gold: `answers`; perhaps `tolerance` (absolute, OlympiadBench), `precision` (decimals, MathVista), `type` `text`
    (words, compared without case) or `list` (in order).
    """
    if len(answer) > LONGEST:
        return match_if(answer in map(boxed, gold["answers"]))
    return match_if(any(_equal(gold, right, answer) for right in gold["answers"]))


def _of_gold(answer: str) -> str:
    """A gold answer is mathematics: what it boxes, or the whole."""
    box = joined_boxes(answer)
    return box[0] if box else answer


def _equal(gold: dict, right: str, answer: str) -> bool:
    if gold.get("type") == "text":
        return _words(right) == _words(answer)
    if gold.get("type") == "list":
        rights, answers = _items(right), _items(answer)
        return len(rights) == len(answers) and all(
            _equal(gold | {"type": None}, *pair) for pair in zip(rights, answers, strict=True)
        )
    right, exact = _of_gold(right), unboxed(answer)
    given = answer if exact is None else exact
    if gold.get("precision") is not None or gold.get("tolerance") is not None:
        numbers = value_of(right), value_of(given)
        if None not in numbers:
            return _near(*numbers, gold.get("precision"), gold.get("tolerance"))
    return equal_in_sentence(right, given) if exact is None else equal(right, given)


TEXT = re.compile(r"\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}")


def _content(answer: str) -> str:
    return TEXT.sub(r"\1", _of_gold(answer))


def _words(answer: str) -> str:
    return " ".join(_content(answer).casefold().replace("$", "").split()).strip(" .")


def _items(answer: str) -> list[str]:
    return [boxed(item.strip()) for item in _content(answer).strip("$ []()").split(",")]


def _near(expected: float, given: float, precision: int | None, tolerance: float | None) -> bool:
    if precision is not None:
        return abs(round(given, precision) - round(expected, precision)) < 10.0**-precision / 2
    return abs(given - expected) <= tolerance * (1 + 1e-9)
