"""What the page says of a pair: one plain sentence with its decision, and what would decide what is not decided."""

import math
from collections import Counter
from typing import NamedTuple

from boundary.analysis.asked import ABOVE_VOTE, BEST
from boundary.analysis.clusters import FEW, are_few
from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED
from boundary.analysis.kinds import (
    BETTER,
    COVERAGE,
    EVERY,
    GAINED,
    LOST,
    NARROWED,
    OVERTAKES,
    RATE_GAINED,
    RATE_LOST,
    WIDENED,
    Claim,
    Direction,
    Kind,
    Names,
    direction,
)
from boundary.report.texts import decision, only_families, percent, under_choices

WORDS: dict[Direction, str] = {NARROWED: "fewer", WIDENED: "more"}
MOST_NAMED = 8  # models of which nothing is decided, in the summary
OfPair = dict[Kind, Claim]  # the claims about a pair, by kind


class Sentence(NamedTuple):
    """Of a pair on a benchmark. decision: narrowed, widened or undecided, after Holm's correction, at the large `k`.

    text: at that k. small_k: at k = 1, and up to which k. ahead_from: the k from which the base is ahead, where that is
    shown. remarks: what a reader needs to weigh it, the first two above all. luck: that guessing reaches as much.
    """

    names: Names
    decision: str
    k: int
    text: str
    small_k: str
    ahead_from: float | None
    remarks: list[str]
    luck: str | None = None


def sentences(claims: list[Claim], labels: dict[str, str]) -> list[Sentence]:
    """One of every pair on every benchmark, and one over all its benchmarks where there are several.

    labels: of models.
    """
    found: dict[tuple[str, ...], OfPair] = {}
    for claim in claims:
        pair = claim["base"], claim["tuned"], claim["benchmark"], claim["decoding"]
        found.setdefault(pair, {})[claim["kind"]] = claim
    return [_sentence(of_pair, labels) for of_pair in found.values() if COVERAGE in of_pair]


def points(value: float) -> str:
    """A difference of pass@k in percentage points, signed."""
    return f"{100 * value:+.{0 if abs(value) >= 0.0995 else 1}f}".replace("-", "\N{MINUS SIGN}")


def in_short(said: list[Sentence], labels: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """(benchmark, decision -> tuned models) in the order of the sentences: the answer before its details."""
    found: dict[str, dict[str, list[Sentence]]] = {}
    for one in said:
        found.setdefault(one.names["benchmark"], {}).setdefault(one.decision, []).append(one)
    short = []
    for benchmark, decisions in found.items():
        times = Counter(tuned for some in decisions.values() for tuned in {one.names["tuned"] for one in some})
        twice = {tuned for tuned, count in times.items() if count > 1}  # under several decodings, or beside two bases
        short.append((benchmark, {decision: _models(some, labels, twice) for decision, some in decisions.items()}))
    return short


def _models(said: list[Sentence], labels: dict[str, str], twice: set[str]) -> str:
    """The tuned models of sentences with one decision, how many where nothing is decided of many, and from which k the
    base is ahead. twice: those that have other decisions too."""
    models = list(dict.fromkeys(_model(one.names, labels, twice) for one in said))
    undecided = said[0].decision == UNDECIDED
    text = f"{len(models)} models" if undecided and len(models) > MOST_NAMED else " · ".join(models)
    ks = sorted(int(one.ahead_from) for one in said if one.ahead_from is not None)
    if not ks:
        return text
    return f"{text} (base ahead from k = {ks[0]}{f' to {ks[-1]}' if ks[-1] > ks[0] else ''})"


def _model(names: Names, labels: dict[str, str], twice: set[str]) -> str:
    """The tuned model, with base and decoding where it alone does not say which comparison is meant."""
    tuned = labels[names["tuned"]]
    return f"{tuned} ({labels[names['base']]}, {names['decoding']})" if names["tuned"] in twice else tuned


def findings_in_short(table: dict) -> list[tuple[str, dict[str, str]]]:
    """(finding, verdict with its scale -> where) of the table of findings, in its order."""
    several = len({row[table["columns"].index("decoding")] for row in table["rows"]}) > 1
    found: dict[str, dict[str, list[str]]] = {}
    for row in table["rows"]:
        of = dict(zip(table["columns"], row, strict=True))
        where = f"{of['benchmark']} at {of['decoding']}" if several else of["benchmark"]
        found.setdefault(of["finding"], {}).setdefault(of["verdict"], []).append(where)
    return [
        (finding, {verdict: ", ".join(where) for verdict, where in verdicts.items()})
        for finding, verdicts in found.items()
    ]


def interval(claim: Claim) -> str:
    """In points."""
    return f"[{points(claim['low'])}, {points(claim['high'])}]"


def _sentence(found: OfPair, labels: dict[str, str]) -> Sentence:
    coverage = found[COVERAGE]
    names: Names = {
        "base": coverage["base"],
        "tuned": coverage["tuned"],
        "benchmark": coverage["benchmark"],
        "decoding": coverage["decoding"],
    }
    base, tuned = labels[names["base"]], labels[names["tuned"]]
    side = direction(coverage["estimate"])
    difference = f"{points(coverage['estimate'])} points at k = {coverage['k']} {interval(coverage)}"
    if coverage["holm"] == UNDECIDED:
        decision, text = UNDECIDED, f"{tuned} and {base}: no difference shown at large k, {difference}"
    else:
        decision = side
        text = f"{tuned} solves {WORDS[side]} problems than {base}: {difference}"
    small_k, ahead_from = _small_k(found), _ahead_from(found.get(OVERTAKES))
    remarks, luck = _remarks(found, side), _luck(coverage, base if side == NARROWED else tuned)
    return Sentence(names, decision, coverage["k"], text, small_k, ahead_from, remarks, luck)


def _luck(claim: Claim, model: str) -> str | None:
    """That guessing reaches as much as the model that solves more, within its interval or beyond."""
    if claim["holm"] == UNDECIDED or not claim.get("may_be_luck"):
        return None
    return (
        f"May be luck: at k = {claim['k']} guessing alone reaches {claim['guess_at_k']:.0%}, which is within the "
        f"interval of {model}, or above it; the curves at smaller k say more"
    )


def _small_k(found: OfPair) -> str:
    """Who is ahead at k = 1, and up to which k."""
    better, crossing = found.get(BETTER), found.get(OVERTAKES)
    if better is None:
        return "k = 1 was not judged"
    size = f"{points(better['estimate'])} points at k = 1 {interval(better)}"
    if better["holm"] == REFUTED:
        return f"Tuned behind from the start: {size}"
    if better["holm"] != SUPPORTED:
        return f"Tuned {size}{_insignificant(better)}{_from(crossing)}"
    if crossing is None:
        return f"Tuned ahead at small k: {size}"
    if crossing["holm"] == REFUTED:
        return f"Tuned ahead at every k up to {max(1, crossing['n'] // 2)}: {size}"
    if math.isinf(crossing["estimate"]):
        return f"Tuned ahead at small k, {size}; whether the base overtakes is undecided"
    level = f"k = {crossing['estimate']:.0f} {_ks(crossing)}"
    if crossing["holm"] == SUPPORTED:
        return f"Tuned ahead at small k, {size}; base ahead from {level}"
    return f"Tuned ahead at small k, {size}; level at {level}, and whether the base overtakes is undecided"


def _insignificant(better: Claim) -> str:
    alone = better["verdict"] != UNDECIDED
    return ", not significant after correcting for all claims" if alone else ", not significant"


def _ahead_from(crossing: Claim | None) -> float | None:
    """The k from which the base is ahead, where that is shown."""
    return crossing["estimate"] if crossing is not None and crossing["holm"] == SUPPORTED else None


def _from(crossing: Claim | None) -> str:
    if crossing is None or _ahead_from(crossing) is None:
        return ""
    return f"; base ahead from k = {crossing['estimate']:.0f} {_ks(crossing)}"


def _ks(crossing: Claim) -> str:
    ends = (f"> {crossing['n']}" if math.isinf(k) else f"{k:.0f}" for k in (crossing["low"], crossing["high"]))
    return f"[{', '.join(ends)}]"


def _remarks(found: OfPair, side: Direction) -> list[str]:
    coverage = found[COVERAGE]
    remarks = []
    if {GAINED, LOST} <= found.keys():
        lost, gained = found[LOST], found[GAINED]
        remarks.append(
            f"Seen in all {coverage['n']} samples: {lost['solved_alone']} of {coverage['problems']} problems solved by "
            f"the base alone, {gained['solved_alone']} by the tuned model alone{_by_guessing(lost, 'the base')}"
        )
    if coverage["holm"] == UNDECIDED:
        if coverage["verdict"] != UNDECIDED:
            remarks.append(f"Asked alone it would be {side}; not with all claims of this run taken together (Holm)")
        else:
            remarks.append(what_decides(coverage, GAINED not in found))
    if (clusters := coverage.get("clusters")) and not are_few(clusters) and coverage["benchmark"] != EVERY:
        remarks.append(
            f"Intervals go by {clusters} families of problems; tests of single problems, intervals for exactly these "
            "problems and curves beyond n do not"
        )
    if coverage.get("choices", 0) > 1:
        remarks.append(under_choices(coverage))
    if {GAINED, LOST} <= found.keys():
        remarks += [_in_full(gained, "the tuned model", "the base"), _in_full(lost, "the base", "the tuned model")]
    if {RATE_GAINED, RATE_LOST} <= found.keys():
        rates = found[RATE_GAINED], found[RATE_LOST]
        rate = f"{100 * rates[0]['rate']:.3g}%"
        sides = (f"{who} {_at_rate(claim)}" for who, claim in zip(("tuned", "base"), rates, strict=True))
        remarks.append(f"At {rate} a sample or more, where the other is below {rate}: {', '.join(sides)}")
    if (needed := coverage.get("false_accepts_to_turn")) is not None and coverage["holm"] != UNDECIDED:
        remarks.append(
            f"To turn it, the grader would have to accept {percent(needed)} of the wrong answers of one model alone"
        )
    remarks += [_best(found[kind]) for kind in BEST if kind in found]
    if ABOVE_VOTE in found:
        vote = found[ABOVE_VOTE]
        remarks.append(
            f"One sample of the tuned model against the base's majority vote of {vote['k']}: "
            f"{points(vote['estimate'])} points {interval(vote)}, {decision(vote)}"
        )
    if "shared" in coverage:
        remarks.append(f"Compared on {coverage['shared']}")
    if coverage["benchmark"] == EVERY:
        where = {"ahead": coverage["ahead_on"], "behind": coverage["behind_on"]}
        remarks += [f"{side.capitalize()} on {names}" for side, names in where.items() if names]
    return remarks


def _best(claim: Claim) -> str:
    """The difference under the base's own prompt, and under the one where it is smallest."""
    return (
        f"At k = {claim['k']} {points(claim['of_own'])} points under the base's own prompt, "
        f"{points(claim['estimate'])} {interval(claim)} against its best of {claim['rivals']} ({claim['closest']}): "
        f"{decision(claim)}"
    )


def number(claim: Claim) -> str:
    """How many problems one model solves and the other never did: shown, and not excluded; and the decision."""
    if claim["holm"] == REFUTED:
        return "none, refuted"
    if not claim["high"] and claim["solved_alone"]:
        return f"none ({claim['solved_alone']} at a lower rate), {decision(claim)}"
    luck = ", may be luck: guessing reaches that rate" if claim.get("may_be_luck") else ""
    return f"{_problems(claim)}, {decision(claim)}{luck}"


def _problems(claim: Claim) -> str:
    size = f"{claim['estimate']:.0f} problem{'' if claim['estimate'] == 1 else 's'}"
    return f"{size} [{claim['low']:.0f}, {claim['high']:.0f}]"


def _in_full(claim: Claim, one: str, other: str) -> str:
    """A claim about what one model solves and the other never did."""
    rate = f"{100 * claim['rate']:.3g}%"
    text = f"Solved at {rate} or more by {one} and never by {other} in {claim['samples']} samples: {number(claim)}"
    if claim["low"]:
        text += (
            f"; {other} solves the {claim['low']:.0f} that are shown at less than {100 * claim['other_below']:.2g}% "
            f"(any single one at less than {100 * claim['other_below_each']:.2g}%)"
        )
    return text


def _by_guessing(claim: Claim, who: str) -> str:
    """How many of the problems that one model solved alone as many guesses would solve."""
    if not claim["solved_alone"] or claim.get("guesses_would_solve") is None:
        return ""
    return (
        f". As many guesses would solve {claim['guesses_would_solve']:.1f} of the {claim['solved_alone']}; on "
        f"{claim['above_guessing']} {who} is above guessing"
    )


def _at_rate(claim: Claim) -> str:
    also = f", {claim['also_solved']} of them solved by the other, too" if claim["estimate"] else ""
    return f"{_problems(claim)}, {decision(claim)}{also}"


UNKNOWN = "Too few problems, samples or runs to tell"


def what_decides(claim: Claim, of_runs: bool) -> str:
    """What would decide an undecided claim, were its estimate the truth: not known of several runs or benchmarks."""
    ways = []
    if are_few(claim.get("clusters")):
        return f"{only_families(claim).capitalize()} of problems: below {FEW} nothing is decided"
    if clusters := claim.get("clusters_to_decide"):
        ways.append(f"about {clusters - claim['clusters']:,} more families beside these {claim['clusters']:,}")
    if problems := claim.get("problems_to_decide"):
        ways.append(f"about {problems:,} such problems in place of {claim['problems']:,}")
    if samples := claim.get("samples_to_decide"):
        ways.append(f"about {samples:,} samples of each in place of {claim['n']:,}")
    if not ways:
        return (
            UNKNOWN if claim["benchmark"] == EVERY or of_runs else f"{UNKNOWN}, and no number in reach would decide it"
        )
    return f"Too few problems or samples: {', or '.join(ways)} would decide it, were the estimate the truth"
