"""Numbers in files of other tools, read exactly or not at all."""

import re
from decimal import Decimal, InvalidOperation

WHOLE = re.compile(r"(-?[0-9]+)\.0+")


def whole(value) -> int:
    """A whole number, as a number or as text (8, 8.0, "8.0"); ValueError for all else, such as 2.9, true, null."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError(f"{value!r} is no whole number")
    return int(number)


def plain(value) -> str:
    """An id as text. 1.0 becomes 1, because pandas writes it in a column of ids with gaps."""
    found = WHOLE.fullmatch(str(value))
    return found[1] if found else str(value)
