"""The kinds of claims: their words, and the fields of a claim of each kind.

A new kind is a line of KINDS, and its decision in claims.py. Files of claims contain these names.
"""

from typing import Final, Literal, NamedTuple, Required, TypedDict

from boundary.analysis.asked import ABOVE_VOTE, ASKED, BEST_PROMPT, BEST_PROMPT_COVERAGE
from boundary.analysis.decisions import BEHIND, REFUTED, SUPPORTED, UNDECIDED, Decision, side

Kind = Literal[
    "better",
    "overtakes",
    "gained",
    "lost",
    "rate_gained",
    "rate_lost",
    "coverage",
    "best_prompt",
    "best_prompt_coverage",
    "above_vote",
]
Direction = Literal["narrowed", "widened"]
BETTER: Final = "better"  # the difference at k = 1
OVERTAKES: Final = "overtakes"
GAINED: Final = "gained"  # the boundary: what one model solves and the other never did
LOST: Final = "lost"
RATE_GAINED: Final = "rate_gained"  # what one model solves at a rate that the other is below
RATE_LOST: Final = "rate_lost"
COVERAGE: Final = "coverage"  # the difference at the large k: one two-sided claim, said by its direction
NARROWED: Final = "narrowed"
WIDENED: Final = "widened"
BOUNDARY: tuple[Kind, Kind] = (GAINED, LOST)
RATES: tuple[Kind, Kind] = (RATE_GAINED, RATE_LOST)
OVER_PROBLEMS: tuple[Kind, ...] = (BETTER, OVERTAKES, COVERAGE, *ASKED)  # about such problems, not about single ones
EVERY = "all benchmarks"  # in place of a benchmark's name: the overall claims


class Shown(NamedTuple):
    """sentence: how a claim of the kind begins. rule: name of the rule that decides it. column: of the report's table.
    source: the file of the pair that has its numbers. unit: of its estimate and interval."""

    sentence: str
    rule: str
    column: str
    source: str
    unit: Literal["share", "problems", "k"]


KINDS: dict[Kind, Shown] = {  # in the order in which they are shown
    BETTER: Shown("tuned is better at k=1", "tuned is better at k=1", "tuned is better at k=1", "difference", "share"),
    OVERTAKES: Shown("base overtakes", "base overtakes", "base overtakes: level or ahead from k", "crossing", "k"),
    GAINED: Shown(
        "tuned solves what base never did",
        "tuned solves what base never did",
        "tuned at the rate, base never",
        "overlap",
        "problems",
    ),
    LOST: Shown(
        "base solves what tuned never did",
        "base solves what tuned never did",
        "base at the rate, tuned never",
        "overlap",
        "problems",
    ),
    RATE_GAINED: Shown(
        "tuned solves problems at",
        "tuned solves problems at the rate",
        "tuned at the rate, base below it",
        "overlap",
        "problems",
    ),
    RATE_LOST: Shown(
        "base solves problems at",
        "base solves problems at the rate",
        "base at the rate, tuned below it",
        "overlap",
        "problems",
    ),
    COVERAGE: Shown("coverage narrowed or widened", "coverage narrowed or widened", "coverage", "difference", "share"),
    BEST_PROMPT: Shown(
        "tuned is better at k=1 than base under its best prompt",
        "tuned is better at k=1 than base under its best prompt",
        "better at k=1 than base's best prompt",
        "choices",
        "share",
    ),
    BEST_PROMPT_COVERAGE: Shown(
        "tuned covers more than base under its best prompt",
        "tuned covers more than base under its best prompt",
        "covers more than base's best prompt",
        "choices",
        "share",
    ),
    ABOVE_VOTE: Shown(
        "one sample of tuned is better than base's majority vote",
        "one sample of tuned is better than base's majority vote",
        "one sample against base's majority vote",
        "choices",
        "share",
    ),
}


class Names(TypedDict):
    """The subject of a claim."""

    benchmark: str
    decoding: str
    base: str
    tuned: str


class Decided(TypedDict):
    """The decision of any claim and its numbers. k_is: the meaning of k. verdict: the uncorrected decision."""

    k: int
    k_is: str
    estimate: float
    low: float
    high: float
    p: float
    test: str
    verdict: Decision


class Corrected(TypedDict):
    """p and decision among all claims of the run, by Holm and by Benjamini and Hochberg."""

    holm_p: float
    holm: Decision
    fdr_p: float
    fdr: Decision


class ToDecide(TypedDict, total=False):
    """The problems or samples that would decide a difference, and their tokens (`decide.to_decide`)."""

    problems_to_decide: int
    clusters_to_decide: int
    tokens_of_problems: int
    samples_to_decide: int
    tokens_of_samples: int


class Luck(TypedDict, total=False):
    """pass@k of guessing at k, and whether it reaches the interval of the model that is ahead."""

    guess_at_k: float
    may_be_luck: bool


class Guessed(TypedDict, total=False):
    """Guessing on problems that one model alone solves (`sets`)."""

    guesses_would_solve: float
    above_guessing: int
    may_be_luck: bool


class Own(TypedDict, total=False):
    """The interval of a difference for exactly these problems."""

    own_low: float
    own_high: float


class OfDifference(Decided, Own, ToDecide):
    """The decision of a claim about a difference at one k."""


class OfSets(Decided, Guessed, total=False):
    """The decision of a claim about problems that one model solves and the other does not (`sets`)."""

    looks: int
    samples: str
    rate: float
    least_p: float
    other_below: float
    other_below_each: float
    solved_alone: int
    solved_alone_once: int
    low_at_10: int
    low_at_50: int
    also_solved: int


class OfRivals(TypedDict, total=False):
    """For a claim about the base's best prompt. rivals: number of prompts and decodings of the base; closest: the one
    with the smallest difference; of_own: the difference under the base's own prompt."""

    rivals: int
    closest: str
    of_own: float


class Few(TypedDict, total=False):
    """clusters: number of clusters of the problems; over several benchmarks, those with too few."""

    clusters: int


class Overall(Few):
    """The decision of a claim over benchmarks (`overall`), at a k of its own."""

    k_is: str
    estimate: float
    low: float
    high: float
    p: float
    test: str
    verdict: Decision

    heterogeneity_p: float
    i2: float
    ahead_on: str
    behind_on: str


class Supportable(TypedDict, total=False):
    """Whether any result of these samples could support a claim about sets; if not, what could."""

    supportable: bool
    samples_to_support: int
    rate_to_support: float


class UnderChoices(TypedDict, total=False):
    """The results of other choices (`specification_curve.summary`)."""

    choices: int
    agreeing: int
    undecided_choices: int
    opposite: int
    turns_under: str
    strata: int
    strata_agreeing: int
    strata_undecided: int
    strata_opposite: int
    graders_differ: str
    false_accepts_to_turn: float | None


class About(Names, total=False):
    """shared: for an incomplete pair, the problems compared. within: for episodes, the number of turns."""

    shared: str
    within: str


class Said(TypedDict):
    """claim: the sentence, independent of the result."""

    kind: Kind
    claim: str


class InFiles(TypedDict, total=False):
    """Fields that files add to a claim (`claims.for_files`). unit: of estimate, low and high; direction: of coverage;
    beyond_n: which of estimate, low and high lie beyond n samples."""

    unit: str
    direction: Direction
    beyond_n: str


class Alone(Said, About, OfDifference, OfSets, OfRivals, Luck, Few, total=False):
    """A claim before any correction. n: the smallest number of samples. problems: of a single benchmark; what follows:
    of claims over benchmarks (`Overall`)."""

    n: Required[int]
    problems: int
    heterogeneity_p: float
    i2: float
    ahead_on: str
    behind_on: str


class Claim(Alone, Corrected, Supportable, UnderChoices, InFiles, total=False):
    """A claim as files have it."""


def direction(estimate: float) -> Direction:
    """The direction of a claim about coverage, by the sign of its estimate."""
    return NARROWED if estimate < 0 else WIDENED


def decide(kind: Kind, low: float, high: float, clusters: int | None = None) -> Decision:
    """The decision on a difference. A claim about coverage takes its direction from its estimate, so it is never
    refuted.

    clusters: number of clusters of the problems; None if there are no clusters.
    """
    lies = side(low, high, clusters)
    if lies == UNDECIDED:
        return UNDECIDED
    return REFUTED if kind == BETTER and lies == BEHIND else SUPPORTED
