"""The claims that are made, and what a verdict can be."""

SUPPORTED, REFUTED, UNDECIDED = "supported", "refuted", "undecided"
BETTER, OVERTAKES = "tuned is better at k=1", "base overtakes"
GAINED, LOST = "tuned solves what base never did", "base solves what tuned never did"  # boundary
RATE_GAINED, RATE_LOST = "tuned solves problems at", "base solves problems at"  # a rate that the other is below
NARROWED, WIDENED = "coverage narrowed", "coverage widened"  # one two-sided claim, named after its estimate
KINDS = {  # of claims, in the order in which they are shown, by how they begin
    BETTER: "better",
    OVERTAKES: "overtakes",
    GAINED: "gained",
    LOST: "lost",
    RATE_GAINED: "rate_gained",
    RATE_LOST: "rate_lost",
    NARROWED: "coverage",
    WIDENED: "coverage",
}
BOUNDARY, RATES = ("gained", "lost"), ("rate_gained", "rate_lost")
EVERY = "all benchmarks"  # in place of a benchmark's name: the overall claims
AHEAD, BEHIND = "ahead", "behind"


def kind_of(claim: dict) -> str:
    """Which of KINDS a claim is, by how it begins."""
    return next(kind for start, kind in KINDS.items() if claim["claim"].startswith(start))


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
