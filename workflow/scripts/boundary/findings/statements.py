"""The findings: a sentence each, the rule that decides it, and the function that has the evidence.

A new one is a line here, and where no function fits, one in evidence.py. Those with a role that no configuration
names yet need it in the schema too.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from boundary.findings import evidence
from boundary.findings.evidence import FEW, LARGE, LIKELY, LITTLE, SAME
from boundary.findings.given import Given


class Finding(NamedTuple):
    """role: the key of the configuration's `findings` that says of whom. see: the file that shows it."""

    role: str
    sentence: str
    rule: str
    see: str
    parts: Callable[[Given, list[str]], Iterable[dict]]


FIGURES = "results/figures/{benchmark}/{decoding}/"
PAIRS = FIGURES + "difference.svg"
ALGORITHMS = FIGURES + "trained.svg"
GROUP = FIGURES + "group-{group}.svg"
AT_ONE = "Tuned minus base pass@1: supported above zero, refuted below."
AT_LARGE = "Tuned minus base pass@k at the large k: supported above zero, refuted below."

FINDINGS = [
    Finding("trained", "Training raises pass@1.", AT_ONE, ALGORITHMS, evidence.better),
    Finding(
        "trained",
        "Training narrows coverage.",
        "Tuned minus base pass@k at the large k: supported below zero, refuted above.",
        ALGORITHMS,
        evidence.narrowed,
    ),
    Finding(
        "trained",
        "The base catches up at large k.",
        "Supported where the base is ahead at some k up to n/2 (the band over k lies below zero), refuted where the "
        "tuned model is ahead at all of them.",
        PAIRS,
        evidence.overtaken,
    ),
    Finding(
        "trained",
        "What is solved after training is nearly a subset of what the base solves.",
        "Of the problems that the tuned model solved in n samples, the share that the base did not: supported below "
        f"{FEW:.0%}, refuted above.",
        "results/tables/problems.csv",
        evidence.subset,
    ),
    Finding(
        "trained",
        "The sampling efficiency gap is large.",
        f"Base pass@k at the large k minus tuned pass@1: supported above {LARGE:g}, refuted below.",
        ALGORITHMS,
        evidence.gap,
    ),
    Finding(
        "trained",
        "Algorithms differ little in that gap.",
        "Differences of pass@1 between all trainings of a base: supported where all are within "
        f"{LITTLE:.0%} of their mean gap, refuted where one is not.",
        ALGORITHMS,
        evidence.alike,
    ),
    Finding(
        "steps",
        "pass@1 rises with training steps.",
        "The slope of pass@1 over the steps: supported above zero, refuted below.",
        GROUP,
        evidence.rises,
    ),
    Finding(
        "steps",
        "Coverage falls with training steps.",
        "The slope of pass@k at the large k over the steps: supported below zero, refuted above.",
        GROUP,
        evidence.falls,
    ),
    Finding(
        "rollouts",
        "More rollouts help coverage.",
        "pass@k at the large k with the most rollouts minus that with the fewest: supported above zero, refuted below.",
        GROUP,
        evidence.more,
    ),
    Finding(
        "kl",
        "A KL penalty costs coverage.",
        "pass@k at the large k with the largest coefficient minus that with the smallest: supported below zero, "
        "refuted above.",
        GROUP,
        evidence.less,
    ),
    Finding("distilled", "Distillation widens coverage.", AT_LARGE, PAIRS, evidence.widened),
    Finding(
        "likely",
        "Responses of tuned models are likely under the base.",
        "The share of them that the base finds likelier, per token, than the least likely of its own: supported above "
        f"{LIKELY:g}, refuted below.",
        FIGURES + "likelihood.svg",
        evidence.likely,
    ),
    Finding(
        "uninformed",
        "A reward that does not look at the answer raises pass@1.",
        f"{AT_ONE} (arXiv 2506.10947 saw it.)",
        PAIRS,
        evidence.better,
    ),
    Finding("wider", "Training that is said to widen coverage does.", AT_LARGE, PAIRS, evidence.widened),
    Finding(
        "equal",
        "Models that cannot differ do not.",
        f"pass@1 and pass@k at the large k: supported where equal within {SAME:g}, refuted where they differ.",
        PAIRS,
        evidence.unchanged,
    ),
]
