"""What the page says of a pair: one plain sentence with its decision, and what would decide what is not decided."""

import math
from collections import Counter
from typing import Any, NamedTuple

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
from boundary.contracts import FileTable
from boundary.report.texts import decision, many, only_families, percent, points, under_choices

WORDS: dict[Direction, str] = {NARROWED: "fewer", WIDENED: "more"}
MOST_NAMED = 8  # models of which nothing is decided, in the summary
PAIR = ("base", "tuned", "decoding")
OfPair = dict[Kind, Claim]  # the claims about a pair, by kind


class Sentence(NamedTuple):
    """A pair on a benchmark. decision: narrowed, widened or undecided, after Holm's correction, at the large `k`.

    pair: tuned against base, by their labels, and of episodes within how many turns. difference: at that k, or that it
    is not settled. text: both in one sentence. first: the difference at k = 1. crossing: from which k the base is level
    or ahead. gained, lost: how many problems one model solves at the rate and the other never did; None for several
    runs together. ahead_from: the k from which the base is ahead, if that is shown. remarks: caveats, the most
    important first. luck: that guessing reaches as much. within: of episodes, how many turns it speaks of.
    """

    names: Names
    decision: str
    k: int
    pair: str
    difference: str
    text: str
    first: str
    crossing: str
    gained: str | None
    lost: str | None
    ahead_from: float | None
    remarks: list[str]
    luck: str | None = None
    within: str | None = None

    @property
    def small_k(self) -> str:
        """The difference at k = 1 and the crossing, in one sentence."""
        return f"At k = 1 {self.first}; {self.crossing}"

    def in_a_line(self, several: bool) -> str:
        """As the terminal shows it. several: whether the run has more than one benchmark or decoding."""
        where = f"{self.names['benchmark']}, {self.names['decoding']}: " if several else ""
        sets = "" if self.gained is None else f"; problems gained: {self.gained}, lost: {self.lost}"
        return f"{where}{self.text}; at k = 1 {self.first}; {self.crossing}{sets}."


def sentences(claims: list[Claim], labels: dict[str, str]) -> list[Sentence]:
    """One of every pair on every benchmark, and one over all its benchmarks where there are several.

    labels: of models.
    """
    found: dict[tuple[str, ...], OfPair] = {}
    for claim in claims:
        pair = claim["base"], claim["tuned"], claim["benchmark"], claim["decoding"]
        found.setdefault(pair, {})[claim["kind"]] = claim
    return [_sentence(of_pair, labels, len(claims)) for of_pair in found.values() if COVERAGE in of_pair]


def in_lines(claims: list[Claim], labels: dict[str, str]) -> list[str]:
    """One sentence per pair, over its benchmarks where it has several, for the terminal and files of text."""
    said = sentences(claims, labels)
    overall = {_pair(one.names) for one in said if one.names["benchmark"] == EVERY}
    shown = [one for one in said if one.names["benchmark"] == EVERY or _pair(one.names) not in overall]
    several = len({(one.names["benchmark"], one.names["decoding"]) for one in shown}) > 1
    return [one.in_a_line(several) for one in shown]


def _pair(names: Any) -> tuple[str, ...]:
    return tuple(names[key] for key in PAIR)


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
    models = list(dict.fromkeys(_model(one.names, labels, twice, one.within) for one in said))
    undecided = said[0].decision == UNDECIDED
    text = f"{len(models)} models" if undecided and len(models) > MOST_NAMED else " · ".join(models)
    ks = sorted(int(one.ahead_from) for one in said if one.ahead_from is not None)
    if not ks:
        return text
    return f"{text} (base ahead from k = {ks[0]}{f' to {ks[-1]}' if ks[-1] > ks[0] else ''})"


def _model(names: Names, labels: dict[str, str], twice: set[str], within: str | None) -> str:
    """The tuned model, with base and decoding, or turns, where it alone does not say which comparison is meant."""
    tuned = labels[names["tuned"]]
    return f"{tuned} ({labels[names['base']]}, {within or names['decoding']})" if names["tuned"] in twice else tuned


def findings_in_short(table: FileTable) -> list[tuple[str, dict[str, str]]]:
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


def _sentence(found: OfPair, labels: dict[str, str], claims: int) -> Sentence:
    coverage = found[COVERAGE]
    names: Names = {
        "base": coverage["base"],
        "tuned": coverage["tuned"],
        "benchmark": coverage["benchmark"],
        "decoding": coverage["decoding"],
    }
    base, tuned = labels[names["base"]], labels[names["tuned"]]
    side = direction(coverage["estimate"])
    decided, within = coverage["holm"] != UNDECIDED, coverage.get("within")
    of_turns = f", {within}" if within else ""
    difference = settled(coverage, claims)
    text = f"{tuned} solves {WORDS[side]} problems than {base}" if decided else f"{tuned} against {base}"
    gained, lost = (shortly(found[kind]) if kind in found else None for kind in (GAINED, LOST))
    crossing = found.get(OVERTAKES)
    return Sentence(
        names,
        side if decided else UNDECIDED,
        coverage["k"],
        f"{tuned} against {base}{of_turns}",
        difference,
        f"{text}{of_turns}: {difference}",
        _first(found.get(BETTER), claims),
        _crossing(crossing, found.get(BETTER)),
        gained,
        lost,
        _ahead_from(crossing),
        _remarks(found, side),
        _luck(coverage, base if side == NARROWED else tuned),
        within,
    )


def settled(claim: Claim, claims: int) -> str:
    """A difference at one k; where it is not settled, that comes first. claims: how many the run corrects for."""
    size = f"{points(claim['estimate'])} points"
    if claim["holm"] != UNDECIDED:
        return f"{size} at k = {claim['k']} {interval(claim)}"
    if claim["verdict"] != UNDECIDED:
        return (
            f"not settled at k = {claim['k']} after correction for {many(claims, 'claim')} "
            f"(uncorrected: {size} {interval(claim)})"
        )
    return f"not settled at k = {claim['k']}: {size} {interval(claim)}"


def _luck(claim: Claim, model: str) -> str | None:
    """That guessing reaches as much as the model that solves more, within its interval or beyond."""
    if claim["holm"] == UNDECIDED or not claim.get("may_be_luck"):
        return None
    return (
        f"May be luck: at k = {claim['k']} guessing alone reaches {claim['guess_at_k']:.0%}, within the interval of "
        f"{model} or above it; compare the curves at smaller k"
    )


def _first(better: Claim | None, claims: int) -> str:
    """The difference at k = 1."""
    if better is None:
        return "not judged"
    size = f"{points(better['estimate'])} points {interval(better)}"
    if better["holm"] != UNDECIDED:
        return size
    if better["verdict"] != UNDECIDED:
        return f"not settled after correction for {many(claims, 'claim')} (uncorrected: {size})"
    return f"not settled: {size}"


def _crossing(crossing: Claim | None, better: Claim | None) -> str:
    """From which k the base is level or ahead, and whether that is shown."""
    if crossing is None:
        return "crossing not judged"
    half = max(1, crossing["n"] // 2)
    if crossing["holm"] == REFUTED:
        return f"tuned ahead at every k up to {half}"
    if crossing["holm"] == SUPPORTED:
        behind = better is not None and better["holm"] == REFUTED
        return (
            "base ahead from the start" if behind else f"base ahead from k = {crossing['estimate']:.0f} {_ks(crossing)}"
        )
    if math.isinf(crossing["estimate"]):
        return f"base not ahead at any k up to {crossing['n']}, a lead is not excluded"
    if crossing["low"] <= 1 and math.isinf(crossing["high"]):
        return "from which k the base is ahead cannot be told"
    return f"curves cross at about k = {crossing['estimate']:.0f} {_ks(crossing)}, the base's lead is not significant"


def _ahead_from(crossing: Claim | None) -> float | None:
    """The k from which the base is ahead, if that is shown."""
    return crossing["estimate"] if crossing is not None and crossing["holm"] == SUPPORTED else None


def _ks(crossing: Claim) -> str:
    ends = (f"above {crossing['n']}" if math.isinf(k) else f"{k:.0f}" for k in (crossing["low"], crossing["high"]))
    return f"[{', '.join(ends)}]"


def _remarks(found: OfPair, side: Direction) -> list[str]:
    coverage = found[COVERAGE]
    remarks = []
    if {GAINED, LOST} <= found.keys():
        lost, gained = found[LOST], found[GAINED]
        remarks.append(
            f"In {coverage['n']} samples each, {lost['solved_alone']} of {coverage['problems']} problems were solved "
            f"by the base alone, {gained['solved_alone']} by the tuned model alone{_by_guessing(lost, 'the base')}"
        )
    if coverage["holm"] == UNDECIDED:
        if coverage["verdict"] != UNDECIDED:
            remarks.append(f"Coverage {side} before, not after, Holm's correction for all claims of this run")
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
        remarks.append(f"Solved at a rate of {rate} or more, while the other is below {rate}: {', '.join(sides)}")
    if (needed := coverage.get("false_accepts_to_turn")) is not None and coverage["holm"] != UNDECIDED:
        remarks.append(
            f"The decision would turn if the grader accepted {percent(needed)} of the wrong answers of one model alone"
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


def shortly(claim: Claim) -> str:
    """`number` where the column or the sentence says what is counted, and what is supported needs no word."""
    if claim["holm"] == REFUTED:
        return "0 (more is excluded)"
    if not claim.get("supportable", True):
        return f"{claim['estimate']:.0f} seen, {claim['k']} samples are too few to tell"
    if not claim["high"]:
        below = f" (but {claim['solved_alone']} below {100 * claim['rate']:.3g}%)" if claim["solved_alone"] else ""
        return f"0{below}, {UNDECIDED}"
    luck = ", may be luck" if claim.get("may_be_luck") and claim["holm"] == SUPPORTED else ""
    return f"{claim['estimate']:.0f} ({_confirmed(claim)}){luck or _open(claim)}"


def number(claim: Claim) -> str:
    """How many problems one model solves and the other never did: shown, and not excluded; and the decision."""
    if claim["holm"] == REFUTED:
        return "none (more is excluded)"
    if not claim["high"] and claim["solved_alone"]:
        return f"none (but {claim['solved_alone']} below {100 * claim['rate']:.3g}%), {decision(claim)}"
    luck = ", may be luck: guessing reaches that rate" if claim.get("may_be_luck") else ""
    return f"{how_many(claim)}{_open(claim)}{luck}"


def how_many(claim: Claim) -> str:
    """How many problems, without the decision."""
    return f"{claim['estimate']:.0f} problem{'' if claim['estimate'] == 1 else 's'} ({_confirmed(claim)})"


def _confirmed(claim: Claim) -> str:
    """Of how many problems it is shown, where that holds among all claims of the run, and of how many it may be so."""
    if claim["holm"] != SUPPORTED:
        return f"none confirmed, up to {claim['high']:.0f} possible"
    if claim["low"] == claim["high"]:
        return "confirmed" if claim["high"] == 1 else "all confirmed"
    return f"{claim['low']:.0f} confirmed, up to {claim['high']:.0f} possible"


def _open(claim: Claim) -> str:
    """The decision, where the numbers do not say it."""
    said = decision(claim)
    return "" if said in (SUPPORTED, UNDECIDED) else f", {said}"


def _in_full(claim: Claim, one: str, other: str) -> str:
    """A claim about what one model solves and the other never did."""
    rate = f"{100 * claim['rate']:.3g}%"
    text = f"Solved at {rate} or more by {one} and never by {other} in {claim['samples']} samples: {number(claim)}"
    if claim["low"] and claim["holm"] == SUPPORTED:
        text += (
            f"; {other} solves the {claim['low']:.0f} confirmed problems at less than "
            f"{100 * claim['other_below']:.2g}% (any single one at less than {100 * claim['other_below_each']:.2g}%)"
        )
    return text


def _by_guessing(claim: Claim, who: str) -> str:
    """How many of the problems that one model solved alone as many guesses would solve."""
    if not claim["solved_alone"] or claim.get("guesses_would_solve") is None:
        return ""
    return (
        f". The same number of guesses would solve {claim['guesses_would_solve']:.1f} of the {claim['solved_alone']}; "
        f"{who} is above guessing on {claim['above_guessing']}"
    )


def _at_rate(claim: Claim) -> str:
    also = f", {claim['also_solved']} of them also solved by the other" if claim["estimate"] else ""
    return f"{how_many(claim)}{_open(claim)}{also}"


UNKNOWN = "Too few problems, samples or runs to tell"


def what_decides(claim: Claim, of_runs: bool) -> str:
    """What would settle an undecided claim if its estimate is right: not known of several runs or benchmarks."""
    ways = []
    if are_few(claim.get("clusters")):
        return f"{only_families(claim).capitalize()} of problems: below {FEW} nothing is decided"
    if clusters := claim.get("clusters_to_decide"):
        ways.append(f"about {clusters - claim['clusters']:,} more families beside these {claim['clusters']:,}")
    if problems := claim.get("problems_to_decide"):
        ways.append(f"about {problems:,} such problems instead of {claim['problems']:,}")
    if samples := claim.get("samples_to_decide"):
        ways.append(f"about {samples:,} samples of each instead of {claim['n']:,}")
    if not ways:
        return (
            UNKNOWN if claim["benchmark"] == EVERY or of_runs else f"{UNKNOWN}, and no number in reach would settle it"
        )
    return f"Too few problems or samples: {', or '.join(ways)} would settle it if the estimate is right"
