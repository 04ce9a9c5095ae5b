"""The order of options of multiple choice in imported responses: without it a letter has no meaning.

Every row must have it: a list of its options, or a prompt that shows them under letters.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from boundary.benchmarks import stored
from boundary.benchmarks.choices import LETTERS

SHOWN = 60  # characters of an option in an error
LABEL = re.compile(r"(?<!\w)[(\[]?([A-Z])\s?[.:)\]]\s*")  # before an option that a prompt shows


def asked(path: str | Path, choice: bool) -> pl.DataFrame:
    """problem_id and question of the problems of a benchmark, in order; for multiple `choice` the question without its
    options, and `options` in the benchmark's order."""
    problems = stored.read(str(path), ["problem_id", "question"])
    if not choice:
        return problems
    told = stored.read(str(path), ["metadata", "gold"])
    stems = [json.loads(metadata)["stem"] for metadata in told["metadata"]]
    options = [json.loads(gold)["options"] for gold in told["gold"]]
    return problems.select("problem_id").with_columns(
        pl.Series("question", stems, dtype=pl.String), pl.Series("options", options, dtype=pl.List(pl.String))
    )


def order_of(stated: object, prompts: Iterable[str], options: Sequence[str]) -> list[int]:
    """The option at each place. ValueError if the row does not state it.

    stated: the list of a row, or a mapping with it as `text`, as in some data sets. prompts: texts of the row that were
    sent to the model. options: in the benchmark's order.
    """
    if isinstance(stated, dict):
        stated = stated.get("text")
    if isinstance(stated, list):
        return _listed([str(text) for text in stated if text is not None], options)
    for prompt in prompts:
        if (found := _lettered(prompt, options)) is not None:
            return found
    raise ValueError(
        "does not say in which order the options stood, and a letter means nothing without it: name the column that "
        "lists them in that order, by `options` next to `files`"
    )


def _listed(stated: list[str], options: Sequence[str]) -> list[int]:
    left = {place: _bare(text) for place, text in enumerate(options)}
    found = []
    for text in stated:
        place = next((place for place, known in left.items() if known == _bare(text)), None)
        if place is None:
            raise ValueError(
                f"lists the option {text[:SHOWN]!r}, which is none of the benchmark's, such as {options[0][:SHOWN]!r}"
            )
        del left[place]
        found.append(place)
    if left:
        raise ValueError(
            f"lists {len(found)} options of {len(options)}: {options[next(iter(left))][:SHOWN]!r} is missing"
        )
    return found


def _lettered(prompt: str, options: Sequence[str]) -> list[int] | None:
    """The order in which the last list of a prompt shows just these options under A, B, C and so on."""
    labels = list(LABEL.finditer(prompt))
    bare = [_bare(text) for text in options]
    for start in range(len(labels) - len(options), -1, -1):
        shown = labels[start : start + len(options)]
        if [label[1] for label in shown] != list(LETTERS[: len(options)]):
            continue
        ends = [label.start() for label in shown[1:]]
        texts = [_bare(prompt[label.end() : end]) for label, end in zip(shown, ends, strict=False)]
        last = _bare(prompt[shown[-1].end() :])
        found = [bare.index(text) if text in bare else -1 for text in texts]
        rest = set(range(len(options))) - set(found)
        if -1 not in found and len(rest) == 1 and last.startswith(bare[rest.copy().pop()]):
            return [*found, rest.pop()]
    return None


def _bare(text: str) -> str:
    """An option as it is compared: letters, digits and signs of mathematics alone."""
    return re.sub(r"[\s.,;:*_$\\]+", "", text).casefold()
