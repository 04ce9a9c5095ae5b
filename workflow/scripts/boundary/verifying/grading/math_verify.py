"""The default grader of mathematics: math-verify on the answer region of a response."""

import importlib.metadata
import logging
import re

import math_verify

from boundary.verifying.answers import OPENING, last_boxed, plain, still_thinking
from boundary.verifying.grading import Context, Limits, Verdict, match_if

name = "math_verify"
version = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("math-verify", "latex2sympy2_extended", "sympy"))
LIMITS = ("seconds", "memory_mb")

TAIL = 1000  # characters searched where nothing is boxed

for noisy in ("math_verify.parser", "math_verify.grader"):  # it warns that its own time limit is off: ours kills
    logging.getLogger(noisy).setLevel(logging.ERROR)


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The last complete \\boxed{} with its braces, else the end of a finished text; None where there is neither.

    A response that was cut off before it boxed anything, or while it was thinking, has no answer: none is guessed.
    """
    if still_thinking(text):
        return None
    boxed = last_boxed(text)
    if boxed is not None:
        return f"{OPENING}{boxed}}}"
    return (text[-TAIL:].strip() or None) if finished else None


def check_gold(gold: dict) -> None:
    for answer in gold["answers"]:
        if not _parse_gold(answer):
            raise ValueError(f"math-verify finds no expression in {answer!r}")


def grade(gold: dict, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether the answer equals one of the gold answers, by the gold's own precision, tolerance or type if it has one.

    gold: `answers`; perhaps `tolerance` (absolute, OlympiadBench), `precision` (decimals, MathVista), `type` `text`
    (words, compared without case) or `list` (in order).
    """
    boxed = answer.startswith(OPENING) and answer.endswith("}")
    answer = _as_box(plain(answer[len(OPENING) : -1])) if boxed else plain(answer)
    return match_if(any(_equal(gold, right, answer) for right in gold["answers"]))


def parse(text: str) -> list:
    return math_verify.parse(text, parsing_timeout=None)


def _as_box(answer: str) -> str:
    return f"{OPENING}{answer}}}"


DELIMITER = re.compile(r"(?<!\\)\$")


def _parse_gold(answer: str) -> list:
    """A gold answer is mathematics: with delimiters of its own, or as a whole."""
    if OPENING in answer or DELIMITER.search(answer):
        return parse(answer) or parse(_as_box(DELIMITER.sub("", answer)))
    return parse(_as_box(answer))


def _equal(gold: dict, right: str, answer: str) -> bool:
    if gold.get("type") == "text":
        return _words(right) == _words(answer)
    if gold.get("type") == "list":
        rights, answers = _items(right), _items(answer)
        return len(rights) == len(answers) and all(
            _equal(gold | {"type": None}, *pair) for pair in zip(rights, answers, strict=True)
        )
    if _base(right) and _base(answer) and _base(right) != _base(answer):
        return False  # math-verify drops the base of 1011_2
    expected, given = _parse_gold(right), parse(answer)
    if gold.get("precision") is not None or gold.get("tolerance") is not None:
        numbers = _number(expected), _number(given)
        if None not in numbers:
            return _near(*numbers, gold.get("precision"), gold.get("tolerance"))
    return math_verify.verify(expected, given, timeout_seconds=None)


BASE = re.compile(r"\d\s*_\s*\{?(\d+)\}?\s*\}?\$?$")
TEXT = re.compile(r"\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}")


def _base(answer: str) -> str | None:
    found = BASE.search(answer)
    return found and found[1]


def _content(answer: str) -> str:
    boxed = last_boxed(answer)
    return TEXT.sub(r"\1", answer if boxed is None else boxed)


def _words(answer: str) -> str:
    return " ".join(_content(answer).casefold().replace("$", "").split()).strip(" .")


def _items(answer: str) -> list[str]:
    return [_as_box(item.strip()) for item in _content(answer).strip("$ []()").split(",")]


def _number(parsed: list) -> float | None:
    try:
        return float(parsed[0])
    except (IndexError, TypeError, ValueError, OverflowError):
        return None


def _near(expected: float, given: float, precision: int | None, tolerance: float | None) -> bool:
    if precision is not None:
        return abs(round(given, precision) - round(expected, precision)) < 10.0**-precision / 2
    return abs(given - expected) <= tolerance * (1 + 1e-9)
