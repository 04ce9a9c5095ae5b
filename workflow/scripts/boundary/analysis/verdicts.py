"""The claims that are made, and what a verdict can be."""

SUPPORTED, REFUTED, UNDECIDED = "supported", "refuted", "undecided"
BETTER, OVERTAKES = "tuned is better at k=1", "base overtakes"
GAINED, LOST = "tuned solves problems that base does not", "base solves problems that tuned does not"
NARROWED, WIDENED = "coverage narrowed", "coverage widened"  # one two-sided claim, named after its estimate
EVERY = "all benchmarks"  # in place of a benchmark's name: the overall claims


def at_one_k(estimate: float, low: float, high: float, coverage: bool) -> dict[str, str]:
    """The claim about a difference at one k, and its verdict: the side on which the interval lies."""
    verdict = SUPPORTED if low > 0 else REFUTED if high < 0 else UNDECIDED
    if not coverage:
        return {"claim": BETTER, "verdict": verdict}
    return {
        "claim": NARROWED if estimate < 0 else WIDENED,
        "verdict": UNDECIDED if verdict == UNDECIDED else SUPPORTED,
    }
