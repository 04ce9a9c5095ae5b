"""The problem of a benchmark to which a row of another tool's file belongs."""

import re
from collections.abc import Iterator

import polars as pl

from boundary.importing.exact import plain
from boundary.importing.formats import Found

SHOWN = 80  # characters of a text in an error
WORD = re.compile(r"\w+")
MOST = 0.8  # of a question's words: what a prompt must hold for a mere number to be believed


class StrangeError(ValueError):
    """A row of a problem that the benchmark does not have."""


class Matcher:
    """The problems of a benchmark, found by id, by number, or by their question inside a prompt."""

    def __init__(self, problems: pl.DataFrame):
        ids = problems["problem_id"].to_list()
        self.by_id = {problem: problem for problem in ids}
        self.by_row = {str(i): problem for i, problem in enumerate(ids)}
        self.questions = dict(problems["problem_id", "question"].iter_rows())
        self.bare = {problem: bare(question) for problem, question in self.questions.items()}
        self.asked: dict[str, list[str]] = {}  # by prompt

    def of(self, found: Found) -> str:
        """The problem_id of a row: that of its id or number, unless its prompt contains the question of exactly one
        other problem.

        A tool may number its own inputs and their repeats, so the question decides. ValueError if no problem fits, and
        if only a number points to a problem that the prompt does not contain.
        """
        by_id = self.by_id.get(str(found.problem)) or self.by_id.get(plain(found.problem))
        named = by_id or self.by_row.get(plain(found.row))
        inside = self._inside(" ".join(texts_in(found.prompt)))
        if named in inside:
            return named
        if named and not inside and not by_id and not self._is_about(found.prompt, named):
            raise StrangeError(
                f"{_said(found)}: by its number it would be problem {named!r}, which asks something else, "
                f"{self.questions[named][:SHOWN]!r}; give the file of this benchmark"
            )
        if named and len(inside) != 1:
            return named
        if len(inside) == 1:
            return inside[0]
        kind = ValueError if inside else StrangeError
        raise kind(f"{_said(found)}: {self._lacking(inside)}; give the file of this benchmark")

    def _is_about(self, prompt, problem: str) -> bool:
        """Whether a prompt holds most words of a question, if it says anything."""
        texts = (" ".join(texts_in(prompt)), self.questions[problem])
        said, asked = (set(WORD.findall(text.casefold())) for text in texts)
        return not said or not asked or len(asked & said) >= MOST * len(asked)

    def _inside(self, prompt: str) -> list[str]:
        """The problems whose question stands in a prompt, but for those that are a part of another one's."""
        if prompt not in self.asked:
            said = bare(prompt)
            inside = [problem for problem, question in self.bare.items() if question and question in said]
            longest = max((self.bare[problem] for problem in inside), key=len, default="")
            self.asked[prompt] = [p for p in inside if self.bare[p] == longest or self.bare[p] not in longest]
        return self.asked[prompt]

    def _lacking(self, inside: list[str]) -> str:
        if inside:
            return f"the questions of {len(inside)} problems stand in it, {inside[0]!r} and {inside[1]!r} among them"
        return f"no problem of the benchmark, whose ids are like {next(iter(self.by_id), None)!r}"


def bare(text: str) -> str:
    """A text without white space, which chat templates and tokenizers change."""
    return "".join(text.split())


def texts_in(value) -> Iterator[str]:
    """Every text inside lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


def _said(found: Found) -> str:
    """What a row says of its problem, in words."""
    said = {"id": found.problem, "number": found.row, "prompt": " ".join(texts_in(found.prompt))[:SHOWN]}
    return ", ".join(f"{name} {value!r}" for name, value in said.items() if value not in (None, ""))
