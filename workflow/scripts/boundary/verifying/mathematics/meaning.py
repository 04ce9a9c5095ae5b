"""The meaning of a tree: a number or expression, an equation, an interval, several values, a quantity, a time, a
text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from flint import acb, fmpq

from boundary.verifying.mathematics import values
from boundary.verifying.mathematics.grammar import is_scalar, negative
from boundary.verifying.mathematics.tokens import UnreadError
from boundary.verifying.mathematics.tree import (
    Based,
    Builder,
    Call,
    Cases,
    Chain,
    Clock,
    Conditioned,
    Constant,
    Group,
    Matrix,
    Measure,
    Modulo,
    Node,
    Number,
    Percent,
    PlusMinus,
    Product,
    Quotient,
    Sequence,
    Series,
    SetOperation,
    Sum,
    Symbol,
    Words,
)
from boundary.verifying.mathematics.units import dimension
from boundary.verifying.mathematics.values import Point, UndefinedError, Value

Meaning = Any  # one of the classes below
MOST_ITEMS = 400
FINE = fmpq(1, 10**5)  # of a decimal: its last place, relative to it, from which on it may be a rounded value


@dataclass(slots=True)
class Facts:
    """Contents of a tree of a scalar."""

    names: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    decimal: bool = False
    fine: bool = False  # a decimal of at least six digits or so
    imaginary: bool = False
    logarithm: bool = False  # without a base
    signs: bool = False  # plus or minus
    infinite: bool = False
    stepped: bool = False  # constant between some points


def facts_of(node: Node, bound: frozenset[str] = frozenset(), found: Facts | None = None) -> Facts:
    found = Facts() if found is None else found
    kind = node.__class__
    if kind is Number:
        if node.last is not None:
            found.decimal = True
            found.fine |= node.last <= FINE * abs(node.value)
    elif kind is Symbol:
        if node.name not in bound:
            found.names.add(node.name)
    elif kind is Constant:
        found.imaginary |= node.name == "i" and "i" not in bound
        found.infinite |= node.name == "infinity"
    elif kind is Call:
        if node.name.startswith("of:"):
            found.functions.add(node.name[3:])
        found.logarithm |= node.name == "log" and len(node.arguments) == 1
        found.imaginary |= node.name == "cis"
        found.stepped |= node.name in ("floor", "ceil", "sgn", "max", "min", "gcd", "lcm")
        for argument in node.arguments:
            facts_of(argument, bound, found)
    elif kind is Series:
        for part in (node.first, node.last):
            if part is not None:
                facts_of(part, bound, found)
        facts_of(node.body, bound | {node.index}, found)
    elif kind is PlusMinus:
        found.signs = True
        if node.left is not None:
            facts_of(node.left, bound, found)
        facts_of(node.right, bound, found)
    elif is_dataclass(node):
        for part in _parts(node):
            facts_of(part, bound, found)
    return found


def _parts(node: Node) -> Iterator[Node]:
    for one in fields(node):
        yield from _within(getattr(node, one.name))


def _within(content) -> Iterator[Node]:
    if isinstance(content, list | tuple):
        for item in content:
            yield from _within(item)
    elif is_dataclass(content):
        yield content


def changed(node: Node, by) -> Node:
    """A tree in which every node that `by` maps is replaced."""
    found = by(node)
    if found is not None:
        return found
    if isinstance(node, list | tuple):
        return type(node)(changed(item, by) for item in node)
    if not is_dataclass(node) or isinstance(node, Number | Symbol | Constant):
        return node
    kind: Any = type(node)
    return kind(*(changed(getattr(node, one.name), by) for one in fields(node)))


@dataclass(slots=True, eq=False)
class Scalar:
    """A number, or an expression in symbols; its values are cached."""

    node: Node
    names: frozenset[str]
    decimal: bool
    fine: bool
    imaginary: bool
    logarithm: bool
    stepped: bool
    known: dict = field(default_factory=dict)

    def at(self, number: int | None, bits: int, natural: bool, integers: frozenset[str]) -> Value | None:
        """The value at a point (None: of a constant); None if there is none."""
        key = (number, bits, natural, integers)
        try:
            return self.known[key]
        except KeyError:
            values.precision(bits)
            try:
                found = values.finite(values.value(self.node, Point(number, integers, natural)))
            except (UndefinedError, ZeroDivisionError, OverflowError):
                found = None
            self.known[key] = found
            return found

    def defined(self) -> bool:
        """Whether it may equal itself: 1/0 is not a number, and a tower of powers may be one."""
        if self.names:
            return True
        values.precision(64)
        try:
            values.finite(values.value(self.node, Point(None)))
        except values.TooLargeError:
            return True
        except (UndefinedError, ZeroDivisionError, OverflowError):
            return False
        return True


@dataclass(slots=True, eq=False)
class Infinite:
    sign: int  # 0 where none is written


@dataclass(slots=True, eq=False)
class Quantity:
    value: Scalar
    unit: dict[str, int]


@dataclass(slots=True, eq=False)
class Percentage:
    value: Scalar


@dataclass(slots=True, eq=False)
class Digits:
    digits: str
    base: int


@dataclass(slots=True, eq=False)
class Time:
    """A time or a ratio, as written."""

    parts: list[Scalar]
    half: str | None


@dataclass(slots=True, eq=False)
class Text:
    words: str


@dataclass(slots=True, eq=False)
class Letter:
    """A choice by its label."""

    letter: str


@dataclass(slots=True, eq=False)
class Named:
    """name = body; for a function, with the names of its arguments. both: if the name may be part of an equation."""

    name: str
    arguments: tuple[str, ...]
    body: Meaning
    node: Node


@dataclass(slots=True, eq=False)
class Equation:
    difference: Scalar
    sides: list[Scalar]
    unequal: bool = False


@dataclass(slots=True, eq=False)
class Order:
    """An inequality, or a chain of them, from the smaller to the larger side. strict: of each relation."""

    sides: list[Scalar | Infinite]
    strict: list[bool]


@dataclass(slots=True, eq=False)
class Interval:
    low: Scalar | Infinite
    low_closed: bool
    high: Scalar | Infinite
    high_closed: bool


@dataclass(slots=True, eq=False)
class Region:
    """A set of numbers. name: of the variable that is declared to be in it."""

    pieces: list[Interval]
    name: str | None = None


@dataclass(slots=True, eq=False)
class Several:
    """kind: `list` or `set` without order; `(`, `[`, `<` in order."""

    kind: str
    items: list[Meaning]


@dataclass(slots=True, eq=False)
class Grid:
    rows: list[list[Meaning]]


@dataclass(slots=True, eq=False)
class Pieces:
    pieces: list[tuple[Meaning, Meaning]]


@dataclass(slots=True, eq=False)
class Residue:
    value: Meaning
    modulus: Scalar


@dataclass(slots=True, eq=False)
class Family:
    """{value | condition}, if it is not an interval."""

    value: Meaning
    condition: Meaning


# --- from a tree -----------------------------------------------------------------------------------------------------


def _scalar(node: Node, facts: Facts) -> Scalar:
    names = frozenset(facts.names)
    return Scalar(node, names, facts.decimal, facts.fine, facts.imaginary, facts.logarithm, facts.stepped)


def scalar(node: Node) -> Scalar:
    facts = facts_of(node)
    if facts.signs or facts.infinite:
        raise UnreadError("a sign or infinity within a value")
    return _scalar(node, facts)


def meaning(node: Node) -> Meaning:
    """The meaning of a tree. UnreadError if it has none."""
    kind = node.__class__
    if kind is Number or kind is Symbol:
        return scalar(node)
    rule = _RULES.get(kind)
    if rule is not None:
        return rule(node)
    if not is_scalar(node) and kind is not PlusMinus:
        raise UnreadError(f"a {kind.__name__} that means nothing alone")
    return _of_scalar(node)


def _of_scalar(node: Node) -> Meaning:
    facts = facts_of(node)
    if facts.infinite:
        if isinstance(node, Constant):
            return Infinite(1)
        if isinstance(node, Call) and node.name == "neg" and isinstance(node.arguments[0], Constant):
            return Infinite(-1)
        raise UnreadError("infinity within a formula")
    if facts.signs:
        return Several("list", [meaning(signed(node, sign)) for sign in (1, -1)])
    if (measured := _measured(node)) is not None:
        return measured
    if (percent := _percentage(node)) is not None:
        return percent
    if isinstance(node, Constant) and node.name in "RZNQC":
        if node.name == "R":
            return Region([Interval(Infinite(-1), False, Infinite(1), False)])
        return Text(f"the set {node.name}")
    if (
        isinstance(node, Call)
        and node.name != "det"
        and any(isinstance(argument, Matrix) for argument in node.arguments)
    ):
        raise UnreadError("a function of a matrix")
    if isinstance(node, Product | Sum | Quotient) and (grid := _scaled(node)) is not None:
        return grid
    return _scalar(node, facts)


def signed(node: Node, sign: int) -> Node:
    """A tree with one of the two signs at each ±, the other one at each ∓."""

    def one(inner: Node) -> Node | None:
        if not isinstance(inner, PlusMinus):
            return None
        right = signed(inner.right, sign)
        right = right if sign * inner.sign > 0 else negative(right)
        return right if inner.left is None else Sum([signed(inner.left, sign), right])

    return changed(node, one)


def _measured(node: Node) -> Meaning | None:
    """A value with a unit, a sum of such, or a multiple of one."""
    match node:
        case Measure(value=inner, unit=unit):
            return Quantity(scalar(inner), unit) if facts_of(inner).infinite is False else None
        case Call(name="neg", arguments=[Measure(value=inner, unit=unit)]):
            return Quantity(scalar(negative(inner)), unit)
        case Sum(items=items) if all(isinstance(item, Measure) for item in items):
            kind, size = dimension(items[0].unit)
            total: list[Node] = []
            for item in items:
                other, one = dimension(item.unit)
                if other != kind:
                    return None
                total.append(Product([item.value, Number(one / size)]))
            return Quantity(scalar(Sum(total)), items[0].unit)
        case Product(items=[*factors, Measure(value=inner, unit=unit)]) if "°" not in unit:
            return Quantity(scalar(Product([*factors, inner])), unit)
    return None


def _percentage(node: Node) -> Percentage | None:
    match node:
        case Percent(value=inner):
            return Percentage(scalar(inner))
        case Call(name="neg", arguments=[Percent(value=inner)]):
            return Percentage(scalar(negative(inner)))
        case Product(items=[*factors, Percent(value=inner)]):
            return Percentage(scalar(Product([*factors, inner])))
    return None


def _scaled(node: Node) -> Grid | None:
    """A multiple, or sum, of matrices."""
    match node:
        case Product(items=items):
            matrices = [item for item in items if isinstance(item, Matrix)]
            if not matrices:
                return None
            if len(matrices) > 1:
                raise UnreadError("a product of matrices")
            factor = [item for item in items if not isinstance(item, Matrix)]
            return Grid([[meaning(Product([*factor, cell])) for cell in row] for row in matrices[0].rows])
        case Quotient(over=Matrix(rows=rows), under=under):
            return Grid([[meaning(Quotient(cell, under)) for cell in row] for row in rows])
        case Sum(items=items) if any(isinstance(item, Matrix) for item in items):
            if not all(isinstance(item, Matrix) for item in items):
                raise UnreadError("a sum of a matrix and something else")
            first = items[0].rows
            if any([len(row) for row in item.rows] != [len(row) for row in first] for item in items):
                raise UnreadError("a sum of matrices of other sizes")
            return Grid(
                [
                    [meaning(Sum([item.rows[i][j] for item in items])) for j in range(len(row))]
                    for i, row in enumerate(first)
                ]
            )
    return None


def _matrix(node: Matrix) -> Meaning:
    widths = {len(row) for row in node.rows}
    if len(widths) != 1:
        raise UnreadError("rows of different lengths")
    return Grid([[meaning(cell) for cell in row] for row in node.rows])


def _group(node: Group) -> Meaning:
    opening, closing, items = node.opening, node.closing, node.items
    if len(items) > MOST_ITEMS:
        raise UnreadError("too many values")
    if opening == "{":
        if not items:
            return Region([])
        return Several("set", _flat(items))
    if opening == "[" and len(items) >= 1 and all(isinstance(item, Group) and item.opening == "[" for item in items):
        widths = {len(item.items) for item in items}
        if len(widths) == 1 and widths != {1}:
            return Grid([[meaning(cell) for cell in item.items] for item in items])
    if opening == "[" and len(items) == 1 and isinstance(items[0], Matrix):
        return meaning(items[0])
    open_low, open_high = opening != "[", closing != "]"
    if opening == "]" or closing == "[" or open_low != open_high or any(_is_infinite(item) for item in items):
        if len(items) != 2:
            raise UnreadError("brackets of an interval around other than two ends")
        return Region([_interval(items, open_low, open_high)])
    return Several(opening, [meaning(item) for item in items])


def _is_infinite(node: Node) -> bool:
    return isinstance(node, Constant | Call) and isinstance(meaning(node), Infinite)


def _interval(items: list[Node], open_low: bool, open_high: bool) -> Interval:
    low, high = (_end(item) for item in items)
    if isinstance(high, Infinite) and high.sign == 0:
        high = Infinite(1)
    if (isinstance(low, Infinite) and not open_low) or (isinstance(high, Infinite) and not open_high):
        raise UnreadError("an interval that is closed at infinity")
    if not _rises(low, high):
        raise UnreadError("an interval whose ends are in the wrong order")
    return Interval(low, not open_low, high, not open_high)


def _rises(low: Scalar | Infinite, high: Scalar | Infinite) -> bool:
    one, other = rough(low), rough(high)
    return one is None or other is None or one < other or (one == other and not same_end(low, high))


def _end(node: Node) -> Scalar | Infinite:
    found = meaning(node)
    if isinstance(found, Percentage):
        found = scalar(node)
    if isinstance(found, Quantity):
        found = found.value
    if not isinstance(found, Scalar | Infinite):
        raise UnreadError("an end of an interval that is no number")
    return found


def as_region(found: Meaning) -> Region | None:
    """Several values in brackets as an interval, or a finite set as points; None for anything else."""
    if isinstance(found, Region):
        return found
    if isinstance(found, Several) and found.kind in ("(", "[") and len(found.items) == 2:
        low, high = found.items
        if isinstance(low, Scalar) and isinstance(high, Scalar) and _rises(low, high):
            return Region([Interval(low, found.kind == "[", high, found.kind == "[")])
    if isinstance(found, Several) and found.kind == "set" and all(isinstance(item, Scalar) for item in found.items):
        return Region([Interval(item, True, item, True) for item in found.items])
    return None


def _flat(items: list[Node]) -> list[Meaning]:
    """Meanings, where both values of a ± count by themselves."""
    found: list[Meaning] = []
    for item in items:
        one = meaning(item)
        if isinstance(one, Several) and one.kind == "list":
            found += one.items
        else:
            found.append(one)
    return found


def _sequence(node: Sequence) -> Meaning:
    if len(node.items) > MOST_ITEMS:
        raise UnreadError("too many values")
    groups = [item.items if isinstance(item, Sequence) else [item] for item in node.items]
    named = [[_name_of(item) for item in group] for group in groups]
    if len(groups) > 1 and len(groups[0]) > 1 and all(names == named[0] and all(names) for names in named):
        tuples = [Several("(", [_body(meaning(item)) for item in group]) for group in groups]
        return Several("list", tuples)
    found = _flat([item for group in groups for item in group])
    found = _spread(found)
    if len(found) == 1:
        return found[0]
    regions = [item for item in found if isinstance(item, Region)]
    if len(regions) == len(found) > 1 and node.word in ("or", "and") and _one_name(regions):
        name = next((region.name for region in regions if region.name), None)
        if any(region.name for region in regions) or node.word == "or":
            pieces = combined(node.word, regions)
            return Region(pieces, name)
    return Several("list", found)


def _one_name(regions: list[Region]) -> bool:
    return len({region.name for region in regions if region.name}) <= 1


def _name_of(node: Node) -> str | None:
    match node:
        case Chain(sides=[left, _], relations=["="]):
            return _as_name(left)
    return None


def _as_name(node: Node) -> str | None:
    match node:
        case Symbol(name=name):
            return name
        case Call(name=name) if name.startswith("of:"):
            return name
    return None


def _body(found: Meaning) -> Meaning:
    return found.body if isinstance(found, Named) else found


def _spread(found: list[Meaning]) -> list[Meaning]:
    """n = 2, 3, 4: three values of n."""
    if len(found) > 1 and isinstance(found[0], Named) and not any(isinstance(item, Named) for item in found[1:]):
        first = found[0]
        if not isinstance(first.body, Several):
            return [Named(first.name, first.arguments, Several("list", [first.body, *found[1:]]), first.node)]
    return found


def _chain(node: Chain) -> Meaning:
    sides, relations = node.sides, node.relations
    if "~" in relations:
        cut = relations.index("~")
        left = sides[: cut + 1]
        if cut == 0:
            name = _as_name(left[0])
            if name is not None:
                return Named(name, (), meaning(sides[1]), Chain(sides[:2], ["="]))
            return meaning(left[0])
        return _chain(Chain(left, relations[:cut]))
    if relations == ["equiv"]:
        raise UnreadError("an equivalence without its modulus")
    if relations[-1] == "in":
        return _element(node)
    if all(relation == "=" for relation in relations):
        return _equality(sides)
    if relations == ["!="]:
        return _unequal(*sides)
    if all(relation in ("<", "<=", ">", ">=", "=") for relation in relations):
        return _ordered(sides, relations)
    raise UnreadError("relations of several kinds")


def _element(node: Chain) -> Meaning:
    found = meaning(node.sides[-1])
    left = node.sides[0]
    if len(node.sides) == 2 and isinstance(left, Symbol):
        if isinstance(found, Several) and found.kind in ("(", "["):
            found = as_region(found) or found
        if isinstance(found, Region):
            return Region(found.pieces, left.name)
        return Named(left.name, (), found, node)
    if len(node.sides) == 2 and isinstance(left, Group):
        return found
    raise UnreadError("an element of something")


def _equality(sides: list[Node]) -> Meaning:
    left, right = sides[0], sides[-1]
    match left:
        case Symbol(name=name):
            return Named(name, (), _right(right), Chain([left, right], ["="]))
        case Call(name=name, arguments=arguments) if name.startswith("of:"):
            names = tuple(argument.name for argument in arguments if isinstance(argument, Symbol))
            if len(names) == len(arguments):
                return Named(name, names, _right(right), Chain([left, right], ["="]))
            return Named(name, (), _right(right), Chain([left, right], ["="]))
        case Group(items=items) | Sequence(items=items) if all(known := [_as_name(item) or "" for item in items]):
            body = meaning(right)
            return Named("(" + ",".join(known) + ")", (), body, Chain([left, right], ["="]))
        case Clock() | Words():
            return Named("", (), meaning(right), right)
        case SetOperation():
            return meaning(right)
    if isinstance(right, Symbol) and not isinstance(left, Symbol):
        body = meaning(left)
        if isinstance(body, Scalar) and right.name not in body.names:
            return Named(right.name, (), body, Chain([right, left], ["="]))
    if not is_scalar(right) and not isinstance(right, Constant):
        return meaning(right)
    if len(sides) > 2:
        last = meaning(right)
        if isinstance(last, Scalar) and not last.names:
            return Named("", (), last, right)
    first, last = scalar(left), scalar(right)
    if not first.names and not last.names:
        return Named("", (), last, right)
    if _is_label(left) and not last.names:
        return Named(f"label:{left}", (), last, right)
    return Equation(scalar(Sum([left, negative(right)])), [first, last])


def _right(node: Node) -> Meaning:
    return meaning(node)


def _is_label(node: Node) -> bool:
    """Letters that only name what was asked for: AB, m + n."""
    match node:
        case Product(items=items):
            return all(isinstance(item, Symbol) and (item.name[0].isupper() or item.name[0] == "\\") for item in items)
        case Sum(items=items):
            return all(isinstance(item, Symbol) for item in items)
        case Measure(value=inner):
            return _is_label(inner)
    return False


def _unequal(left: Node, right: Node) -> Meaning:
    match left, right:
        case (Symbol(name=name), other) | (other, Symbol(name=name)) if name not in facts_of(other).names:
            ends = meaning(other)
            points = ends.items if isinstance(ends, Several) else [ends]
            if all(isinstance(point, Scalar) for point in points):
                line = Region([Interval(Infinite(-1), False, Infinite(1), False)])
                return Region(without(line, points), name)
    return Equation(scalar(Sum([left, negative(right)])), [scalar(left), scalar(right)], unequal=True)


def _ordered(sides: list[Node], relations: list[str]) -> Meaning:
    if relations[0] in (">", ">="):
        sides, relations = sides[::-1], [_TURNED[relation] for relation in relations[::-1]]
    if not all(relation in ("<", "<=") for relation in relations):
        if "=" in relations and all(relation in ("<", "<=", "=") for relation in relations):
            return Order([_end(side) for side in sides], [relation == "<" for relation in relations])
        raise UnreadError("relations in both directions")
    strict = [relation == "<" for relation in relations]
    for place, side in enumerate(sides):
        name = side.name if isinstance(side, Symbol) else None
        absolute = isinstance(side, Call) and side.name == "abs" and isinstance(side.arguments[0], Symbol)
        if name is None and not absolute:
            continue
        name = name or side.arguments[0].name
        others = sides[:place] + sides[place + 1 :]
        if any(name in facts_of(other).names for other in others) or len(sides) > 3 or (len(sides) == 3 and place != 1):
            continue
        if not absolute and len(sides) == 2 and isinstance(others[0], Symbol):
            continue
        low = _end(sides[place - 1]) if place else Infinite(-1)
        high = _end(sides[place + 1]) if place + 1 < len(sides) else Infinite(1)
        closed = (place > 0 and not strict[place - 1], place + 1 < len(sides) and not strict[place])
        piece = Interval(low, closed[0] and isinstance(low, Scalar), high, closed[1] and isinstance(high, Scalar))
        if not absolute:
            return Region([piece], name)
        return Region(_of_absolute(piece), name)
    return Order([_end(side) for side in sides], strict)


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def _of_absolute(piece: Interval) -> list[Interval]:
    def turned(end: Scalar | Infinite) -> Scalar | Infinite:
        return Infinite(-end.sign) if isinstance(end, Infinite) else scalar(negative(end.node))

    if isinstance(piece.low, Infinite):
        return [Interval(turned(piece.high), piece.high_closed, piece.high, piece.high_closed)]
    return [Interval(turned(piece.high), piece.high_closed, turned(piece.low), piece.low_closed), piece]


def _set_operation(node: SetOperation) -> Meaning:
    left, right = (as_region(meaning(side)) for side in (node.left, node.right))
    if left is None or right is None:
        raise UnreadError(f"a {node.name} of what are no sets of numbers")
    if not _one_name([left, right]):
        raise UnreadError("sets of several variables")
    name = left.name or right.name
    if node.name == "difference":
        points = [piece.low for piece in right.pieces if isinstance(piece.low, Scalar) and piece.low is piece.high]
        if len(points) == len(right.pieces):
            return Region(without(left, points), name)
        raise UnreadError("a difference of intervals")
    return Region(combined("or" if node.name == "union" else "and", [left, right]), name)


def _builder(node: Builder) -> Meaning:
    condition = node.condition
    found = meaning(condition)
    match node.value:
        case Symbol(name=name) if isinstance(found, Region) and found.name in (name, None):
            return Region(found.pieces, None)
        case Chain(sides=[Symbol(name=name), Constant()], relations=["in"]) if isinstance(
            found, Region
        ) and found.name in (name, None):
            return Region(found.pieces, None)
        case Symbol(name=name) if isinstance(found, Named) and found.name == name:
            body = found.body
            return Several("set", body.items if isinstance(body, Several) and body.kind in ("list", "set") else [body])
        case Symbol(name=name) if isinstance(found, Several) and all(
            isinstance(item, Named) and item.name == name for item in found.items
        ):
            return Several("set", [item.body for item in found.items])
        case Symbol() if (
            isinstance(found, Several) and found.items and all(isinstance(item, Region) for item in found.items)
        ):
            return Region(combined("and", found.items), None)
    return Family(meaning(node.value), found)


def _clock(node: Clock) -> Meaning:
    return Time([scalar(part) for part in node.parts], node.half)


def _cases(node: Cases) -> Meaning:
    return Pieces([(meaning(piece), meaning(condition)) for piece, condition in node.pieces])


def _modulo(node: Modulo) -> Meaning:
    inner = node.value
    if isinstance(inner, Chain) and inner.relations in (["equiv"], ["="]):
        left, right = inner.sides
        found = meaning(right)
        if name := _as_name(left):
            return Named(name, (), Residue(found, scalar(node.modulus)), node)
        return Residue(found, scalar(node.modulus))
    return Residue(meaning(inner), scalar(node.modulus))


_RULES: dict[type, Callable[[Any], Meaning]] = {
    Matrix: _matrix,
    Group: _group,
    Sequence: _sequence,
    Chain: _chain,
    SetOperation: _set_operation,
    Builder: _builder,
    Clock: _clock,
    Cases: _cases,
    Modulo: _modulo,
    Words: lambda node: Text(node.text),
    Based: lambda node: Digits(node.digits, node.base),
    Conditioned: lambda node: meaning(node.value),
    Measure: _of_scalar,
    Percent: _of_scalar,
}


# --- sets of numbers -------------------------------------------------------------------------------------------------


def rough(end: Scalar | Infinite) -> float | None:
    """The approximate place of an end; None if it has symbols."""
    if isinstance(end, Infinite):
        return float("inf") * (end.sign or 1)
    found = end.at(None, 64, True, frozenset())
    if found is None:
        return None
    if isinstance(found, acb):
        return float(found.real.mid()) if found.imag.contains(0) else None
    try:
        return int(found.p) / int(found.q)
    except OverflowError:
        return float("inf") if found > 0 else float("-inf")


def place(end: Scalar | Infinite) -> float:
    """`rough` of an end without symbols."""
    found = rough(end)
    if found is None:
        raise TypeError("an end with symbols has no place")
    return found


def same_end(one: Scalar | Infinite, other: Scalar | Infinite) -> bool:
    from boundary.verifying.mathematics.comparison import same_scalar

    if isinstance(one, Infinite) or isinstance(other, Infinite):
        return isinstance(one, Infinite) and isinstance(other, Infinite) and one.sign == other.sign
    return one is other or same_scalar(one, other)


def combined(word: str, regions: list[Region]) -> list[Interval]:
    """The union (`or`) or intersection of regions, in order; unchanged if their ends cannot be ordered."""
    ends = [rough(end) for region in regions for piece in region.pieces for end in (piece.low, piece.high)]
    if None in ends:
        if word == "and":
            raise UnreadError("an intersection of intervals with letters")
        return [piece for region in regions for piece in region.pieces]
    if word == "or":
        return united([piece for region in regions for piece in region.pieces])
    pieces = united(regions[0].pieces)
    for region in regions[1:]:
        pieces = [
            both for one in pieces for other in united(region.pieces) if (both := _overlap(one, other)) is not None
        ]
    return pieces


def _overlap(one: Interval, other: Interval) -> Interval | None:
    low, low_closed = _inner(one.low, one.low_closed, other.low, other.low_closed, 1)
    high, high_closed = _inner(one.high, one.high_closed, other.high, other.high_closed, -1)
    if place(low) > place(high) or (same_end(low, high) and not (low_closed and high_closed)):
        return None
    return Interval(low, low_closed, high, high_closed)


def _inner(one, one_closed: bool, other, other_closed: bool, sign: int) -> tuple[Scalar | Infinite, bool]:
    if same_end(one, other):
        return one, one_closed and other_closed
    return (one, one_closed) if sign * (place(one) - place(other)) > 0 else (other, other_closed)


def united(pieces: list[Interval]) -> list[Interval]:
    """Pieces in order; pieces that touch become one."""
    ordered = sorted(
        (piece for piece in pieces if not _is_empty(piece)), key=lambda piece: (place(piece.low), not piece.low_closed)
    )
    found: list[Interval] = []
    for piece in ordered:
        if found:
            last = found[-1]
            touches = same_end(last.high, piece.low) and (last.high_closed or piece.low_closed)
            if touches or place(last.high) > place(piece.low):
                if same_end(last.high, piece.high):
                    high, closed = last.high, last.high_closed or piece.high_closed
                elif place(last.high) > place(piece.high):
                    high, closed = last.high, last.high_closed
                else:
                    high, closed = piece.high, piece.high_closed
                found[-1] = Interval(last.low, last.low_closed, high, closed)
                continue
        found.append(piece)
    return found


def _is_empty(piece: Interval) -> bool:
    low, high = place(piece.low), place(piece.high)
    if low > high:
        return True
    return low == high and not (piece.low_closed and piece.high_closed) and same_end(piece.low, piece.high)


def without(region: Region, points: list[Scalar]) -> list[Interval]:
    """A region without some of its points."""
    pieces = list(region.pieces)
    for point in points:
        at = rough(point)
        if at is None:
            if (
                len(points) == 1
                and len(pieces) == 1
                and all(isinstance(end, Infinite) for end in (pieces[0].low, pieces[0].high))
            ):
                return [Interval(Infinite(-1), False, point, False), Interval(point, False, Infinite(1), False)]
            raise UnreadError("points with letters left out of a set")
        kept: list[Interval] = []
        for piece in pieces:
            low, high = rough(piece.low), rough(piece.high)
            if low is None or high is None:
                raise UnreadError("points left out of a set with letters")
            if same_end(piece.low, point):
                kept.append(Interval(piece.low, False, piece.high, piece.high_closed))
            elif same_end(piece.high, point):
                kept.append(Interval(piece.low, piece.low_closed, piece.high, False))
            elif low < at < high:
                kept.append(Interval(piece.low, piece.low_closed, point, False))
                kept.append(Interval(point, False, piece.high, piece.high_closed))
            else:
                kept.append(piece)
        pieces = kept
    return pieces
