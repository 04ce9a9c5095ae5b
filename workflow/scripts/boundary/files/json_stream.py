"""A file of one JSON value, with one item at a time in memory; NaN is accepted, as Python's tools write it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from boundary.errors import InputError
from boundary.files.rows import NO_JSON, SURROGATE, UNREADABLE, opened, replaced

PIECE = 1 << 20  # characters that are read at once, more where one item is longer
SPACE = " \t\r\n"


class JsonStream:
    """The next parts of a file: `peek` looks ahead; `items`, `members` and `value` read. ValueError if it is not
    JSON."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.text, self.at = file, "", 0
        self.decode = json.JSONDecoder().raw_decode

    def peek(self) -> str:
        """The first character of the next part, nothing at the end of the file."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in SPACE:
                self.at += 1
            if self.at < len(self.text) or not self._more():
                return self.text[self.at : self.at + 1]

    def value(self) -> object:
        """The next value, completely."""
        self.peek()
        while True:
            try:
                found, end = self.decode(self.text, self.at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            if end + 2 >= len(self.text) and self._more():  # a number may go on
                continue
            told = replaced(found) if SURROGATE.search(self.text, self.at, end) else found
            self.at = end
            return told

    def items(self) -> Iterator[object]:
        """The items of a list."""
        for _ in self._parts("[", "]"):
            yield self.value()

    def members(self) -> Iterator[str]:
        """The keys of a mapping; the value of a key must be read before the next key."""
        for _ in self._parts("{", "}"):
            if not isinstance(key := self.value(), str):
                raise ValueError(f"the key {key!r} is no text")
            self._take(":")
            yield key

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise ValueError(f"{character!r} expected instead of {self.text[self.at : self.at + 20]!r}")
        self.at += 1

    def _parts(self, first: str, last: str) -> Iterator[None]:
        """Once for each part between two brackets."""
        self._take(first)
        begun = self.peek() != last
        while begun:
            yield
            if begun := self.peek() != last:
                self._take(",")
        self.at += 1

    def _more(self) -> bool:
        """Read on, twice as far as was not enough."""
        if piece := self.file.read(max(PIECE, len(self.text) - self.at)):
            self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)


@contextmanager
def json_stream(path: Path) -> Iterator[JsonStream]:
    """The value of a file, which may be compressed by gzip. InputError if it is not JSON."""
    try:
        with opened(path) as file:
            yield JsonStream(file)
    except UNREADABLE as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply: {error}") from error
    except NO_JSON as error:
        raise InputError(f"{path} is not JSON: {error}") from error
