"""Values that leave or enter the sandbox: plain built-ins as JSON, and nothing else.

Inputs go in and outputs come out as text. The outputs are rebuilt here as built-in types, so an object of a program's
own class never reaches a comparison. Standard library only, because the inside of the sandbox imports it too.
"""

import json
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

SMALL = 2**63  # larger integers travel as hexadecimal: decimal digits take quadratic time


class Foreign:
    """Replaces a value that is not of a plain type: equal to nothing, not even itself."""

    def __init__(self, type_name: str):
        self.type_name = type_name

    def __eq__(self, other: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<a {self.type_name}>"


_encode = json.JSONEncoder(separators=(",", ":")).encode
AS_THEY_ARE = {bool, float, str, type(None)}
BASES: tuple[Any, ...] = (int, float, str, tuple, list, dict, set, frozenset)


def dumps(value: Any) -> str:
    """JSON text of a value. RecursionError if it is nested too deeply."""
    return _encode(_plain(value))


def loads(text: str | bytes) -> Any:
    """The value of JSON text. ValueError, TypeError or RecursionError if `dumps` did not write it."""
    return _rebuilt(json.loads(text))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    if kind is int:
        return value if -SMALL < value < SMALL else {"int": hex(value)}
    if kind is list:
        kinds = set(map(type, value))
        if kinds <= AS_THEY_ARE or (kinds == {int} and min(value) > -SMALL and max(value) < SMALL):
            return value
        return [_plain(item) for item in value]
    if kind is tuple:
        return {"tuple": [_plain(item) for item in value]}
    if kind in (set, frozenset):
        return {kind.__name__: sorted((_plain(item) for item in value), key=repr)}  # equal sets, equal texts
    if kind is dict:
        return {"dict": sorted(([_plain(key), _plain(item)] for key, item in value.items()), key=repr)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind in (bytes, bytearray):
        return {kind.__name__: value.hex()}
    if kind is Fraction:
        return {"fraction": [hex(value.numerator), hex(value.denominator)]}
    if kind is Decimal:
        return {"decimal": str(value)}
    for base in BASES:  # of a namedtuple, a Counter, an IntEnum, a numpy.float64 …
        if isinstance(value, base):
            return _plain(base(value))
    if kind.__module__ == "numpy" and getattr(value, "ndim", None) == 0:  # a number; == of arrays gives no truth value
        number = value.tolist()
        if type(number) in {bool, int, float, complex}:
            return _plain(number)
    return {"foreign": f"{kind.__module__}.{kind.__qualname__}"}


def _rebuilt(value: Any) -> Any:
    if isinstance(value, list):
        return [_rebuilt(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "int":
            return int(content, 16)
        case "tuple" | "set" | "frozenset":
            return {"tuple": tuple, "set": set, "frozenset": frozenset}[kind](map(_rebuilt, content))
        case "dict":
            return {_rebuilt(key): _rebuilt(item) for key, item in content}
        case "complex":
            return complex(*content)
        case "bytes" | "bytearray":
            return (bytes if kind == "bytes" else bytearray).fromhex(content)
        case "fraction":
            above, below = (int(part, 16) for part in content)
            if below > 0:
                return Fraction(above, below)
        case "decimal" if isinstance(content, str):
            try:
                return Decimal(content)
            except InvalidOperation as error:
                raise ValueError(f"{content[:20]!r} is no decimal") from error
        case "foreign":
            return Foreign(str(content))
    raise ValueError(f"no value of a known kind: {kind!r}")
