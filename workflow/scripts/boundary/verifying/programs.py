"""The place of the program in a response. String search in time linear in the text; runs nothing."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from boundary.verifying.answers import is_doubted, tagged
from boundary.verifying.thoughts import after_thought

FENCE = re.compile(r"^(?P<before>[^\n`~]*)(?P<mark>`{3,}|~{3,})(?P<info>[^\n`~]*)$", re.MULTILINE)
# a completion of a function ends where its level is left (Chen et al. 2021, arXiv 2107.03374, section 2.2)
OUTSIDE = re.compile(r"\n(?=class |def |#|if |print|@|assert |from |import |```|<\|)")
CODE = re.compile(  # how a line of a program begins, at its outermost level
    r"^(?:from \w|import \w|class \w|(?:async )?def \w|@\w|for \w|while |if __name__|print\(|"
    r"[A-Za-z_][\w, ]* ?=(?!=) ?\S)",
    re.MULTILINE,
)


class Program(str):
    """A program, and a `note` about where it was found if not in a closed fence."""

    note: str | None = None


def _noted(code: str, note: str) -> Program:
    program = Program(code)
    program.note = note
    return program


class Block(NamedTuple):
    """A fenced block: its lines, the ends of its opening and closing fence, and whether it closes."""

    code: str
    info: str
    start: int
    end: int
    closed: bool


def opens_fence(prompt: str) -> bool:
    """Whether a prompt ends inside a code fence, so that the response begins with code."""
    found = list(blocks(prompt))
    return bool(found) and not found[-1].closed


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a text, by CommonMark's rules; a fence may also follow words on its line.

    A block that a fence of another language interrupts ends there; one that nothing closes ends with the text.
    """
    opening = None
    for fence in FENCE.finditer(text):
        closes = opening and fence["mark"].startswith(opening["mark"]) and not fence["before"].strip()
        if opening and not closes:
            continue
        if opening:
            yield _block(text, opening, fence.start(), fence.end(), True)
            opening = fence if fence["info"].strip() else None
        else:
            opening = fence
    if opening:
        yield _block(text, opening, len(text), len(text), False)


def _block(text: str, opening: re.Match, last: int, end: int, closed: bool) -> Block:
    """last: where its lines end. end: where its closing fence ends."""
    return Block(_lines(text, opening, last), opening["info"].strip(), opening.start(), end, closed)


def _lines(text: str, opening: re.Match, end: int) -> str:
    """What stands between fences, without the indent of the opening one, as in an item of a list."""
    lines = text[opening.end() : end].removeprefix("\n")
    before = opening["before"]
    if before and not before.strip():
        return re.sub(rf"^[ \t]{{1,{len(before)}}}", "", lines, flags=re.MULTILINE)
    return _dedented(lines) if before.strip() else lines


def _dedented(text: str) -> str:
    """Without the indent that all lines share, as `textwrap.dedent`, which takes minutes for one of a megabyte."""
    lines = [line if line.strip(" \t") else "" for line in text.split("\n")]
    indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line]
    shared = os.path.commonprefix(indents)  # noqa: RUF071 (of characters)
    return "\n".join(line[len(shared) :] for line in lines)


def of_response(
    text: str, finished: bool, *, open_fence: bool = False, defines: str | None = None, thinking: bool = False
) -> str | None:
    """The program of a response; None if it has none. A `Program` with a note if it was not in a closed block.

    Of closed blocks the last that defines `defines`, else the last. A truncated response has a program only in a closed
    block that it did not doubt afterwards. open_fence: the prompt opened a fence already, so the code runs from the
    first line to the closing fence. thinking: the prompt opened a thought.
    """
    parts = after_thought(text, thinking)
    if parts is None:
        return None
    after, before = parts
    *_, last = "", *(found.content for found in tagged(after))
    if "```" in last or CODE.match(last.strip()):
        after, open_fence = last, False
    return _program(after, finished, open_fence, defines) or _program(before, False, False, defines)


def _program(text: str, finished: bool, open_fence: bool, defines: str | None) -> str | None:
    found = list(blocks(text))
    if open_fence and text.strip():
        first = found[0] if found else None
        if first is None:
            return text if finished else None
        if text[: first.start].strip() or not first.info:
            rest = text[first.start :].partition("\n")[2]
            return None if not finished and is_doubted(rest) else text[: first.start]
    closed = [block for block in found if block.closed]
    chosen = _defining(closed, defines)
    if chosen is not None:
        return None if not finished and is_doubted(text[chosen.end :]) else chosen.code
    if not finished:
        return None
    if found and found[-1].code.strip():
        return _noted(found[-1].code, "its fence never closes")
    rest = text[: found[-1].start] if found else text
    begin = CODE.search(rest)
    if begin and (found or not rest[: begin.start()].strip()):
        return _noted(rest[begin.start() :], "its fence never opens" if found else "the whole text, without a fence")
    return None


def _defining(found: list[Block], defines: str | None) -> Block | None:
    full = [block for block in found if block.code.strip()]
    if defines:
        begin = re.compile(rf"^[ \t]*(?:def|class)[ \t]+{re.escape(defines)}\b", re.MULTILINE)
        full = [block for block in full if begin.search(block.code)] or full
    return full[-1] if full else None


def completed(prompt: str, text: str) -> str:
    """A prompt that is code, with the response that continues it, up to the place where the response leaves the
    function."""
    return prompt + OUTSIDE.split(text, maxsplit=1)[0]
