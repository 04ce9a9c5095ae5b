"""The claims that are made, and what a verdict can be."""

SUPPORTED, REFUTED, UNDECIDED = "supported", "refuted", "undecided"
BETTER, OVERTAKES = "tuned is better at k=1", "base overtakes"
GAINED, LOST = "tuned solves problems that base does not", "base solves problems that tuned does not"
NARROWED, WIDENED = "coverage narrowed", "coverage widened"  # one two-sided claim, named after its estimate
EVERY = "all benchmarks"  # in place of a benchmark's name: the overall claims
AHEAD, BEHIND = "ahead", "behind"


def side(low: float, high: float) -> str:
    """On which side of zero an interval lies: AHEAD, BEHIND, or UNDECIDED."""
    return AHEAD if low > 0 else BEHIND if high < 0 else UNDECIDED


def at_one_k(estimate: float, low: float, high: float, coverage: bool) -> dict[str, str]:
    """The claim about a difference at one k, and its verdict: the side on which the interval lies."""
    lies = side(low, high)
    if coverage:  # two-sided: named after its estimate, so that it is never refuted
        verdict = UNDECIDED if lies == UNDECIDED else SUPPORTED
        return {"claim": NARROWED if estimate < 0 else WIDENED, "verdict": verdict}
    return {"claim": BETTER, "verdict": {AHEAD: SUPPORTED, BEHIND: REFUTED}.get(lies, UNDECIDED)}


def coverage_k(large_k: int | str, n: int) -> int:
    """The k at which coverage is judged where the smallest number of samples is n; "half": n/2."""
    return max(1, n // 2) if large_k == "half" else min(large_k, n)
