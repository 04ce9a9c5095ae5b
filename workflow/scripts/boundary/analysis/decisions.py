"""Decisions of claims, and on which side of zero an interval lies."""

from typing import Final, Literal

from boundary.analysis.clusters import are_few

Decision = Literal["supported", "refuted", "undecided"]
Side = Literal["ahead", "behind", "undecided"]
SUPPORTED: Final = "supported"
REFUTED: Final = "refuted"
UNDECIDED: Final = "undecided"
AHEAD: Final = "ahead"
BEHIND: Final = "behind"


def side(low: float, high: float, clusters: int | None = None) -> Side:
    """On which side of zero an interval lies: AHEAD, BEHIND, or UNDECIDED. With few clusters it is always UNDECIDED."""
    if are_few(clusters):
        return UNDECIDED
    return AHEAD if low > 0 else BEHIND if high < 0 else UNDECIDED


def coverage_k(large_k: int | str, n: int) -> int:
    """The k at which coverage is judged if the smallest number of samples is n; "half": n/2."""
    return max(1, n // 2) if isinstance(large_k, str) else min(large_k, n)
