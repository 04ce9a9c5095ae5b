"""The columns of a block of samples, sampled here or imported."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import starmap
from typing import NamedTuple

import polars as pl

from boundary.contracts import SampleSpec
from boundary.files import store
from boundary.importing.formats import has_scores, is_episodes
from boundary.sampling.templates import by_chat
from boundary.schema import Schema

SCHEMA: Schema = {
    "problem_id": pl.String,
    "sample_index": pl.Int64,
    "text": pl.String,
    "tokens": pl.Int64,
    "finish_reason": pl.String,  # stop, length, other; null where nobody knows
    "cumulative_logprob": pl.Float64,
    "seed": pl.Int64,
}

OF_EPISODES: Schema = {  # see importing/episodes.py; the final reward of one is its `score`
    "turns": pl.Int64,
    "solved_turn": pl.Int64,  # null where nobody knows, or it was not solved
    "messages": pl.String,
}


def schema_of(spec: SampleSpec) -> Schema:
    """The columns of a block: SCHEMA; the log-probability of every token if the decoding keeps them; for a chat
    endpoint the model's thought before its response (null if the server gives none). For an imported block also the
    score of its file if there may be one, for multiple choice the option at each place, and for episodes
    OF_EPISODES."""
    if "responses" in spec:
        said = spec["responses"]
        more: Schema = {"score": pl.Float64} if has_scores(said) else {}
        more |= {"order": pl.List(pl.Int64)} if said.get("choice") else {}
        return SCHEMA | more | (OF_EPISODES if is_episodes(said) else {})
    kept: Schema = {"logprobs": pl.List(pl.Float64)} if spec["decoding"].get("logprobs") else {}
    return SCHEMA | kept | ({"thought": pl.String} if "model" in spec and by_chat(spec["model"]) else {})


class Sample(NamedTuple):
    """A row of a block: SCHEMA, and `logprobs` and `thought` if the columns exist."""

    problem_id: str
    sample_index: int
    text: str
    tokens: int
    finish_reason: str | None
    cumulative_logprob: float | None
    seed: int
    logprobs: list[float] | None = None
    thought: str | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.problem_id, self.sample_index

    @property
    def drawn(self) -> tuple[str, int, int]:
        """The key and the seed."""
        return self.problem_id, self.sample_index, self.seed


def as_samples(rows: Iterable[Sequence], columns: Collection[str]) -> Iterator[Sample]:
    """Rows of these columns, those of `schema_of` in its order, as samples."""
    if "thought" in columns and "logprobs" not in columns:
        return (Sample._make([*row[:-1], None, row[-1]]) for row in rows)
    return starmap(Sample, rows)


def as_rows(samples: Iterable[Sample], columns: Collection[str]) -> Iterator[tuple]:
    """Samples as rows of these columns."""
    places = [Sample._fields.index(name) for name in columns]
    return (tuple(sample[place] for place in places) for sample in samples)


def temperature_of(path: str) -> float:
    """The temperature that was found if a decoding has none, see likelihood/matching.py."""
    found = store.read(path, ["whose", "chosen", "temperature"])
    return found.filter((pl.col("whose") == "tuned") & pl.col("chosen"))["temperature"].item()
