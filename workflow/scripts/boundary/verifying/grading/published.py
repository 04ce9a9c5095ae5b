"""The rules of arXiv 2504.13837's evaluation: the normal form of an answer, and the comparison of two.

Written from its description. If the original evaluates an answer as Python, this parses it as LaTeX and otherwise
rejects it.
"""

import re
from math import isclose

import sympy.physics.units  # noqa: F401  (simplify imports it at its first call: here, once for all workers)
from latex2sympy2_extended import latex2sympy
from sympy import Expr, MatrixBase, N, simplify


def compiled(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern, str], ...]:
    """Rules of rewriting, each a pattern and its replacement."""
    return tuple((re.compile(pattern), by) for pattern, by in rules)


def rewritten(text: str, rules: tuple[tuple[re.Pattern, str], ...]) -> str:
    """A text after all rules, in their order."""
    for pattern, by in rules:
        text = pattern.sub(by, text)
    return text


# --- normal form -----------------------------------------------------------------------------------------------------

UNITS = (
    "degrees?|radians?|mph|kmph|km/h|kph|ft|foot|feet|miles?|mi|inch(?:es)?|yards?|meters?|metres?|cm|mm|km|"
    "hm|dm|nm|square|squares|cubic|centimeters?|kilometers?|grams?|kg|mg|lbs?|pounds?|ounces?|oz|tons?|"
    "liters?|litres?|ml|gallons?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|"
    "dollars?|cents?|rupees?|rs|units?|sq|items?|people|persons?|men|women|boys|girls|students?|balls?|ways|"
    "times|points?|apples?|am|pm|east|west|north|south|amps?|volts?|watts?|hz|percent|edges?|small|large|per|"
    "each|a|c|d|g|m|s|t|h"
)
UNIT = re.compile(rf"(^|[\d\s}}])\s*({UNITS})(?=\W|$)", re.IGNORECASE)
NUMBER_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
WORDS = {word: str(number) for number, word in enumerate(NUMBER_WORDS)}
BEFORE_UNITS = compiled(  # in this order
    (r"\n\s*", ""),
    (r"\\!", ""),
    (r"\\begin\{array\}\{.*?\}", r"\\begin{pmatrix}"),
    (r"\\end\{array\}", r"\\end{pmatrix}"),
    (r"bmatrix", "pmatrix"),
    (r"tfrac|dfrac", "frac"),
    (r"\\neq", r"\\ne"),
    (r"\\leq", r"\\le"),
    (r"\\geq", r"\\ge"),
    (r"\\left|\\right", ""),
    (r"\\\{", "{"),
    (r"\\\}", "}"),
)
AFTER_UNITS = compiled(
    (r"\^\{\\circ\}|\^\\circ", ""),
    (r"\\?\$|\\\(|\\\)", ""),
)
AFTER_WORDS = compiled(
    (r"\\text\{(.*?)\}", r"\1"),
    (r"[xyz](?:=|\\in|\\to)", ""),
    (r"\\emptyset", "{}"),
    (r"\(-\\infty\s*,\s*\\infty\)", r"\\mathbb{R}"),
    (r"\\?%", ""),
    (r" \.", " 0."),
    (r"\{\.", "{0."),
)
AT_LAST = compiled(
    (r"\band\b", ""),
    (r"\\mathbf", ""),
    (r"\\mbox\{.*?\}", ""),
    (r"\\mathrm\{(.*?)\}", r"\1"),
    (r"\\,|\\;|\\:|\\ |~", ""),
    (r"(\d+)\.0*(?=\D|$)", r"\1"),
    (r"^\.", "0."),
    (r"\\sqrt\s*(\w)", r"\\sqrt{\1}"),
    (r"\\frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}"),
    (r"\\frac\s*(\d)\s*\{", r"\\frac{\1}{"),
    (r"\\frac\s*(\{[^{}]*\})\s*(\d)", r"\\frac\1{\2}"),
    (r"^\s*(-?\d+)\s*/\s*(-?\d+)\s*$", r"\\frac{\1}{\2}"),
)
TRAILING_TEXT = re.compile(r"\\text\{[^{}]*\}$")
WHOLE_IN_BRACKETS = re.compile(r"\{([^\W_]+)\}|\(([^\W_]+)\)|\[([^\W_]+)\]")


def normal(answer: str, units: bool = True) -> str:
    """An answer without typography, units, words for numbers, and a short `x=` before it: the steps of the original."""
    answer = rewritten(answer.strip().lstrip(":").strip().rstrip("./").strip(), BEFORE_UNITS)
    answer = TRAILING_TEXT.sub("", answer).strip() or answer
    if units:
        without = UNIT.sub(r"\1", UNIT.sub(r"\1", answer))
        answer = without if without.strip() else answer
    answer = rewritten(answer, AFTER_UNITS)
    answer = rewritten(WORDS.get(answer.strip().casefold(), answer), AFTER_WORDS)
    if whole := WHOLE_IN_BRACKETS.fullmatch(answer):
        answer = next(filter(None, whole.groups()))
    answer = answer.replace("infinity", r"\infty")
    if r"\infty" not in answer:
        answer = answer.replace("inf", r"\infty")
    answer = answer.replace(r"+\infty", r"\infty")
    if "j" in answer and "i" not in answer:
        answer = answer.replace("j", "i")
    answer = rewritten(answer, AT_LAST)
    before, equals, after = answer.partition("=")
    if equals and "=" not in after and len(before.strip()) <= 2:
        answer = after
    return re.sub(r"\s+", "", answer)


# --- comparison ------------------------------------------------------------------------------------------------------


def equal(given: str, right: str) -> bool:
    """The comparison of the paper's evaluation, of two answers in normal form."""
    if given.casefold() == right.casefold():
        return True
    if right in tuple("ABCDE") and re.fullmatch(rf"\W*\(?{right}\)?\W*.{{0,20}}", given):
        return True
    one, other = _number(given), _number(right)
    if one is not None and other is not None:
        return any(isclose(one, other * factor, rel_tol=1e-4) for factor in (1, 0.01, 100))
    if not given:
        return False
    if _bare(given) == _bare(right):
        return True
    if _is_bracketed(given) and _is_bracketed(right):
        return _all_equal(given[1:-1].split(","), right[1:-1].split(","))
    if given.startswith(r"\begin{pmatrix}") and right.startswith(r"\begin{pmatrix}"):
        return _all_equal(_cells(given), _cells(right))
    if given.count("=") == 1 and right.count("=") == 1:
        ours, theirs = (f"({left})-({rest})" for left, rest in (given.split("="), right.split("=")))
        return _same_expression(ours, theirs) or _same_expression(f"-({ours})", theirs)
    for side, text, whole in ((given, given, right), (right, right, given)):
        if side.count("=") == 1 and len(side.split("=")[0]) <= 2 and "=" not in whole:
            return equal(text.split("=")[1], whole)
    return _same_expression(given, right)


def _all_equal(given: list[str], right: list[str]) -> bool:
    return len(given) == len(right) and all(equal(*pair) for pair in zip(given, right, strict=True))


def _number(text: str) -> float | None:
    text = text.replace(",", "")
    try:
        return float(text) if re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", text, re.ASCII) else None
    except ValueError:
        return None


def _bare(text: str) -> str:
    return re.sub(r"[{}()\[\]]", "", text).casefold()


def _is_bracketed(text: str) -> bool:
    return len(text) > 2 and text[0] in "([" and text[-1] in ")]"


def _cells(matrix: str) -> list[str]:
    inside = matrix.removeprefix(r"\begin{pmatrix}").removesuffix(r"\end{pmatrix}")
    return [cell for row in inside.split(r"\\") if row for cell in row.split("&")]


def _same_expression(given: str, right: str) -> bool:
    try:
        one, other = (latex2sympy(text.split("{,}")[0]) for text in (given, right))  # the original stops there too
    except Exception:  # whatever a parser makes of an answer, an answer it cannot read is not right
        return False
    if isinstance(one, MatrixBase) and isinstance(other, MatrixBase):
        return one.shape == other.shape and simplify(one - other).is_zero_matrix is True
    if not isinstance(one, Expr) or not isinstance(other, Expr):
        return False  # sets, such as of \\pm 2: the original knows none
    if one == other:
        return True
    values = N(one), N(other)
    if all(value.is_number and value.is_real for value in values):  # what is equal is close, too
        return isclose(*map(float, values), rel_tol=1e-4)
    return simplify(one - other) == 0
