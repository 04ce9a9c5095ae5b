"""Subjects of results, by name: a row for a job's wildcards each. Light: runs at parse time.

A comparison across two decodings is named after both, `t0.6-vs-t1.0`: first the base's, then the tuned model's.
"""

from typing import Literal, NamedTuple

Work = frozenset[tuple[str, ...]]  # (kind, names...) of all that must be downloaded, sampled, scored and so on
ACROSS = "-vs-"
Side = Literal["base", "tuned"]
SIDES: tuple[Side, Side] = ("base", "tuned")


class Benchmark(NamedTuple):
    benchmark: str


class Condition(NamedTuple):
    """A benchmark with a decoding, or with the two of a comparison: the subject of one figure."""

    benchmark: str
    decoding: str


class Curve(NamedTuple):
    """A model, or several runs of one recipe, on a benchmark under a decoding."""

    model: str
    benchmark: str
    decoding: str


class Prompt(NamedTuple):
    """A model on a benchmark: the subject of prompts."""

    model: str
    benchmark: str


class Block(NamedTuple):
    """A range of sample indices of a curve, such as 0000-0255."""

    model: str
    benchmark: str
    decoding: str
    block: str


class Comparison(NamedTuple):
    """A base and a model trained from it on a benchmark, under one decoding or one for each."""

    base: str
    tuned: str
    benchmark: str
    decoding: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.base, self.tuned

    @property
    def condition(self) -> Condition:
        return Condition(self.benchmark, self.decoding)

    @property
    def curves(self) -> tuple[Curve, Curve]:
        """Those of the base and of the tuned model."""
        first, second = sides(self.decoding)
        return Curve(self.base, self.benchmark, first), Curve(self.tuned, self.benchmark, second)


class Score(NamedTuple):
    """A model that scores the responses of a writer."""

    model: str
    benchmark: str
    decoding: str
    writer: str

    @property
    def written(self) -> Curve:
        return Curve(self.writer, self.benchmark, self.decoding)


class GroupCondition(NamedTuple):
    """A group, by its file name, under a condition with members."""

    group: str
    benchmark: str
    decoding: str


class Axis(NamedTuple):
    """A group along decodings, by its file name, on a benchmark."""

    group: str
    benchmark: str


class Training(NamedTuple):
    """A recipe with a seed."""

    recipe: str
    seed: str | int


class Run(NamedTuple):
    """The run as a whole."""


Row = Benchmark | Condition | Curve | Prompt | Block | Comparison | GroupCondition | Axis | Training | Run | Score


def together(first: str, second: str) -> str:
    return first if first == second else f"{first}{ACROSS}{second}"


def sides(decoding: str) -> tuple[str, str]:
    """The decodings of the base and of the tuned model."""
    first, _, second = decoding.partition(ACROSS)
    return first, second or first
