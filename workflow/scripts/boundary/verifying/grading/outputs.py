"""Whether a program's results are the expected ones: values of functions, printed output of scripts."""

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from boundary.contracts import Gold
from boundary.verifying.sandbox import values

RELATIVE = 1e-7  # of evalplus, beside a problem's own absolute tolerance
CLOSE = 1e-6  # relative, of the grader `tolerant`
FLOATS = 1e-6  # absolute tolerance of evalplus where the expected value is a float, or floats


def same_value(gold: Gold, expected: Any, given: Any, arguments: str) -> bool:
    """By the gold's rule, as evalplus 0.3.1 and LiveCodeBench define them.

    equal: ==, so False equals 0, or close if floats are expected; set: the same items in any order; some: given or None
    as expected; anything; lists: == with tuples treated as lists, as in LiveCodeBench; root: of the polynomial whose
    coefficients are the argument, within `atol`.
    """
    match gold["rule"]:
        case "anything":
            return True
        case "set":
            return set(expected) == set(given)
        case "lists":
            given = _as_lists(given)
        case "some":
            return given == (expected is not None) if isinstance(given, bool) else (given is None) == (expected is None)
        case "root":
            (coefficients,) = values.loads(arguments)
            return abs(sum(c * math.pow(given, i) for i, c in enumerate(coefficients))) <= gold["atol"]
    if expected == given or gold["rule"] == "lists":
        return expected == given
    tolerance = gold["atol"] or (FLOATS if _are_floats(expected) else 0)
    return bool(tolerance) and type(given) is type(expected) and _close(expected, given, tolerance)


def _as_lists(value: Any) -> Any:
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value


def _are_floats(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(item, float) for item in value)
    return isinstance(value, float)


def _close(expected: Any, given: Any, tolerance: float) -> bool:
    if isinstance(expected, list | tuple):
        return (
            isinstance(given, list | tuple)
            and len(expected) == len(given)
            and all(_close(*pair, tolerance) for pair in zip(expected, given, strict=True))
        )
    if not isinstance(expected, int | float | complex) or not isinstance(given, int | float | complex):
        return expected == given
    if expected == given:
        return True
    return bool(abs(given - expected) <= tolerance + RELATIVE * abs(expected))  # false for NaN


def close_value(gold: Gold, expected: Any, given: Any) -> bool:
    """Whether a value is the expected one except for floats within a relative 1e-6."""
    if gold["rule"] not in ("equal", "lists"):
        return False
    return _near(_as_lists(expected), _as_lists(given)) if gold["rule"] == "lists" else _near(expected, given)


def _near(expected: Any, given: Any) -> bool:
    if isinstance(expected, list | tuple):
        same = type(given) is type(expected) and len(expected) == len(given)
        return same and all(map(_near, expected, given))
    if isinstance(expected, dict):
        return (
            isinstance(given, dict)
            and expected.keys() == given.keys()
            and all(_near(expected[key], given[key]) for key in expected)
        )
    if isinstance(expected, float) != isinstance(given, float) or isinstance(expected, float):
        numbers = [value for value in (expected, given) if isinstance(value, int | float)]
        return len(numbers) == 2 and math.isclose(*numbers, rel_tol=CLOSE, abs_tol=CLOSE**2)
    return expected == given


def close_output(expected: str, printed: str) -> bool:
    """Word by word: equal, or numbers within a relative 1e-6, at least one of which is not a whole number."""
    lines, others = ([line.split() for line in text.strip().splitlines()] for text in (expected, printed))
    return len(lines) == len(others) and all(
        len(line) == len(other) and all(map(_close_word, line, other))
        for line, other in zip(lines, others, strict=True)
    )


def _close_word(word: str, other: str) -> bool:
    if word == other:
        return True
    try:
        return _near(*(float(text) if not text.lstrip("+-").isdigit() else int(text) for text in (word, other)))
    except (ValueError, OverflowError):
        return False


def same_output(expected: str, printed: str) -> bool:
    """Line by line without surrounding blanks; a line of numbers by their value, as LiveCodeBench compares them."""
    lines, others = ([line.strip() for line in text.strip().splitlines()] for text in (expected, printed))
    return len(lines) == len(others) and all(
        line == other or _same_numbers(line, other) for line, other in zip(lines, others, strict=True)
    )


def _same_numbers(line: str, other: str) -> bool:
    try:
        return list(map(Decimal, line.split())) == list(map(Decimal, other.split()))
    except InvalidOperation:
        return False
