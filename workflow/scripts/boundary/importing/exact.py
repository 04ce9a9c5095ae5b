"""Numbers of other people's files, taken exactly or not at all."""

from decimal import Decimal, InvalidOperation


def whole(value) -> int:
    """A whole number, as a number or as text (8, 8.0, "8.0"); ValueError for all else, such as 2.9, true, null."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError(f"{value!r} is no whole number")
    return int(number)
