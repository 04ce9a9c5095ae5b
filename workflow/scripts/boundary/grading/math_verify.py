"""The default grader of mathematics: math-verify on the answer region of a response."""

import importlib.metadata
import logging

import math_verify

from boundary.answers import OPENING, last_boxed

name = "math_verify"
version = f"1, math-verify {importlib.metadata.version('math-verify')}"

TAIL = 1000  # characters searched where nothing is boxed

for noisy in ("math_verify.parser", "math_verify.grader"):  # it warns that its own time limit is off: ours kills
    logging.getLogger(noisy).setLevel(logging.ERROR)


def extract(text: str) -> str | None:
    """The last complete \\boxed{} with its braces, else the end of the text; None where the text is blank."""
    boxed = last_boxed(text)
    return f"{OPENING}{boxed}}}" if boxed is not None else text[-TAIL:].strip() or None


def check_gold(gold: str) -> None:
    if not _parse_gold(gold):
        raise ValueError("math-verify finds no expression in it")


def grade(gold: str, answer: str) -> bool:
    return math_verify.verify(_parse_gold(gold), math_verify.parse(answer, parsing_timeout=None), timeout_seconds=None)


def _parse_gold(gold: str) -> list:
    whole = gold if OPENING in gold or "$" in gold else f"{OPENING}{gold}}}"
    return math_verify.parse(whole, parsing_timeout=None)
