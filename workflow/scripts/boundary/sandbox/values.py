"""Values that cross the wall of the sandbox: plain built-ins as JSON, and nothing else.

Inputs go in and outputs come out as text. The outputs are rebuilt here as built-in types, so an object of a program's
own class never reaches a comparison. Standard library only: the inside of the sandbox imports it too.
"""

import json
from typing import Any

SMALL = 2**63  # larger integers travel as hexadecimal: decimal digits take quadratic time


class Foreign:
    """What a value of no plain type becomes: equal to nothing, not even itself."""

    def __init__(self, type_name: str):
        self.type_name = type_name

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None

    def __repr__(self) -> str:
        return f"<a {self.type_name}>"


def dumps(value: Any) -> str:
    """JSON text of a value. RecursionError where it is nested too deep."""
    return json.dumps(_plain(value), separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """The value of JSON text. ValueError, TypeError or RecursionError where `dumps` did not write it."""
    return _rebuilt(json.loads(text))


def _plain(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in (bool, float, str):
        return value
    if kind is int:
        return value if -SMALL < value < SMALL else {"int": hex(value)}
    if kind is list:
        return [_plain(item) for item in value]
    if kind in (tuple, set, frozenset):
        return {kind.__name__: [_plain(item) for item in value]}
    if kind is dict:
        return {"dict": [[_plain(key), _plain(item)] for key, item in value.items()]}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind in (bytes, bytearray):
        return {kind.__name__: value.hex()}
    for base in (int, float, str, tuple, list, dict, set, frozenset):  # namedtuple, Counter, IntEnum, numpy.float64 …
        if isinstance(value, base):
            return _plain(base(value))
    if kind.__module__ == "numpy" and hasattr(value, "tolist"):  # arrays and numbers of numpy
        return _plain(value.tolist())
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
            return {"bytes": bytes, "bytearray": bytearray}[kind].fromhex(content)
        case "foreign":
            return Foreign(str(content))
    raise ValueError(f"unknown kind of value {kind!r}")
