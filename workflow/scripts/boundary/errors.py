"""Errors whose message is all a user needs: they are shown without a traceback."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

NOT_TRACKED = True


class InputError(ValueError):
    """Something that a user gave (configuration, benchmark file, sample file) is wrong; the message names it and the
    fix."""


def in_a_line(error: BaseException) -> str:
    """The kind of an error and its message, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")


def listed(names: Iterable[object], most: int = 8) -> str:
    """Names with commas, at most so many: a, b and 3 more."""
    every = [str(name) for name in names]
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")


def as_typed(path: Path) -> str:
    """A path as the person who started the run would type it: relative to the folder of the shell, if it is below
    that folder."""
    relative = os.path.relpath(path, os.environ.get("PWD", "."))
    return str(path) if relative.startswith("..") else relative


def in_file(file: object, function: Callable, *arguments):
    """function(*arguments); errors about the configuration begin with the file that it was read from."""
    try:
        return function(*arguments)
    except InputError as error:
        raise InputError(re.sub(r"^config: ", f"{file}: ", str(error), flags=re.MULTILINE)) from None


def shown_as(kind: type[Exception], function: Callable, *arguments):
    """function(*arguments); an InputError becomes an error of `kind`, of which only the message is shown."""
    try:
        return function(*arguments)
    except InputError as error:
        raise kind(str(error)) from None
