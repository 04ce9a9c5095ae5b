"""Equality of two answers of mathematics: exact where both are exact, else to six significant digits.

math-verify parses and takes sets, tuples, intervals, matrices and equations apart; what it compares in the end, numbers
and expressions, is compared here, as its own comparison is absolute: it takes 1.6e-19 for 9.1e-31.
"""

import re
from fractions import Fraction
from functools import lru_cache

import math_verify
import math_verify.grader
from sympy import (
    Basic,
    Eq,
    Expr,
    FiniteSet,
    Float,
    GreaterThan,
    I,
    Interval,
    LessThan,
    MatrixBase,
    Ne,
    Or,
    Pow,
    Rational,
    Set,
    StrictGreaterThan,
    StrictLessThan,
    Tuple,
    UnevaluatedExpr,
    oo,
    simplify,
)
from sympy.core.relational import Relational

from boundary.verifying.answers import MATHEMATICS
from boundary.verifying.notation import COMMAS, NUMERAL, numeral, plain, spelled

LAST_NUMBER = re.compile(rf"(?<![a-zA-Z0-9_.\\^{{])(?:(?<![\d)] )[+-])?(?:{NUMERAL.pattern})\s*(?:\\?%)?")

TOLERANCE = 1e-6  # relative, where one side is written as a decimal and the other is no decimal
DIGITS = 60  # of the evaluation of numbers that are exact
SAME = 1e-40  # relative difference of these below which they are one number
POINTS = 8  # at which expressions in variables are compared
HIGH = 1_000  # exponents from which they are evaluated as decimals
FEWEST = 3  # of these at which both must be real


def equal(right: str, answer: str) -> bool:
    """Whether an answer equals a gold answer, both as they were written."""
    right, answer = plain(right), plain(answer)
    if None not in (numbers := (numeral(right), numeral(answer))):
        return same_number(*numbers)
    if _reads_equal(spelled(right), spelled(answer)):
        return True
    lists = [bool(COMMAS.search(text)) for text in (right, answer)]
    if lists[0] != lists[1] and "," in right and "," in answer:  # 100,200 against 100, 200
        return _reads_equal(spelled(right, as_list=True), spelled(answer, as_list=True))
    return False


def equal_in_sentence(right: str, sentence: str) -> bool:
    """Whether the last formula, else the last number, of a sentence equals a gold answer."""
    sentence = plain(sentence)
    if MATHEMATICS.search(sentence):
        return same(parsed(spelled(plain(right))), math_verify.parse(sentence, parsing_timeout=None))
    numbers = list(LAST_NUMBER.finditer(spelled(sentence)))
    return equal(right, numbers[-1].group() if numbers else sentence)


def written_alike(answer: str, right: str) -> bool:
    """Whether two answers are the same text or the same number, however that is written."""
    one, other = (spelled(plain(text.strip().strip("$"))) for text in (answer, right))
    if _letters(one) == _letters(other):
        return True
    numbers = numeral(one), numeral(other)
    return None not in numbers and numbers[0][0] == numbers[1][0]


def is_read(answer: str) -> bool:
    """Whether there is mathematics, or any text, in an answer."""
    return bool(parsed(spelled(plain(answer))))


def value_of(answer: str) -> float | None:
    """The number that an answer is; None where it is none."""
    text = spelled(plain(answer))
    if (exact := numeral(text)) is not None:
        return float(exact[0])
    try:
        return float(parsed(text)[0])
    except (IndexError, TypeError, ValueError, OverflowError):
        return None


def _reads_equal(right: str, answer: str) -> bool:
    if not answer or not right:
        return False
    numbers = numeral(right), numeral(answer)
    if None not in numbers:
        return same_number(*numbers)
    if _letters(right) == _letters(answer):
        return _is_defined(right)
    if None not in (numbers := (numeral(_value(right)), numeral(_value(answer)))) and _one_name(right, answer):
        return same_number(*numbers)
    if None not in (lists := (_numbers(right), _numbers(answer))):
        return _same_numbers(*lists)
    if (choice := LETTER.fullmatch(right)) is not None:
        return _choice(answer) == choice[1]
    if labelled := LABEL.match(answer):
        answer = answer[labelled.end() :] if answer[labelled.end() :].strip() else answer
    if _base(right) and _base(answer) and _base(right) != _base(answer):
        return False  # math-verify drops the base of 1011_2
    if RATIO.fullmatch(right) and RATIO.fullmatch(answer):
        return _same_ratio(right, answer)
    right, answer = _one_measure(right, answer)
    if TIMES_VARIABLE.search(right):
        right, answer = (TIMES_VARIABLE.sub(r"\1 \\cdot \2", text) for text in (right, answer))
    if "=" not in answer and (named := NAMED_TUPLE.match(right)):
        right = right[named.end() :]
    if same(parsed(right), parsed(answer)) or _same_function(right, answer):
        return True
    rights, answers = _items(right), _items(answer)
    if len(rights) == len(answers) > 1:  # in order, with or without names
        return all(_reads_equal(*pair) for pair in zip(rights, map(_value, answers), strict=True))
    return False


def same_number(right: tuple[Fraction, bool], answer: tuple[Fraction, bool]) -> bool:
    """Whether two numerals are equal: exactly, or to TOLERANCE where one alone is a decimal and the other has none."""
    (expected, decimal), (given, other_decimal) = right, answer
    if expected == given:
        return True
    rounded = decimal != other_decimal and not terminates(given if decimal else expected)
    return rounded and abs(given - expected) <= Fraction(1, round(1 / TOLERANCE)) * max(abs(given), abs(expected))


def terminates(value: Fraction) -> bool:
    """Whether a fraction is a finite decimal."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


# --- lists of numbers ------------------------------------------------------------------------------------------------

BRACKETS = re.compile(r"\s*(\\\{|[(\[])?(.*?)(\\\}|[)\]])?\s*")


def _numbers(text: str) -> tuple[str, list[tuple[Fraction, bool]]] | None:
    """The brackets around a list of numerals, and its numbers; None of anything else."""
    opening, inner, closing = BRACKETS.fullmatch(text).groups()
    items = [numeral(item) for item in inner.split(",")] if "," in inner else [None]
    if None in items or (opening is None) != (closing is None):
        return None
    return (opening or "") + (closing or ""), items


def _same_numbers(right: tuple[str, list], answer: tuple[str, list]) -> bool:
    """Lists and sets have no order. An answer without brackets may stand for a gold tuple, in its order."""
    (brackets, expected), (others, given) = right, answer
    if brackets in ("", r"\{\}"):
        if others not in ("", r"\{\}"):
            return False
        expected, given = (sorted(dict(numbers).items()) for numbers in (expected, given))
    elif others not in (brackets, "" if brackets == "()" else brackets):
        return False
    return len(expected) == len(given) and all(map(same_number, expected, given))


# --- answers in letters, ratios, bases -------------------------------------------------------------------------------

LETTER = re.compile(r"\s*\(?(?:\\(?:text|mathrm|textbf|mathbf|boxed)\{)?\s*\(?([A-H])\)?[.:]?\s*\}?\)?\s*")
LABEL = re.compile(
    r"\s*(?:\\(?:text|mathrm|textbf|mathbf)\{\s*\(?[A-H](?:\)[.:]?|[.:])\s*\}|\([A-H]\)[.:]?(?=\s|\\|$)|[A-H](?:\)[.:]?|[.:])(?=\s|\\|\d))"
    r"(?:\\[ ,;:]|\\quad|~|\s)*"
)
RATIO = re.compile(r"\s*\d+(?:\.\d+)?(?:\s*:\s*\d+(?:\.\d+)?)+\s*")
BASE = re.compile(r"\d\s*_\s*\{?(\d+)\}?\s*$")


def _choice(answer: str) -> str | None:
    """The letter of a choice, with or without what it stands for."""
    if (letter := LETTER.fullmatch(answer)) is not None:
        return letter[1]
    label = LABEL.match(answer)
    return label and re.search(r"[A-H]", re.sub(r"\\[a-z]+", "", label.group())).group()


def _letters(text: str) -> str:
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", text)


def _is_defined(text: str) -> bool:
    """Whether a text may equal itself: 1/0 is no number."""
    return not re.search(r"(?:/|\\frac\s*\{[^{}]*\})\s*\{?0+(?:\.0*)?(?![\d.])", text)


def _base(answer: str) -> str | None:
    found = BASE.search(answer)
    return found and found[1]


def _same_ratio(right: str, answer: str) -> bool:
    """Times and scores as they stand (12:00 is not 1:00), so 3:1 is not 6:2 either."""
    return [Fraction(part) for part in right.split(":")] == [Fraction(part) for part in answer.split(":")]


DEFINITION = re.compile(r"\s*([a-zA-Z])\s*\(\s*([a-zA-Z])\s*\)\s*=([^=]+)")


def _same_function(right: str, answer: str) -> bool:
    """f(n) = 2n and f(m) = 2m are one function."""
    ours, theirs = DEFINITION.fullmatch(right), DEFINITION.fullmatch(answer)
    if not ours or not theirs or ours[1] != theirs[1] or ours[2] == theirs[2]:
        return False
    expected, given = ([side for side in parsed(match[3]) if isinstance(side, Expr)] for match in (ours, theirs))
    if not expected or not given:
        return False
    names = {symbol.name: symbol for symbol in given[0].free_symbols}
    if theirs[2].lower() not in names or ours[2].lower() in names:
        return False
    own = [symbol for symbol in expected[0].free_symbols if symbol.name == ours[2].lower()]
    return bool(own) and same(expected[:1], [given[0].subs(names[theirs[2].lower()], own[0])])


DEGREES = re.compile(r"([\d.]+)\s*\^\s*\{?\s*\\circ\s*\}?")


def _one_measure(right: str, answer: str) -> tuple[str, str]:
    """Both angles in radians where one is in degrees and the other a multiple of pi."""
    degrees = [bool(DEGREES.search(text)) for text in (right, answer)]
    if degrees[0] == degrees[1] or not re.search(r"\\pi", answer if degrees[0] else right):
        return right, answer
    return tuple(DEGREES.sub(r"\\frac{\1\\pi}{180}", text) for text in (right, answer))


TIMES_VARIABLE = re.compile(r"(?<![a-zA-Z^{])(\d)([a-z])$")  # 6m: of a gold no six metres
NAMED_TUPLE = re.compile(r"\s*\([^=]*\)\s*=\s*(?=\()")
ASSIGNED = re.compile(r"^\s*[a-zA-Z](?:_\{?\w+\}?)?\s*=(?!.*=)")


def _value(item: str) -> str:
    return ASSIGNED.sub("", item).strip()


def _one_name(right: str, answer: str) -> bool:
    """Whether x = 5 stands against x = 6 or 6, not against y = 6."""
    names = [found and _letters(found.group()) for found in (ASSIGNED.match(right), ASSIGNED.match(answer))]
    return None in names or names[0] == names[1]


def _items(text: str) -> list[str]:
    """The items of a list without brackets around it."""
    items, depth, start = [], 0, 0
    for i, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            items.append(text[start:i].strip())
            start = i + 1
    return [*items, text[start:].strip()]


def _signs_expanded(text: str) -> str:
    """A list in which a ± b stands for two of its items."""
    if "\\pm" not in text or "\\mp" in text:
        return text
    inner = re.fullmatch(r"\s*\\\{(.*)\\\}\s*", text)
    items = []
    for item in _items(inner[1] if inner else text):
        items += [item.replace("\\pm", sign) for sign in "+-"] if item.count("\\pm") == 1 else [item]
    return f"\\{{{', '.join(items)}\\}}" if inner else ", ".join(items)


BUILDER = re.compile(r"\s*\\?\{?\\\{\s*([a-zA-Z])\s*(?:\\in\s*[^|:]*)?(?:\\mid|\||:)(.+)\\\}\s*")


# --- parsing ---------------------------------------------------------------------------------------------------------

OR = re.compile(r",?\s*(?:\\(?:text|mathrm|mbox|textrm)\{\s*or\s*\}|\\lor|\\vee|\bor\b)\s*,?")
ONLY_WORDS = re.compile(r"(?=.*\w)(?:[a-zA-Z\s.,{}()]|\\(?:text|mathrm|textrm|mbox)\b)*")
WHOLE = [math_verify.LatexExtractionConfig(try_extract_without_anchor=False, boxed_match_priority=0)]
INEQUALITY = re.compile(r"[<>]|\\(?:le|ge|lt|gt|ne)(?![a-zA-Z])")


@lru_cache(maxsize=4096)
def parsed(answer: str) -> list:
    """What math-verify finds in a `spelled` answer: expressions, and last the text."""
    answer = _signs_expanded(answer)
    if (builder := BUILDER.fullmatch(answer)) and INEQUALITY.search(builder[2]):
        answer = builder[2]
    parts = OR.split(answer)
    if len(parts) > 1 and all(INEQUALITY.search(part) for part in parts):
        relations = [found[0] for found in map(_parse, parts) if found and isinstance(found[0], Basic)]
        if len(relations) == len(parts):
            try:
                return [Or(*relations).as_set()]
            except Exception:  # of several variables, say: compared as a list of relations
                pass
    return _parse(answer)


def _parse(answer: str) -> list:
    """The whole answer, or the only number in it; never some part of several."""
    found = math_verify.parse(f"\\boxed{{{answer}}}", WHOLE, parsing_timeout=None)
    if not any(isinstance(part, Basic | MatrixBase) for part in found):
        numbers = [match.group() for match in LAST_NUMBER.finditer(answer)]
        if len(numbers) == 1 and ONLY_WORDS.fullmatch(answer.replace(numbers[0], "", 1)):
            return _parse(numbers[0])
    return found


def same(expected: list, given: list) -> bool:
    """Whether two parsed answers are equal. Several values without order are no tuple."""
    for right in expected:
        for answer in given:
            if isinstance(right, FiniteSet) and len(right) > 1 and isinstance(answer, Tuple | Interval):
                return False
    if any(isinstance(side, Set) for side in (*expected, *given)):
        expected, given = map(_rays, expected), map(_rays, given)
    return math_verify.verify(list(expected), list(given), timeout_seconds=None, allow_set_relation_comp=True)


def _rays(side):
    """x > 5 as an interval, which a solver would find too, a hundred times slower."""
    if not isinstance(side, Relational) or not side.lhs.is_Symbol or not side.rhs.is_number or not side.rhs.is_real:
        return side
    return RAYS.get(type(side), lambda bound: side)(side.rhs)


RAYS = {
    StrictGreaterThan: lambda bound: Interval.open(bound, oo),
    GreaterThan: lambda bound: Interval(bound, oo),
    StrictLessThan: lambda bound: Interval.open(-oo, bound),
    LessThan: lambda bound: Interval(-oo, bound),
}


# --- what math-verify asks of numbers and expressions ----------------------------------------------------------------


def _numerically_equal(right, answer, *_) -> bool:
    """Numbers, expressions and matrices of them; percent signs are a unit, or a hundredth."""
    if isinstance(right, MatrixBase) and isinstance(answer, MatrixBase):
        right, answer = right.doit(), answer.doit()
        return right.shape == answer.shape and all(
            _numerically_equal(*pair) or _symbolically_equal(*pair)
            for pair in zip(right.flat(), answer.flat(), strict=True)
        )
    if not isinstance(right, Expr) or not isinstance(answer, Expr):
        return False
    bare = [_without_percent(side) for side in (right, answer)]
    if any(percent for _, percent in bare) and same_value(bare[0][0], bare[1][0]):
        return True
    return same_value(right, answer) is True


def _without_percent(expression: Expr) -> tuple[Expr, bool]:
    arguments = expression.args
    if expression.is_Mul and len(arguments) == 2 and arguments[1] == UnevaluatedExpr(Rational(1, 100)):
        return arguments[0], True
    return expression, False


@lru_cache(maxsize=16)
def same_value(right: Expr, answer: Expr) -> bool | None:
    """Whether two expressions are equal wherever both are real: at some points, with their decimals taken as exact.

    None where too few points tell.
    """
    rounded = right.has(Float) != answer.has(Float)
    right, answer = map(_exactly, (right, answer))
    # the parser makes a variable of i
    right, answer = (side.xreplace({s: I for s in side.free_symbols if s.name == "i"}) for side in (right, answer))
    names = sorted({symbol.name for side in (right, answer) for symbol in side.free_symbols})
    tolerance = TOLERANCE if rounded else SAME
    if not names:
        return _same_constant(right, answer, rounded)
    agreed = 0
    for point in range(POINTS):
        values = {name: _coordinate(point, place) for place, name in enumerate(names)}
        verdict = _agree(*(_at(side, values) for side in (right, answer)), tolerance)
        if verdict is False:
            return False
        agreed += verdict is True
    return True if agreed >= FEWEST else None


def _exactly(expression: Expr) -> Expr:
    """With its decimals as fractions, and nothing held back from evaluation."""
    expression = expression.replace(lambda e: isinstance(e, UnevaluatedExpr), lambda e: e.args[0])
    return expression.replace(lambda e: e.is_Float, lambda e: Rational(str(e)))


def _same_constant(right: Expr, answer: Expr, rounded: bool) -> bool:
    near = [side.evalf() for side in (right, answer)]  # cheaper than working 1000000! out
    if not all(value.is_number and value.is_finite for value in near) or not _close(*near, 2 * TOLERANCE):
        return False
    right, answer = right.doit(), answer.doit()
    if right.is_Rational and answer.is_Rational:
        values = [Fraction(int(value.p), int(value.q)) for value in (right, answer)]
        return values[0] == values[1] or (
            rounded and not all(map(terminates, values)) and _close(right, answer, TOLERANCE)
        )
    off = abs((right - answer).evalf(20, maxn=2 * DIGITS))
    return bool(off <= _size(*near) * (TOLERANCE if rounded else SAME))


def _coordinate(point: int, place: int) -> Rational:
    """Fixed numbers without pattern: positive, negative, and at last whole ones."""
    if point >= POINTS - 3:
        return Rational(2 + (point + 2 * place) % 7 + place)
    value = Rational(7 + 5 * point + 3 * place + (point * place) % 4, 11 + 2 * point + place)
    return value if point % 2 == 0 else -value if (point + place) % 3 else -1 - value


def _at(expression: Expr, values: dict[str, Rational]) -> Expr:
    if any(power.exp.is_Integer and abs(power.exp) > HIGH for power in expression.atoms(Pow)):
        values = {name: Float(value, 2 * DIGITS) for name, value in values.items()}  # 2**500000 has as many digits
    return expression.xreplace({symbol: values[symbol.name] for symbol in expression.free_symbols})


def _agree(right: Expr, answer: Expr, tolerance: float) -> bool | None:
    """Whether two expressions are the same at a point; None where one of them is no finite real number there."""
    for digits, within in ((15, TOLERANCE), (DIGITS, tolerance)):  # most differ at a first look
        values = [side.evalf(digits) for side in (right, answer)]
        if not all(value.is_number and value.is_finite for value in values):
            return None
        if not _close(*values, within):
            real = all(abs(value.as_real_imag()[1]) <= 1e-12 * (1 + abs(value)) for value in values)
            return False if real else None
    return True


def _close(right: Expr, answer: Expr, tolerance: float) -> bool:
    return bool(abs(right - answer) <= _size(right, answer) * tolerance * 1.000001)


def _size(*values: Expr) -> Expr:
    return max(abs(value).evalf(20) for value in values)


def _symbolically_equal(right, answer) -> bool:
    """What points cannot tell, such as expressions that are real at few."""
    try:
        if isinstance(right, Expr) and isinstance(answer, Expr) and same_value(right, answer) is not None:
            return False  # told, and asked before this
        difference = simplify(right - answer)
        return bool(difference.is_zero_matrix if isinstance(difference, MatrixBase) else difference.is_zero)
    except Exception:  # whatever sympy makes of it, what it cannot show to be equal is not
        return False


def _same_solutions(right: Relational, answer: Relational, *_) -> bool:
    """Whether two relations of one kind are one another times a constant: 2x = 4 and x = 2, -x < 1 and x > -1."""
    kinds = type(right), type(answer)
    flipped = math_verify.grader.INVERSE_RELATIONS.get(kinds[0]) is kinds[1]
    if kinds[0] is not kinds[1] and not flipped:
        return False
    ratio = (right.lhs - right.rhs) / (answer.lhs - answer.rhs)
    names = sorted({symbol.name for symbol in ratio.free_symbols})
    found = []
    for point in range(POINTS):
        value = _at(_exactly(ratio), {name: _coordinate(point, place) for place, name in enumerate(names)}).evalf(30)
        if not value.is_real or not value.is_finite or not value:
            return False
        found.append(value)
    constant = all(_close(found[0], value, 1e-20) for value in found)
    if kinds[0] in (Eq, Ne):
        return constant
    return constant and bool(found[0] > 0) == (kinds[0] is kinds[1])


math_verify.grader.sympy_numeric_eq = _numerically_equal
math_verify.grader.sympy_symbolic_eq = _symbolically_equal
math_verify.grader.sympy_solve_and_compare = _same_solutions
