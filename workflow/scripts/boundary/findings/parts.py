"""Fields of a finding: its key, and those of each of its parts."""

from typing import Literal, TypedDict

from boundary.analysis.decisions import Decision

Key = Literal[
    "trained_raises",
    "trained_narrows",
    "base_catches_up",
    "nearly_a_subset",
    "large_gap",
    "gaps_alike",
    "steps_raise",
    "steps_narrow",
    "rollouts_widen",
    "kl_narrows",
    "distilled_widens",
    "likely_under_base",
    "uninformed_raises",
    "wider_widens",
    "equal_are_equal",
]


class Place(TypedDict):
    """Subject of a part, and its number of problems."""

    base: str
    benchmark: str
    decoding: str
    problems: int


class Ends(TypedDict):
    """An interval."""

    low: float
    high: float


class Test(TypedDict):
    """p, and the uncorrected decision."""

    p: float
    verdict: Decision


class Runs(TypedDict):
    """The estimate of every training run: as text, and unrounded if a part is about one training."""

    by_run: str
    runs: list[float]


class Part(Place, Ends, Test, Runs):
    """about: the training, or the comparison along an axis."""

    about: str
    k: int
    estimate: float
