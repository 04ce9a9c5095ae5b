"""Values of scalars: exact if all parts are rational, else complex balls that contain the value (FLINT's fmpq and acb).

Disjoint balls prove that two values differ. Balls that overlap at the highest precision are evidence that they are
equal. If all parts are algebraic, the precision is that of a separation bound, and then it is a proof (Burnikel, Funke,
Mehlhorn, Schirra and Schmitt, "A separation bound for real algebraic expressions", Algorithmica 55, 2009, Theorem 1).
"""

import functools
import hashlib
import math
from collections.abc import Callable
from typing import Any
from zlib import crc32

from flint import acb, arb, ctx, fmpq, fmpz

from boundary.verifying.mathematics.tree import (
    Based,
    Call,
    Constant,
    Matrix,
    Measure,
    Node,
    Number,
    Percent,
    Power,
    Product,
    Quotient,
    Series,
    Sum,
    Symbol,
)

Value = fmpq | acb

EXACT_BITS = 1 << 17  # of a rational number that is worked out; at a point, a sixteenth of it
MOST_TERMS = 3_000  # of all sums and products over an index in one value
FORMAL_TERMS = 7  # of a sum to infinity that are compared
SIZE_BITS = 1 << 16  # most digits before the point that are told from one another in what is no fraction
LARGEST = 1 << 40  # exponents and arguments of factorials from which on nothing is worked out


class UndefinedError(Exception):
    """There is no such finite number, or it is too large to compute."""


class TooLargeError(UndefinedError):
    """There may be such a number."""


class Point(dict):
    """A pseudo-random value of every symbol, by name: the same in every comparison.

    number: of the point. integers: names of whole numbers. natural: whether `log` is `ln`, else to base 10.
    """

    __slots__ = ("exact", "integers", "natural", "number", "terms")

    def __init__(self, number: int | None, integers: frozenset[str] = frozenset(), natural: bool = True):
        super().__init__()
        self.number, self.integers, self.natural = number, integers, natural
        self.terms = 0
        self.exact = EXACT_BITS if number is None else EXACT_BITS // 16

    def __missing__(self, name: str) -> fmpq:
        if self.number is None:
            raise UndefinedError("a symbol in a constant")
        self[name] = found = coordinate(name, self.number, name in self.integers)
        return found


_RANGES = [  # of a coordinate by point: least and greatest absolute value, and whether it may be negative, or must be
    (1, 4, 0), (0, 1, 0), (0, 1, 1), (2, 20, 0), (1, 4, -1), (0, 6, 1), (1, 9, 2), (1, 9, 3), (0, 1, 0), (1, 12, 1),
]  # fmt: skip
POINTS = len(_RANGES)
WHOLE = frozenset((6, 7))  # points of whole numbers
MORE_POINTS = 30


@functools.lru_cache(maxsize=65536)
def coordinate(name: str, point: int, whole: bool) -> fmpq:
    """The value of a symbol at a point."""
    seed = f"{name} {point}".encode("utf-8", "surrogatepass")
    draw = int.from_bytes(hashlib.blake2b(seed, digest_size=6).digest(), "big")
    low, high, sign = _RANGES[point % POINTS]
    if point >= MORE_POINTS:  # where floors occur: whole numbers one after another
        step = fmpq(point - MORE_POINTS + 1)
        return step if draw % 3 else fmpq(1 + (draw >> 8) % (2 + point - MORE_POINTS))
    if whole or sign >= 2:
        value = fmpq(1 + draw % 9)
        return -value if (draw >> 8) & 1 and ((whole and sign not in (0, 2)) or sign == 3) else value
    under = 97 + 2 * (draw % 50)
    span = (high - low) * under
    value = fmpq(low * under + 1 + (draw >> 8) % (span - 1), under)
    return -value if sign == -1 or (sign == 1 and (draw >> 24) & 1) else value


# --- evaluation ------------------------------------------------------------------------------------------------------


def value(node: Node, point: Point) -> Value:
    """The value of a scalar at a point, at FLINT's current precision. UndefinedError if it has none."""
    rule = _RULES.get(node.__class__)
    if rule is None:
        raise UndefinedError(f"a {node.__class__.__name__} is no number")
    return rule(node, point)


def finite(found: Value) -> Value:
    if found.__class__ is acb and not found.is_finite():
        raise UndefinedError("no finite number")
    return found


def ball(found: Value) -> acb:
    return found if found.__class__ is acb else acb(found)


def _sum(node: Sum, point: Point) -> Value:
    items = node.items
    total = value(items[0], point)
    for item in items[1:]:
        total = total + value(item, point)
        if total.__class__ is fmpq and total.height_bits() > EXACT_BITS:
            total = acb(total)
    return total


def _product(node: Product, point: Point) -> Value:
    items = node.items
    total = value(items[0], point)
    for item in items[1:]:
        total = total * value(item, point)
    if total.__class__ is fmpq and total.height_bits() > point.exact:
        return acb(total)
    return total


def _quotient(node: Quotient, point: Point) -> Value:
    over, under = value(node.over, point), value(node.under, point)
    return divided(over, under)


def divided(over: Value, under: Value) -> Value:
    if under.__class__ is fmpq:
        if under == 0:
            raise UndefinedError("division by zero")
        return over / under
    return finite(over / under)


def _constant(node: Constant, point: Point) -> Value:
    name = node.name
    if name in point:
        return point[name]  # i as an index
    if name == "pi":
        return acb.pi()
    if name == "e":
        return acb(1).exp()
    if name == "i":
        return acb(0, 1)
    raise UndefinedError(name)


def _symbol(node: Symbol, point: Point) -> Value:
    return point[node.name]


def _number(node: Number, point: Point) -> Value:
    return node.value


def _percent(node: Percent, point: Point) -> Value:
    return value(node.value, point) / 100


def _measure(node: Measure, point: Point) -> Value:
    if len(node.unit) == 1:
        parts = _DEGREES.get(next(iter(node.unit)))
        if parts and next(iter(node.unit.values())) == 1:
            return value(node.value, point) * acb.pi() / parts
    raise UndefinedError("a unit within a formula")


_DEGREES = {"°": 180, "degree": 180, "arcminute": 180 * 60, "arcsecond": 180 * 3600}


def _based(node: Based, point: Point) -> Value:
    try:
        return fmpq(int(node.digits, node.base) if node.base > 0 else _negative_base(node.digits, node.base))
    except ValueError:
        raise UndefinedError("digits that the base lacks") from None


def _negative_base(digits: str, base: int) -> int:
    total = 0
    for digit in digits:
        total = total * base + int(digit, -base)
    return total


def _power(node: Power, point: Point) -> Value:
    exponent = value(node.exponent, point)
    if node.base.__class__ is Constant and node.base.name == "e" and "e" not in point:
        return exponential(exponent)
    return raised(value(node.base, point), exponent, point.exact)


def exponential(exponent: Value) -> Value:
    if exponent == 0:
        return fmpq(1)
    exponent = ball(exponent)
    if not exponent.is_finite() or abs(exponent) > LARGEST:
        raise TooLargeError("exponent")
    return finite(exponent.exp())


def raised(base: Value, exponent: Value, exact: int) -> Value:
    """base to the power of exponent; a negative number has a real root if the exponent's denominator is odd."""
    if exponent.__class__ is fmpq:
        if exponent.q == 1:
            return _to_whole(base, int(exponent.p), exact)
        if isinstance(base, fmpq):
            return _root(base, exponent, exact)
        if base.imag.is_zero() and base.real < 0 and int(exponent.q) % 2 == 1:
            power = (-base) ** acb(exponent)
            return finite(-power if int(exponent.p) % 2 else power)
        if base.imag.is_zero() and not base.real > 0 and not base.real < 0:
            if exponent < 0:
                raise UndefinedError("a power of zero")
            around = arb(0, abs(base).upper() ** exponent)  # zero, or too near to it to tell its sign
            return finite(acb(around, 0 if int(exponent.q) % 2 else around))
    if base.__class__ is fmpq:
        if base == 0:
            raise UndefinedError("a power of zero")
        if base == 1:
            return base
        base = acb(base)
    exponent = ball(exponent)
    if not exponent.is_finite() or abs(exponent) > LARGEST:
        raise TooLargeError("exponent")
    return finite(base**exponent)


def _to_whole(base: Value, exponent: int, exact: int) -> Value:
    if base.__class__ is fmpq:
        if base == 0:
            if exponent <= 0:
                raise UndefinedError("a power of zero")
            return base
        if base == 1 or base == -1:
            return base if exponent % 2 else fmpq(1)
        if abs(exponent) * base.height_bits() <= exact:
            return base**exponent
        base = acb(base)
    if abs(exponent) > LARGEST:
        raise TooLargeError("exponent")
    return finite(base**exponent)


def _root(base: fmpq, exponent: fmpq, exact: int) -> Value:
    """A rational number to the power of a fraction: exact where it can be."""
    over, under = int(exponent.p), int(exponent.q)
    if base == 0:
        if over < 0:
            raise UndefinedError("a power of zero")
        return base
    negative = base < 0
    size = -base if negative else base
    if under < 100 and size.height_bits() < exact:
        roots = [fmpz(part).root(under) for part in (size.p, size.q)]
        whole = all(root**under == part for root, part in zip(roots, (size.p, size.q), strict=True))
        if whole and (not negative or under % 2):
            return _to_whole(fmpq(roots[0], roots[1]) * (-1 if negative else 1), over, exact)
    if abs(over) > LARGEST * under:
        raise TooLargeError("exponent")
    if negative and under % 2:
        power = acb(size) ** acb(exponent)
        return finite(-power if over % 2 else power)
    return finite(acb(base).sqrt() if exponent == fmpq(1, 2) else acb(base) ** acb(exponent))


def _series(node: Series, point: Point) -> Value:
    first = value(node.first, point)
    if first.__class__ is not fmpq or first.q != 1:
        raise UndefinedError("a sum from no whole number on")
    before = point.pop(node.index, None)
    count, weights = FORMAL_TERMS, True
    if node.last is not None:
        last = value(node.last, point)
        if last.__class__ is not fmpq or last.q != 1:
            raise UndefinedError("a sum up to no whole number")
        count, weights = int(last - first) + 1, False
        if count < 0:
            raise UndefinedError("a sum over less than nothing")
    point.terms += count
    if point.terms > MOST_TERMS:
        raise TooLargeError("terms of a sum")
    total: Value = fmpq(0) if node.name == "sum" else fmpq(1)
    try:
        for step in range(count):
            point[node.index] = first + step
            term = value(node.body, point)
            if weights:  # one that goes on for ever is compared term by term: the terms get weights of their own
                term = term * fmpq(1009 + 7 * step * step, 1013 + 3 * step)
            total = total + term if node.name == "sum" else total * term
            if total.__class__ is fmpq and total.height_bits() > EXACT_BITS:
                total = acb(total)
    finally:
        point.pop(node.index, None)
        if before is not None:
            point[node.index] = before
    return total


# --- functions -------------------------------------------------------------------------------------------------------


def _call(node: Call, point: Point) -> Value:
    name = node.name
    if name == "det":
        return _determinant(node.arguments[0], point)
    arguments = [value(argument, point) for argument in node.arguments]
    if name.startswith("of:"):
        return _unknown(name, arguments)
    if name == "log":
        return _logarithm(arguments, point.natural)
    many = _OF_SEVERAL.get(name)
    if many is not None:
        return finite(many(arguments))
    if len(arguments) != 1:
        raise UndefinedError(f"{name} of {len(arguments)} values")
    (argument,) = arguments
    exact = _EXACTLY.get(name)
    if exact is not None and argument.__class__ is fmpq and (found := exact(argument)) is not None:
        return found
    method = _METHODS.get(name)
    if method is None:
        raise UndefinedError(f"{name} is not known")
    return finite(method(ball(argument)))


def _unknown(name: str, arguments: list[Value]) -> Value:
    """A function that is only named: some smooth one of its own, the same in both answers."""
    draw = crc32(name.encode("utf-8", "surrogatepass"))
    total: Value = fmpq(draw % 101, 17)
    for place, argument in enumerate(arguments):
        total = total + argument * fmpq(11 + (draw >> (3 + place)) % 89, 23 + place)
    return finite(ball(total).sin() * fmpq(7, 3) + total * fmpq(5, 19))


def _logarithm(arguments: list[Value], natural: bool) -> Value:
    argument = ball(arguments[0])
    if argument == 0:
        raise UndefinedError("the logarithm of zero")
    if len(arguments) == 1:
        return finite(argument.log() if natural else argument.log() / acb(10).log())
    base = ball(arguments[1])
    return divided(finite(argument.log()), finite(base.log()))


def _determinant(node: Node, point: Point) -> Value:
    if not isinstance(node, Matrix) or len(node.rows) > 6 or any(len(row) != len(node.rows) for row in node.rows):
        raise UndefinedError("a determinant of no square")
    rows = [[value(cell, point) for cell in row] for row in node.rows]

    def expanded(rows: list[list[Value]]) -> Value:
        if len(rows) == 1:
            return rows[0][0]
        total: Value = fmpq(0)
        for place, cell in enumerate(rows[0]):
            minor = expanded([row[:place] + row[place + 1 :] for row in rows[1:]])
            total = total + (cell * minor if place % 2 == 0 else -(cell * minor))
        return total

    return expanded(rows)


def _factorial_exactly(argument: fmpq) -> Value | None:
    if argument.q != 1:
        return None
    if argument < 0:
        raise UndefinedError("the factorial of a negative number")
    if argument <= 3000:
        return fmpq(fmpz.fac_ui(argument.p))
    if argument > LARGEST:
        raise TooLargeError("factorial")
    return None


def _double_factorial(argument: fmpq) -> Value | None:
    if argument.q != 1 or argument < -1 or argument > 3000:
        raise TooLargeError("double factorial")
    return fmpq(math.prod(range(int(argument.p), 0, -2)))


def _floor_exactly(argument: fmpq) -> Value:
    return fmpq(argument.floor())


def _rounded(method):
    def found(argument: acb) -> acb:
        if not argument.imag.contains(0):
            raise UndefinedError("a rounded complex number")
        return method(acb(argument.real))

    return found


def _sgn(argument: fmpq) -> Value:
    return fmpq((argument > 0) - (argument < 0))


def _sqrt_exactly(argument: fmpq) -> Value:
    return _root(argument, fmpq(1, 2), EXACT_BITS)


def _cbrt(argument: acb) -> acb:
    return ball(raised(argument, fmpq(1, 3), EXACT_BITS))


_EXACTLY = {
    "neg": lambda argument: -argument,
    "abs": abs,
    "factorial": _factorial_exactly,
    "double_factorial": _double_factorial,
    "floor": _floor_exactly,
    "ceil": lambda argument: fmpq(argument.ceil()),
    "sgn": _sgn,
    "sqrt": _sqrt_exactly,
    "cbrt": lambda argument: _root(argument, fmpq(1, 3), EXACT_BITS),
    "exp": exponential,
}


def _gamma_after(argument: acb) -> acb:
    if abs(argument) > LARGEST:
        raise TooLargeError("factorial")
    return (argument + 1).gamma()


def _inverted(method):
    return lambda argument: method(1 / argument)


_METHODS = {
    "neg": lambda argument: -argument,
    "abs": lambda argument: acb(abs(argument)),
    "sqrt": acb.sqrt,
    "cbrt": _cbrt,
    "exp": exponential,
    "ln": acb.log,
    "lg": lambda argument: argument.log() / acb(10).log(),
    "factorial": _gamma_after,
    "gamma_function": acb.gamma,
    "floor": _rounded(acb.real_floor),
    "ceil": _rounded(acb.real_ceil),
    "sgn": _rounded(acb.real_sgn),
    "arccot": lambda argument: acb.pi() / 2 - argument.atan(),
    "arcsec": _inverted(acb.acos),
    "arccsc": _inverted(acb.asin),
    "arcsin": acb.asin,
    "arccos": acb.acos,
    "arctan": acb.atan,
    "arcsinh": acb.asinh,
    "arccosh": acb.acosh,
    "arctanh": acb.atanh,
    "cis": lambda argument: (argument * acb(0, 1)).exp(),
    "erf": acb.erf,
} | {name: getattr(acb, name) for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth")}


def _whole_numbers(arguments: list[Value]) -> list[fmpz]:
    found = [argument.p for argument in arguments if isinstance(argument, fmpq) and argument.q == 1]
    if len(found) != len(arguments):
        raise UndefinedError("no whole numbers")
    return found


def _gcd(arguments: list[Value]) -> Value:
    return fmpq(math.gcd(*map(int, _whole_numbers(arguments))))


def _lcm(arguments: list[Value]) -> Value:
    return fmpq(math.lcm(*map(int, _whole_numbers(arguments))))


def _binomial(arguments: list[Value]) -> Value:
    over, under = arguments
    if isinstance(over, fmpq) and isinstance(under, fmpq) and over.q == 1 and under.q == 1:
        top, bottom = int(over.p), int(under.p)
        if 0 <= top <= 20_000:
            return fmpq(math.comb(top, bottom)) if 0 <= bottom <= top else fmpq(0)
        if top > LARGEST:
            raise TooLargeError("binomial")
    upper, lower = ball(over), ball(under)
    return (upper + 1).gamma() / ((lower + 1).gamma() * (upper - lower + 1).gamma())


def _arrangements(arguments: list[Value]) -> Value:
    over, under = _whole_numbers(arguments)
    if not 0 <= under <= over <= 3000:
        raise TooLargeError("arrangements")
    return fmpq(math.perm(int(over), int(under)))


def _nth_root(arguments: list[Value]) -> Value:
    argument, index = arguments
    if index.__class__ is fmpq:
        if index == 0:
            raise UndefinedError("a root of index zero")
        return raised(argument, 1 / index, EXACT_BITS)
    return raised(argument, 1 / index, EXACT_BITS)


def _extreme(larger: bool):
    def found(arguments: list[Value]) -> Value:
        best = arguments[0]
        for argument in arguments[1:]:
            difference = argument - best
            if isinstance(difference, acb):
                if not difference.imag.contains(0):
                    raise UndefinedError("complex numbers have no order")
                above = difference.real > 0
            else:
                above = difference > 0
            if above == larger:
                best = argument
        return best

    return found


_OF_SEVERAL = {
    "gcd": _gcd,
    "lcm": _lcm,
    "binomial": lambda arguments: _binomial(arguments) if len(arguments) == 2 else _refuse(),
    "arrangements": lambda arguments: _arrangements(arguments) if len(arguments) == 2 else _refuse(),
    "root": _nth_root,
    "max": _extreme(True),
    "min": _extreme(False),
}


def _refuse() -> Value:
    raise UndefinedError("another number of arguments")


_RULES: dict[type, Callable[[Any, Point], Value]] = {
    Number: _number,
    Symbol: _symbol,
    Constant: _constant,
    Sum: _sum,
    Product: _product,
    Quotient: _quotient,
    Power: _power,
    Call: _call,
    Series: _series,
    Percent: _percent,
    Measure: _measure,
    Based: _based,
}


# --- separation ------------------------------------------------------------------------------------------------------


def separation(node: Node) -> tuple[float, float, float] | None:
    """log2 of the bounds u and l of an algebraic number, and of the degree of its roots; None if it is not algebraic.

    For nodes without symbols. A number that is not zero is at least 1 / (u^(D-1) l) in absolute value; for a
    difference, u = u1 l2 + l1 u2, l = l1 l2.
    """
    match node:
        case Number(value=number):
            return (max(0.0, float(abs(number.p).bit_length())), max(0.0, float(number.q.bit_length())), 0.0)
        case Sum(items=items):
            return _folded(items, lambda a, b: (max(a[0] + b[1], a[1] + b[0]) + 1, a[1] + b[1], a[2] + b[2]))
        case Product(items=items):
            return _folded(items, lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] + b[2]))
        case Quotient(over=over, under=under):
            return _folded([over, under], lambda a, b: (a[0] + b[1], a[1] + b[0], a[2] + b[2]))
        case Power(base=base, exponent=Number(value=number)) if abs(number.p) <= 64 and number.q <= 64:
            return _of_power(separation(base), int(number.p), int(number.q))
        case Call(name="neg", arguments=[inner]):
            return separation(inner)
        case Call(name="sqrt", arguments=[inner]):
            return _of_power(separation(inner), 1, 2)
        case Call(name="root", arguments=[inner, Number(value=number)]) if number.q == 1 and 2 <= number <= 64:
            return _of_power(separation(inner), 1, int(number.p))
        case Constant(name="i"):
            return 0.0, 0.0, 1.0
    return None


def _folded(items: list[Node], by) -> tuple[float, float, float] | None:
    total = None
    for item in items:
        one = separation(item)
        if one is None:
            return None
        total = one if total is None else by(total, one)
    return total


def _of_power(one, over: int, under: int) -> tuple[float, float, float] | None:
    if one is None:
        return None
    top, bottom, degree = (one[0] * abs(over), one[1] * abs(over), one[2])
    if over < 0:
        top, bottom = bottom, top
    if under == 1:
        return top, bottom, degree
    return (top + (under - 1) * bottom) / under, bottom, degree + math.log2(under)


def telling_bits(right: Node, answer: Node) -> float:
    """Bits after the point within which two different algebraic numbers must differ; infinity for other numbers."""
    bounds = separation(Sum([right, answer]))
    if bounds is None or bounds[2] > 16:
        return math.inf
    top, bottom, degree = bounds
    return (2**degree - 1) * top + bottom + 4


def precision(bits: int) -> None:
    ctx.prec = bits


def size_bits(found: Value) -> int:
    """Binary digits before the point."""
    if found.__class__ is fmpq:
        return max(0, int(found.p).bit_length() - int(found.q).bit_length() + 1)
    mantissa, exponent = abs(ball(found)).upper().mid().man_exp()
    return max(0, int(exponent) + int(mantissa).bit_length())
