"""The tree of an answer from the grammar: small nodes for what is written; meaning.py has what it means.

Scalars are Number, Symbol, Constant, Sum, Product, Quotient, Power, Call, Series and PlusMinus; the others contain
them.
"""

from dataclasses import dataclass
from typing import Any

from flint import fmpq

Node = Any  # one of the classes below


@dataclass(slots=True)
class Number:
    """last: for a decimal, the unit of the last written place; None for a number in another form."""

    value: fmpq
    last: fmpq | None = None


@dataclass(slots=True)
class Symbol:
    """A variable, with its subscript, primes and accents in its name."""

    name: str


@dataclass(slots=True)
class Constant:
    """name: pi, e, i, infinity, or a blackboard letter such as R."""

    name: str


@dataclass(slots=True)
class Sum:
    items: list[Node]


@dataclass(slots=True)
class Product:
    items: list[Node]


@dataclass(slots=True)
class Quotient:
    over: Node
    under: Node


@dataclass(slots=True)
class Power:
    base: Node
    exponent: Node


@dataclass(slots=True)
class Call:
    """A known function (`sin`, `neg`, `factorial`, ...), or `of:f` for one that the answer names."""

    name: str
    arguments: list[Node]


@dataclass(slots=True)
class Series:
    """A sum or product over an index. last: None if it is infinite."""

    name: str
    index: str
    first: Node
    last: Node | None
    body: Node


@dataclass(slots=True)
class PlusMinus:
    """sign: of the right side in the first of the two values, 1 for ± and -1 for ∓. left: None before a single term."""

    left: Node | None
    right: Node
    sign: int


@dataclass(slots=True)
class Based:
    """Digits in a base, such as 1011_2."""

    digits: str
    base: int


@dataclass(slots=True)
class Percent:
    value: Node


@dataclass(slots=True)
class Measure:
    """unit: names and powers as in units.py, such as {"cm": 2}."""

    value: Node
    unit: dict[str, int]


@dataclass(slots=True)
class Clock:
    """parts: of a time or ratio, as written. half: am or pm."""

    parts: list[Node]
    half: str | None = None


@dataclass(slots=True)
class Chain:
    """Sides and the relations between them: = < > <= >= != ~ (about) in (element of) equiv."""

    sides: list[Node]
    relations: list[str]


@dataclass(slots=True)
class Modulo:
    """A residue, or relation, to a modulus."""

    value: Node
    modulus: Node


@dataclass(slots=True)
class Group:
    """Several values in brackets: `(`, `[`, `]`, `{` or `<`, and the closing bracket."""

    opening: str
    items: list[Node]
    closing: str


@dataclass(slots=True)
class Sequence:
    """Several values without brackets. word: `,`, `and` or `or`."""

    items: list[Node]
    word: str


@dataclass(slots=True)
class SetOperation:
    """name: union, intersection, difference."""

    name: str
    left: Node
    right: Node


@dataclass(slots=True)
class Builder:
    """{value | condition}."""

    value: Node
    condition: Node


@dataclass(slots=True)
class Matrix:
    rows: list[list[Node]]


@dataclass(slots=True)
class Cases:
    """Pieces of a function: (value, condition)."""

    pieces: list[tuple[Node, Node]]


@dataclass(slots=True)
class Conditioned:
    """A value, and the conditions on its letters. integers: those that are declared to be whole numbers."""

    value: Node
    integers: tuple[str, ...]


@dataclass(slots=True)
class Words:
    """Text, in lower case, with single blanks."""

    text: str
