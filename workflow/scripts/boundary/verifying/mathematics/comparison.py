"""Whether an answer means the same as the gold answer. The gold's kind decides how they are compared."""

import math
from collections.abc import Callable
from typing import Any

from flint import acb, fmpq

from boundary.verifying.mathematics import values
from boundary.verifying.mathematics.grammar import negative
from boundary.verifying.mathematics.meaning import (
    Digits,
    Equation,
    Family,
    Grid,
    Infinite,
    Interval,
    Letter,
    Meaning,
    Named,
    Order,
    Percentage,
    Pieces,
    Quantity,
    Region,
    Residue,
    Scalar,
    Several,
    Text,
    Time,
    as_region,
    changed,
    facts_of,
    rough,
    scalar,
    united,
)
from boundary.verifying.mathematics.tree import Constant, Number, Product, Quotient, Sum, Symbol
from boundary.verifying.mathematics.units import dimension
from boundary.verifying.mathematics.values import MORE_POINTS, POINTS, Value, ball

TOLERANCE = fmpq(1, 10**6)  # relative, where one side is written as a decimal and the other is no decimal
FIRST_BITS, POINT_BITS = 64, 400
CONSTANT_BITS = (64, 320, 2048, 1 << 14)
STEPS = 90  # points where floors or the like occur
FEWEST, ENOUGH = 3, 6  # points at which both sides must be real, and from which on no more are tried
NO_INTEGERS: frozenset[str] = frozenset()


# --- numbers and expressions -----------------------------------------------------------------------------------------


def same_scalar(right: Scalar, answer: Scalar, integers: frozenset[str] = NO_INTEGERS) -> bool:
    """Whether two numbers are equal, or two expressions at all points where both are real (or defined, if i occurs).

    integers: symbols of whole numbers.
    """
    if right.logarithm or answer.logarithm:
        return any(_same(right, answer, natural, integers) for natural in (True, False))
    return _same(right, answer, True, integers)


def _same(right: Scalar, answer: Scalar, natural: bool, integers: frozenset[str]) -> bool:
    if not right.names and not answer.names:
        return _same_constant(right, answer, natural)
    return _same_at_points(right, answer, natural, integers, _rounded(right, answer))


def _rounded(right: Scalar, answer: Scalar) -> bool:
    """Whether one side is a decimal that may be rounded, the other none."""
    return right.decimal != answer.decimal and (right.fine or answer.fine)


def terminates(value: fmpq) -> bool:
    """Whether a fraction is a finite decimal."""
    rest = int(value.q)
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _same_constant(right: Scalar, answer: Scalar, natural: bool) -> bool:
    rounded = _rounded(right, answer)
    wanted = math.inf
    for bits in CONSTANT_BITS:
        one = right.at(None, bits, natural, NO_INTEGERS)
        other = answer.at(None, bits, natural, NO_INTEGERS)
        if one is None or other is None:
            if bits < CONSTANT_BITS[-1] and not (one.__class__ is fmpq or other.__class__ is fmpq):
                continue  # a function of a large number may be known to more bits alone
            return (one is None) and (other is None) and right.node == answer.node and right.defined()
        if isinstance(one, fmpq) and isinstance(other, fmpq):
            if one == other:
                return True
            exact = one if answer.decimal else other
            return rounded and not terminates(exact) and near(one, other)
        if rounded and (verdict := _near_balls(one, other)) is not None:
            return verdict
        if not rounded:
            if not ball(one).overlaps(ball(other)):
                return False
            if bits == FIRST_BITS:
                wanted = values.telling_bits(right.node, negative(answer.node))
            if wanted + 10 < _bits_known(one, other):
                return True
    if rounded or one is None or other is None:
        return True
    size = max(values.size_bits(one), values.size_bits(other))
    return size + POINT_BITS <= CONSTANT_BITS[-1] or _same_when_large(right, answer, None, size, natural, NO_INTEGERS)


def _same_when_large(
    right: Scalar, answer: Scalar, number: int | None, size: int, natural: bool, integers: frozenset[str]
) -> bool:
    """Whether two values agree to the last digit before the point, and beyond. size: these digits in bits."""
    if size > values.SIZE_BITS:
        return right.node == answer.node
    one, other = (side.at(number, size + POINT_BITS, natural, integers) for side in (right, answer))
    return one is not None and other is not None and ball(one).overlaps(ball(other))


def _bits_known(one: Value, other: Value) -> float:
    """Bits after the point to which the difference is known to vanish."""
    difference = abs(ball(one) - ball(other)).upper()
    if difference == 0:
        return math.inf
    mantissa, exponent = difference.mid().man_exp()
    return -(int(exponent) + int(mantissa).bit_length())


def near(one: fmpq, other: fmpq) -> bool:
    """Whether two exact values are within TOLERANCE of the larger one."""
    return _size(one - other) <= TOLERANCE * max(_size(one), _size(other))


def _size(value: fmpq) -> fmpq:
    return -value if value < 0 else value


def _near_balls(one: Value, other: Value) -> bool | None:
    """The same of balls; None where that cannot be told at this precision."""
    one, other = ball(one), ball(other)
    off, size = abs(one - other), abs(one).max(abs(other)) * TOLERANCE
    if off <= size:
        return True
    if off > size:
        return False
    return None


def _same_at_points(right: Scalar, answer: Scalar, natural: bool, integers: frozenset[str], rounded: bool) -> bool:
    complex_too = right.imaginary or answer.imaginary
    agreed = told = 0
    beyond = False  # whether a point was too large to tell anything
    stepped = right.stepped or answer.stepped
    for number in range(STEPS if stepped else MORE_POINTS):
        if number == POINTS and told >= ENOUGH and not stepped:
            break
        one = right.at(number, FIRST_BITS, natural, integers)
        other = answer.at(number, FIRST_BITS, natural, integers)
        if one is None or other is None:
            continue
        if not complex_too and not (_is_real(one) and _is_real(other)):
            continue
        told += 1
        if rounded:
            if not _near_at(right, answer, number, natural, integers):
                return False
        elif one.__class__ is fmpq and other.__class__ is fmpq:
            if one != other:
                return False
        else:
            if not ball(one).overlaps(ball(other)):
                return False
            if agreed < 2 or _is_wide(one) or _is_wide(other):
                one = right.at(number, POINT_BITS, natural, integers)
                other = answer.at(number, POINT_BITS, natural, integers)
                if one is None or other is None:
                    told -= 1
                    continue
                if not ball(one).overlaps(ball(other)):
                    return False
                if (_is_wide(one) or _is_wide(other)) and not _agree_closely(right, answer, number, natural, integers):
                    return False
                size = max(values.size_bits(one), values.size_bits(other))
                if size > values.SIZE_BITS:  # what is next to so large a number cannot be seen
                    told, beyond = told - 1, True
                    continue
                if size > POINT_BITS // 2 and not _same_when_large(right, answer, number, size, natural, integers):
                    return False
        agreed += 1
    if told >= FEWEST:
        return True
    if beyond:
        return right.node == answer.node
    return not complex_too and _same_where_complex(right, answer, natural, integers)


def _near_at(right: Scalar, answer: Scalar, number: int, natural: bool, integers: frozenset[str]) -> bool:
    for bits in (FIRST_BITS, POINT_BITS, 1 << 12):
        one, other = (side.at(number, bits, natural, integers) for side in (right, answer))
        if one is None or other is None:
            return False
        if isinstance(one, fmpq) and isinstance(other, fmpq):
            return near(one, other)
        if (verdict := _near_balls(one, other)) is not None:
            return verdict
    return one is not None and other is not None and ball(one).overlaps(ball(other))


def _agree_closely(right: Scalar, answer: Scalar, number: int, natural: bool, integers: frozenset[str]) -> bool:
    one, other = (side.at(number, 1 << 12, natural, integers) for side in (right, answer))
    return one is not None and other is not None and ball(one).overlaps(ball(other))


def _same_where_complex(right: Scalar, answer: Scalar, natural: bool, integers: frozenset[str]) -> bool:
    """Expressions that are real at too few points: equal where both are defined."""
    told = 0
    for number in range(POINTS):
        one = right.at(number, POINT_BITS, natural, integers)
        other = answer.at(number, POINT_BITS, natural, integers)
        if one is None and other is None:
            continue
        if one is None or other is None or not ball(one).overlaps(ball(other)):
            return False
        told += 1
    return told >= FEWEST


def _is_real(value: Value) -> bool:
    if isinstance(value, fmpq):
        return True
    return value.imag.is_zero() or (value.imag.contains(0) and abs(value.imag) < fmpq(1, 10**9))


def _is_wide(value: Value) -> bool:
    return value.__class__ is acb and value.rel_accuracy_bits() < 30


def _proportional(right: Scalar, answer: Scalar, integers: frozenset[str], positive: bool) -> bool:
    """Whether one expression is a constant times the other; positive: a positive one."""
    if not right.names or not answer.names:
        return False
    base: tuple[Value, Value] | None = None
    told = 0
    for number in range(MORE_POINTS):
        if number == POINTS and told >= FEWEST:
            break
        one = right.at(number, POINT_BITS, True, integers)
        other = answer.at(number, POINT_BITS, True, integers)
        if one is None or other is None or not (_is_real(one) and _is_real(other)):
            continue
        if _is_zero(one) != _is_zero(other):
            return False
        if base is None:
            if _is_zero(one):
                continue
            ratio = values.divided(one, other)
            if positive and not (ratio > 0 if isinstance(ratio, fmpq) else ratio.real > 0):
                return False
            base = one, other
            told += 1
            continue
        crossed = one * base[1], other * base[0]
        if crossed[0].__class__ is fmpq and crossed[1].__class__ is fmpq:
            if crossed[0] != crossed[1]:
                return False
        elif right.decimal != answer.decimal:
            if _near_balls(*crossed) is False:
                return False
        elif not ball(crossed[0]).overlaps(ball(crossed[1])):
            return False
        told += 1
    return told >= FEWEST


def _is_zero(value: Value) -> bool:
    return value == 0 if isinstance(value, fmpq) else value.contains(0)


# --- meanings --------------------------------------------------------------------------------------------------------


class Comparison:
    """One comparison. integers: symbols that gold or answer declare to be whole numbers."""

    def __init__(self, integers: frozenset[str] = NO_INTEGERS):
        self.integers = integers

    def same(self, right: Meaning, answer: Meaning) -> bool:
        """Whether an answer means the same as the gold answer `right`."""
        if isinstance(right, Named):
            return self.named(right, answer)
        if isinstance(answer, Named) and not isinstance(right, Equation):
            return self.of_name(right, answer)
        return _RULES[right.__class__](self, right, answer)

    def of_name(self, right: Meaning, answer: Named) -> bool:
        """A gold without a name against x = ...; for several values in order, a tuple of names gives the order."""
        body = answer.body
        if answer.name.startswith("(") and _is(right, "list", "set") and _is(body, "("):
            return self.in_order(right.items, body.items) or self.same(right, body)
        if isinstance(right, Region) and right.name and answer.name and right.name != answer.name:
            return False
        return self.same(right, body)

    def named(self, right: Named, answer: Meaning) -> bool:
        if isinstance(answer, Named):
            if not right.name or not answer.name:
                return self.same(right.body, answer.body)
            if right.name == answer.name:
                body = answer.body
                if right.arguments != answer.arguments:
                    if len(right.arguments) != len(answer.arguments):
                        return False
                    renamed = dict(zip(answer.arguments, right.arguments, strict=True))
                    body = renamed_in(answer, renamed)
                    if body is None:
                        return False
                return self.same(right.body, body) or self.as_equations(right, answer)
            if right.name.startswith("(") != answer.name.startswith("("):
                return self.same(right.body, answer.body)
            if right.name.startswith("of:") != answer.name.startswith("of:"):
                return self.same(right.body, answer.body)
            return self.as_equations(right, answer)
        if isinstance(answer, Equation):
            return self.as_equations(right, answer)
        body = right.body
        if _is(body, "(") and _is(answer, "list"):
            return self.in_order(body.items, [_bare(item) for item in answer.items]) or self.same(body, answer)
        if isinstance(answer, Region) and answer.name and answer.name != right.name:
            return False
        return self.same(right.body, answer)

    def as_equations(self, right: Named | Equation, answer: Named | Equation) -> bool:
        one, other = _difference(right), _difference(answer)
        return one is not None and other is not None and _proportional(one, other, self.integers, False)

    def scalar(self, right: Scalar, answer: Meaning) -> bool:
        match answer:
            case Scalar():
                return same_scalar(right, answer, self.integers)
            case Quantity(value=value, unit=unit):
                if same_scalar(right, value, self.integers):
                    return True
                return _is_angle(unit) and same_scalar(right, _radians(answer), self.integers)
            case Percentage(value=value):
                return same_scalar(right, value, self.integers) or same_scalar(right, _hundredth(value), self.integers)
            case Digits(digits=digits):
                return isinstance(right.node, Number) and digits.isdigit() and right.node.value == int(digits)
            case Several(kind="set" | "list", items=[one]):
                return self.same(right, one)
            case Time(parts=[_, _], half=None):
                return same_scalar(right, _ratio(answer), self.integers)
        return False

    def infinite(self, right: Infinite, answer: Meaning) -> bool:
        return isinstance(answer, Infinite) and right.sign == answer.sign

    def quantity(self, right: Quantity, answer: Meaning) -> bool:
        match answer:
            case Scalar():
                if same_scalar(right.value, answer, self.integers):
                    return True
                return _is_angle(right.unit) and same_scalar(_radians(right), answer, self.integers)
            case Quantity():
                return self.quantities(right, answer)
            case Percentage():
                return False
            case Several(kind="set" | "list", items=[one]):
                return self.same(right, one)
        return False

    def quantities(self, right: Quantity, answer: Quantity) -> bool:
        kind, size = dimension(right.unit)
        other, one = dimension(answer.unit)
        if kind == other:
            if size == one:
                return same_scalar(right.value, answer.value, self.integers)
            scaled = scalar(Product([answer.value.node, Number(one / size)]))
            scaled.decimal, scaled.fine = answer.value.decimal, answer.value.fine
            return same_scalar(right.value, scaled, self.integers)
        if {kind, other} == _ANGLES:
            return same_scalar(_radians(right), _radians(answer), self.integers)
        if _words_agree(right.unit, answer.unit):
            return same_scalar(right.value, answer.value, self.integers)
        return False

    def percentage(self, right: Percentage, answer: Meaning) -> bool:
        match answer:
            case Percentage(value=value):
                return same_scalar(right.value, value, self.integers)
            case Scalar():
                return same_scalar(right.value, answer, self.integers) or same_scalar(
                    _hundredth(right.value), answer, self.integers
                )
        return False

    def digits(self, right: Digits, answer: Meaning) -> bool:
        match answer:
            case Digits(digits=digits, base=base):
                return digits == right.digits and base == right.base
            case Scalar(node=Number(value=value, last=None)):
                return right.digits.isdigit() and value == int(right.digits)
        return False

    def time(self, right: Time, answer: Meaning) -> bool:
        if isinstance(answer, Scalar) and len(right.parts) == 2 and not right.half:
            return same_scalar(_ratio(right), answer, self.integers)
        if not isinstance(answer, Time) or len(right.parts) != len(answer.parts):
            return False
        if right.half and answer.half and right.half != answer.half:
            return False
        return all(same_scalar(*pair, self.integers) for pair in zip(right.parts, answer.parts, strict=True))

    def text(self, right: Text, answer: Meaning) -> bool:
        return isinstance(answer, Text) and right.words == answer.words

    def letter(self, right: Letter, answer: Meaning) -> bool:
        return isinstance(answer, Letter) and right.letter == answer.letter

    def equation(self, right: Equation, answer: Meaning) -> bool:
        if isinstance(answer, Named):
            return not right.unequal and self.as_equations(right, answer)
        if not isinstance(answer, Equation) or right.unequal != answer.unequal:
            return False
        return self.as_equations(right, answer)

    def order(self, right: Order, answer: Meaning) -> bool:
        if not isinstance(answer, Order) or right.strict != answer.strict:
            return False
        if len(right.sides) != len(answer.sides):
            return False
        if all(self.ends(*pair) for pair in zip(right.sides, answer.sides, strict=True)):
            return True
        one, other = _rise(right), _rise(answer)
        return one is not None and other is not None and _proportional(one, other, self.integers, True)

    def ends(self, right, answer) -> bool:
        if isinstance(right, Infinite) or isinstance(answer, Infinite):
            return isinstance(right, Infinite) and isinstance(answer, Infinite) and right.sign == answer.sign
        return same_scalar(right, answer, self.integers)

    def region(self, right: Region, answer: Meaning) -> bool:
        if isinstance(answer, Several) and answer.kind == "list" and answer.items:
            return self.region_by_list(right, answer.items)
        other = as_region(answer)
        if other is None and isinstance(answer, Scalar) and len(right.pieces) == 1:
            piece = right.pieces[0]
            return piece.low is piece.high and self.ends(piece.low, answer)
        if other is None:
            if isinstance(answer, Order) and right.name:
                return self.solved(right, answer)
            return False
        if right.name and other.name and right.name != other.name:
            return False
        ours, theirs = (_in_order(region.pieces) for region in (right, other))
        return len(ours) == len(theirs) and all(
            one.low_closed == two.low_closed
            and one.high_closed == two.high_closed
            and self.ends(one.low, two.low)
            and self.ends(one.high, two.high)
            for one, two in zip(ours, theirs, strict=True)
        )

    def region_by_list(self, right: Region, items: list[Meaning]) -> bool:
        """x > 2, x != 3: all hold; (-oo, 1), (2, oo): any does."""
        from boundary.verifying.mathematics.meaning import combined
        from boundary.verifying.mathematics.tokens import UnreadError

        regions = [region for item in items if (region := as_region(item)) is not None]
        if len(regions) < len(items):
            return False
        for word in ("and", "or"):
            try:
                pieces = combined(word, regions)
            except UnreadError:
                continue
            name = next((region.name for region in regions if region.name), None)
            if self.region(right, Region(pieces, name)):
                return True
        return False

    def solved(self, right: Region, answer: Order) -> bool:
        """2x > 4 for x > 2."""
        difference = _rise(answer)
        if len(right.pieces) != 1 or difference is None:
            return False
        piece, name = right.pieces[0], Symbol(right.name or "")
        if isinstance(piece.low, Scalar) and not isinstance(piece.high, Scalar):
            parts, closed = [name, negative(piece.low.node)], piece.low_closed
        elif isinstance(piece.high, Scalar) and not isinstance(piece.low, Scalar):
            parts, closed = [piece.high.node, negative(name)], piece.high_closed
        else:
            return False
        return answer.strict[0] != closed and _proportional(scalar(Sum(parts)), difference, self.integers, True)

    def several(self, right: Several, answer: Meaning) -> bool:
        if isinstance(answer, Region):
            other = as_region(right)
            return other is not None and bool(answer.pieces) and self.region(other, answer)
        if right.kind in ("list", "set"):
            return self.without_order(right, answer)
        match answer:
            case Several(kind="list", items=items):
                if len(items) == 1:
                    return self.several(right, items[0])
                return right.kind == "(" and self.in_order(right.items, [_bare(item) for item in items])
            case Several(kind=kind, items=items):
                alike = kind == right.kind or {kind, right.kind} == {"(", "<"}
                return alike and self.in_order(right.items, items)
            case Grid(rows=rows) if right.kind in ("(", "<") and all(len(row) == 1 for row in rows):
                return self.in_order(right.items, [row[0] for row in rows])
        return False

    def in_order(self, rights: list[Meaning], answers: list[Meaning]) -> bool:
        return len(rights) == len(answers) and all(self.same(*pair) for pair in zip(rights, answers, strict=True))

    def without_order(self, right: Several, answer: Meaning) -> bool:
        if not isinstance(answer, Several):
            if isinstance(answer, Grid) and right.kind == "list":
                return False
            return len(right.items) == 1 and self.same(right.items[0], answer)
        if answer.kind not in ("list", "set"):
            return len(right.items) == 1 and self.same(right.items[0], answer)
        rights, answers = right.items, answer.items
        names = [item.name if isinstance(item, Named) else None for item in rights]
        others = [item.name if isinstance(item, Named) else None for item in answers]
        if None not in names and len(set(names)) == len(names) > 1:
            if None in others or len(set(others)) < len(others):
                return not any(others) and self.in_order(rights, answers)
            if set(names) != set(others):
                return False
        return self.matched(rights, answers)

    def matched(self, rights: list[Meaning], answers: list[Meaning]) -> bool:
        """Every value is among those of the other side; equally often, unless one side is longer than the other."""
        if len(rights) == len(answers):
            left = list(answers)
            for item in rights:
                for place, other in enumerate(left):
                    if self.same(item, other):
                        del left[place]
                        break
                else:
                    return False
            return True
        if min(len(rights), len(answers)) < 2:
            return False
        return all(any(self.same(item, other) for other in answers) for item in rights) and all(
            any(self.same(item, other) for item in rights) for other in answers
        )

    def grid(self, right: Grid, answer: Meaning) -> bool:
        if isinstance(answer, Several) and answer.kind in ("(", "<") and all(len(row) == 1 for row in right.rows):
            return self.in_order([row[0] for row in right.rows], answer.items)
        if not isinstance(answer, Grid) or len(right.rows) != len(answer.rows):
            return False
        return all(self.in_order(*pair) for pair in zip(right.rows, answer.rows, strict=True))

    def pieces(self, right: Pieces, answer: Meaning) -> bool:
        if not isinstance(answer, Pieces) or len(right.pieces) != len(answer.pieces):
            return False
        left = list(answer.pieces)
        for value, condition in right.pieces:
            for place, (other, when) in enumerate(left):
                if self.same(value, other) and self.conditions(condition, when):
                    del left[place]
                    break
            else:
                return False
        return True

    def conditions(self, right: Meaning, answer: Meaning) -> bool:
        if isinstance(right, Text) and isinstance(answer, Text):
            return right.words == answer.words
        return isinstance(right, Text) or isinstance(answer, Text) or self.same(right, answer)

    def residue(self, right: Residue, answer: Meaning) -> bool:
        if isinstance(answer, Scalar):
            return self.same(right.value, answer)
        if not isinstance(answer, Residue) or not same_scalar(right.modulus, answer.modulus):
            return False
        one, other = right.value, answer.value
        if isinstance(one, Scalar) and isinstance(other, Scalar):
            off = scalar(Quotient(Sum([one.node, negative(other.node)]), right.modulus.node)).at(
                None, 64, True, NO_INTEGERS
            )
            return off.__class__ is fmpq and off.q == 1
        return self.same(one, other)

    def family(self, right: Family, answer: Meaning) -> bool:
        return (
            isinstance(answer, Family)
            and self.same(right.value, answer.value)
            and self.same(right.condition, answer.condition)
        )


def _rise(order: Order) -> Scalar | None:
    """Of an order of two numbers, the larger less the smaller one; None of any other."""
    first, last = order.sides[0], order.sides[-1]
    if len(order.sides) != 2 or not isinstance(first, Scalar) or not isinstance(last, Scalar):
        return None
    return scalar(Sum([last.node, negative(first.node)]))


_RULES: dict[type, Callable[[Comparison, Any, Meaning], bool]] = {
    Scalar: Comparison.scalar,
    Infinite: Comparison.infinite,
    Quantity: Comparison.quantity,
    Percentage: Comparison.percentage,
    Digits: Comparison.digits,
    Time: Comparison.time,
    Text: Comparison.text,
    Letter: Comparison.letter,
    Equation: Comparison.equation,
    Order: Comparison.order,
    Region: Comparison.region,
    Several: Comparison.several,
    Grid: Comparison.grid,
    Pieces: Comparison.pieces,
    Residue: Comparison.residue,
    Family: Comparison.family,
}

_ANGLES = {frozenset({("angle", 1)}), frozenset({("radian", 1)})}


def _ratio(time: Time) -> Scalar:
    return scalar(Quotient(time.parts[0].node, time.parts[1].node))


def _is(found: Meaning, *kinds: str) -> bool:
    """Whether something is several values, of one of these kinds."""
    return isinstance(found, Several) and found.kind in kinds


def _bare(item: Meaning) -> Meaning:
    return item.body if isinstance(item, Named) else item


def _is_angle(unit: dict[str, int]) -> bool:
    return dimension(unit)[0] == frozenset({("angle", 1)})


def _radians(quantity: Quantity) -> Scalar:
    if not _is_angle(quantity.unit):
        return quantity.value
    size = dimension(quantity.unit)[1] / 180
    found = scalar(Product([quantity.value.node, Number(size), Constant("pi")]))
    return found


def _hundredth(value: Scalar) -> Scalar:
    return scalar(Quotient(value.node, Number(fmpq(100))))


def _words_agree(one: dict[str, int], other: dict[str, int]) -> bool:
    """Whether two units that no table knows are one, the other's abbreviation, or its plural."""
    if len(one) != 1 or len(other) != 1:
        return False
    first, second = next(iter(one)), next(iter(other))
    if "“" not in first + second:
        return False
    first, second = sorted((first.strip("“”").replace(".", ""), second.strip("“”").replace(".", "")), key=len)
    return second.startswith(first) or second.split(" ")[-1].startswith(first.split(" ")[-1])


def _difference(found: Named | Equation) -> Scalar | None:
    if isinstance(found, Equation):
        return found.difference
    if found.name.startswith(("of:", "(")) or not found.name or not isinstance(found.body, Scalar):
        return None
    return scalar(Sum([Symbol(found.name), negative(found.body.node)]))


def renamed_in(named: Named, names: dict[str, str]) -> Meaning | None:
    """The body of a function with its arguments renamed; None if that would join two names."""
    from boundary.verifying.mathematics.meaning import meaning

    body = named.node.sides[-1]
    used = facts_of(body).names
    if any(new in used and new not in names for new in names.values()):
        return None
    return meaning(
        changed(
            body, lambda node: Symbol(names[node.name]) if isinstance(node, Symbol) and node.name in names else None
        )
    )


def _in_order(pieces: list[Interval]) -> list[Interval]:
    if any(rough(end) is None for piece in pieces for end in (piece.low, piece.high)):
        return pieces
    return united(pieces)
