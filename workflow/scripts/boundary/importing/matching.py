"""Which problem of a benchmark a row of another tool's file is of."""

from collections.abc import Iterator

import polars as pl

from boundary.importing.formats import Found

SHOWN = 80  # characters of a text in an error


class Matcher:
    """The problems of a benchmark, found by id, by number, or by their question inside a prompt."""

    def __init__(self, problems: pl.DataFrame):
        ids = problems["problem_id"].to_list()
        self.by_id = {problem: problem for problem in ids}
        self.by_row = {str(i): problem for i, problem in enumerate(ids)}
        self.bare = {problem: _bare(question) for problem, question in problems["problem_id", "question"].iter_rows()}
        self.asked: dict[str, list[str]] = {}  # by prompt

    def of(self, found: Found) -> str:
        """The problem_id of a row: that of its id or number, unless its prompt holds the question of one other alone.

        A tool may number what it was given, and repeats of it, so the question tells. ValueError where none fits.
        """
        named = self.by_id.get(str(found.problem)) or self.by_row.get(str(found.row))
        inside = self._inside(" ".join(_texts(found.prompt)))
        if named in inside or (named and len(inside) != 1):
            return named
        if len(inside) == 1:
            return inside[0]
        raise ValueError(f"{_said(found)}: {self._lacking(inside)}; give the file of this benchmark")

    def _inside(self, prompt: str) -> list[str]:
        """The problems whose question stands in a prompt, but for those that are a part of another one's."""
        if prompt not in self.asked:
            bare = _bare(prompt)
            inside = [problem for problem, question in self.bare.items() if question and question in bare]
            longest = max((self.bare[problem] for problem in inside), key=len, default="")
            self.asked[prompt] = [p for p in inside if self.bare[p] == longest or self.bare[p] not in longest]
        return self.asked[prompt]

    def _lacking(self, inside: list[str]) -> str:
        if inside:
            return f"the questions of {len(inside)} problems stand in it, {inside[0]!r} and {inside[1]!r} among them"
        return f"no problem of the benchmark, whose ids are like {next(iter(self.by_id), None)!r}"


def _bare(text: str) -> str:
    """A text without white space, which chat templates and tokenizers change."""
    return "".join(text.split())


def _texts(value) -> Iterator[str]:
    """Every text inside lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _said(found: Found) -> str:
    """What a row says of its problem, in words."""
    said = {"id": found.problem, "number": found.row, "prompt": " ".join(_texts(found.prompt))[:SHOWN]}
    return ", ".join(f"{name} {value!r}" for name, value in said.items() if value not in (None, ""))
