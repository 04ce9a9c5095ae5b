"""Errors whose message is all a user needs: they are shown without a traceback."""

from collections.abc import Callable

NOT_TRACKED = True


class InputError(ValueError):
    """Something a user gave (config, benchmark file, sample file) is wrong; the message names it and the fix."""


def in_a_line(error: BaseException) -> str:
    """The kind of an error and what it says, in one line however many it says it in."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")


def shown_as(kind: type[Exception], function: Callable, *arguments):
    """function(*arguments); an InputError becomes an error of `kind`, of which only the message is shown."""
    try:
        return function(*arguments)
    except InputError as error:
        raise kind(str(error)) from None
