"""The findings: a sentence each, the rule that decides it, and the function that has the evidence.

A new finding is a line here and, if no function fits, one in evidence.py. A role that no configuration names yet must
also be added to the schema.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from boundary.findings import evidence
from boundary.findings.evidence import FEW, LARGE, LIKELY, LITTLE, SAME
from boundary.findings.given import Given
from boundary.findings.parts import Key, Part


class Finding(NamedTuple):
    """key: its name in code and tables. role: the key of the configuration's `findings` that names its models or
    groups. see: the file that shows it."""

    key: Key
    role: str
    sentence: str
    rule: str
    see: str
    parts: Callable[[Given, list[str]], Iterable[Part]]


FIGURES = "results/figures/{benchmark}/{decoding}/"
PAIRS = FIGURES + "difference.svg"
ALGORITHMS = FIGURES + "trained.svg"
GROUP = FIGURES + "group-{group}.svg"
AT_ONE = "Tuned minus base pass@1: supported above zero, refuted below."
AT_LARGE = "Tuned minus base pass@k at the large k: supported above zero, refuted below."

FINDINGS = [
    Finding("trained_raises", "trained", "Training raises pass@1.", AT_ONE, ALGORITHMS, evidence.better),
    Finding(
        "trained_narrows",
        "trained",
        "Training narrows coverage.",
        "Tuned minus base pass@k at the large k: supported below zero, refuted above.",
        ALGORITHMS,
        evidence.narrowed,
    ),
    Finding(
        "base_catches_up",
        "trained",
        "The base catches up at large k.",
        "Supported where the base is ahead at some k up to n/2 (the band over k lies below zero), refuted where the "
        "tuned model is ahead at all of them.",
        PAIRS,
        evidence.overtaken,
    ),
    Finding(
        "nearly_a_subset",
        "trained",
        "What is solved after training is nearly a subset of what the base solves.",
        "Of the problems that the tuned model solved in n samples, the share that the base did not: supported below "
        f"{FEW:.0%}, refuted above.",
        "results/tables/problems.csv",
        evidence.subset,
    ),
    Finding(
        "large_gap",
        "trained",
        "The sampling efficiency gap is large.",
        f"Base pass@k at the large k minus tuned pass@1: supported above {LARGE:g}, refuted below.",
        ALGORITHMS,
        evidence.gap,
    ),
    Finding(
        "gaps_alike",
        "trained",
        "Algorithms differ little in that gap.",
        "Differences of pass@1 between all trainings of a base: supported where all are within "
        f"{LITTLE:.0%} of their mean gap, refuted where one is not.",
        ALGORITHMS,
        evidence.alike,
    ),
    Finding(
        "steps_raise",
        "steps",
        "pass@1 rises with training steps.",
        "The slope of pass@1 over the steps: supported above zero, refuted below.",
        GROUP,
        evidence.rises,
    ),
    Finding(
        "steps_narrow",
        "steps",
        "Coverage falls with training steps.",
        "The slope of pass@k at the large k over the steps: supported below zero, refuted above.",
        GROUP,
        evidence.falls,
    ),
    Finding(
        "rollouts_widen",
        "rollouts",
        "More rollouts help coverage.",
        "pass@k at the large k with the most rollouts minus that with the fewest: supported above zero, refuted below.",
        GROUP,
        evidence.more,
    ),
    Finding(
        "kl_narrows",
        "kl",
        "A KL penalty costs coverage.",
        "pass@k at the large k with the largest coefficient minus that with the smallest: supported below zero, "
        "refuted above.",
        GROUP,
        evidence.less,
    ),
    Finding("distilled_widens", "distilled", "Distillation widens coverage.", AT_LARGE, PAIRS, evidence.widened),
    Finding(
        "likely_under_base",
        "likely",
        "Responses of tuned models are likely under the base.",
        "The share of them that the base finds likelier, per token, than the least likely of its own: supported above "
        f"{LIKELY:g}, refuted below.",
        FIGURES + "likelihood.svg",
        evidence.likely,
    ),
    Finding(
        "uninformed_raises",
        "uninformed",
        "A reward that does not look at the answer raises pass@1.",
        f"{AT_ONE} (arXiv 2506.10947 saw it.)",
        PAIRS,
        evidence.better,
    ),
    Finding(
        "wider_widens", "wider", "Training that is said to widen coverage does.", AT_LARGE, PAIRS, evidence.widened
    ),
    Finding(
        "equal_are_equal",
        "equal",
        "Models that cannot differ do not.",
        f"pass@1 and pass@k at the large k: supported where equal within {SAME:g}, refuted where they differ.",
        PAIRS,
        evidence.unchanged,
    ),
]
