"""The answer of a run in a few lines: problems that RL models solve and their base never did, and whether coverage
changed."""

from typing import NamedTuple

from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED
from boundary.analysis.kinds import BOUNDARY, EVERY, GAINED, LOST, NARROWED, WIDENED, Claim, Kind
from boundary.report.page.sentences import how_many, in_short, number, sentences
from boundary.report.texts import what_it_takes
from boundary.report.trained import RL, word

LUCK = ", may be luck: guessing alone reaches as much"
MOST_NAMED = 3  # models behind the one that solves most


class Boundary(NamedTuple):
    """What one model solves and its base never did. what: the question; number: how many, and how sure; about: whose
    number it is, and a bound on the base's rate; reverse: the number of the base; others: those of other models."""

    what: str
    number: str
    about: str
    reverse: str
    others: str

    def text(self) -> str:
        about = f", {self.about}" if self.about else ""
        others = f". Others: {self.others}" if self.others else ""
        return f"{self.what}: {self.number}{about}; the reverse: {self.reverse}{others}"


class Answer(NamedTuple):
    """Of a benchmark. boundary: of the RL or tuned model that solves most so; coverage: decision -> models, at large k;
    others: (how they were trained, what they solve, decisions on coverage) of models of each other kind. few: that no
    such problem can be confirmed with so few samples, and how many it takes."""

    benchmark: str
    boundary: Boundary | None
    coverage: dict[str, str]
    others: list[tuple[str, Boundary, str]]
    few: str

    def lines(self) -> list[str]:
        """As plain text."""
        lines = [self.boundary.text()] if self.boundary else []
        if self.coverage:
            lines.append("; ".join(f"{decision}: {models}" for decision, models in self.coverage.items()))
        lines += [f"{how}: {own.text()}; coverage {decision}" for how, own, decision in self.others]
        lines += [self.few] if self.few else []
        return [f"{self.benchmark}: {line}" for line in lines]


def answers(claims: list[Claim], labels: dict[str, str], kinds: dict[str, str]) -> list[Answer]:
    """One for every benchmark with claims about single pairs, in their order.

    labels: of models. kinds: how models were trained, of those of which it is known, see `spec.kinds`.
    """
    others_kinds = {name: word(kind) for name, kind in kinds.items() if kind != RL}
    found = []
    for benchmark in dict.fromkeys(claim["benchmark"] for claim in claims if claim["benchmark"] != EVERY):
        here = [claim for claim in claims if claim["benchmark"] == benchmark]
        of_rl, others = [claim for claim in here if claim["tuned"] not in others_kinds], []
        for kind in dict.fromkeys(others_kinds[tuned] for claim in here if (tuned := claim["tuned"]) in others_kinds):
            own = [claim for claim in here if others_kinds.get(claim["tuned"]) == kind]
            if boundary := _boundary(own, labels, "a model"):
                decisions = _coverage(own, labels)
                several = (f"{decision} {models}" for decision, models in decisions.items())
                others.append((kind, boundary, " and ".join(decisions) if _only(own) else "; ".join(several)))
        who = "an RL model" if all(kinds.get(claim["tuned"]) == RL for claim in of_rl) else "a tuned model"
        found.append(Answer(benchmark, _boundary(of_rl, labels, who), _coverage(of_rl, labels), others, _few(here)))
    return found


def _sets(claims: list[Claim]) -> list[tuple[Claim, Claim]]:
    """(what the tuned model solves and the base never did, the reverse) of every pair, the most that is shown first."""
    pairs: dict[tuple[str, ...], dict[Kind, Claim]] = {}
    for claim in claims:
        if claim["kind"] in BOUNDARY:
            pairs.setdefault((claim["base"], claim["tuned"], claim["decoding"]), {})[claim["kind"]] = claim
    rank = lambda both: (both[0]["holm"] == SUPPORTED, both[0]["low"], both[0]["estimate"])  # noqa: E731
    return sorted(((both[GAINED], both[LOST]) for both in pairs.values()), key=rank, reverse=True)


def _only(claims: list[Claim]) -> str | None:
    """The tuned model, where there is one."""
    names = {claim["tuned"] for claim in claims}
    return names.pop() if len(names) == 1 else None


def _boundary(claims: list[Claim], labels: dict[str, str], who: str) -> Boundary | None:
    """who: what several tuned models are called. None where there are no such claims."""
    if not (pairs := _sets(claims)):
        return None
    (gained, lost), *rest = pairs
    rate = f"{100 * gained['rate']:.3g}%"
    only = _only(claims)
    who = labels[only] if only else who
    what = f"solved by {who} at {rate} or more and never by its base in {gained['samples']} samples"
    several = len({claim["decoding"] for claim in claims}) > 1
    name = lambda claim: labels[claim["tuned"]] + (f", {claim.get('within', claim['decoding'])}" if several else "")  # noqa: E731
    by = "for" if gained["holm"] == REFUTED else "by"
    about = [f"{by} {name(gained)}"] if several or not only else []
    if gained["holm"] == SUPPORTED:
        about.append(f"the base's rate on each is below {100 * gained['other_below']:.2g}%")
    others = [f"{name(one)}: {_size(one)}" for one, _ in rest[:MOST_NAMED]]
    others += [f"{len(rest) - MOST_NAMED} more"] if len(rest) > MOST_NAMED else []
    return Boundary(what, _size(gained), ", ".join(about), _size(lost), "; ".join(others))


def _size(claim: Claim) -> str:
    return how_many(claim) if what_it_takes(claim) else number(claim)


def _few(claims: list[Claim]) -> str:
    """Once for all claims that these samples cannot decide."""
    few = {claim["k"]: takes for claim in claims if claim["kind"] in BOUNDARY and (takes := what_it_takes(claim))}
    return "; ".join(
        f"{k} samples of each problem are too few to confirm any of these problems: it takes {takes}"
        for k, takes in few.items()
    )


def _coverage(claims: list[Claim], labels: dict[str, str]) -> dict[str, str]:
    """Which tuned models narrowed or widened coverage, and of which it is not settled."""
    said = sentences(claims, labels)
    short = dict(in_short(said, labels))
    (decisions,) = short.values() or ({},)
    lucky = {one.decision for one in said if one.luck}
    ordered = (decision for decision in (NARROWED, WIDENED, UNDECIDED) if decision in decisions)
    return {decision: decisions[decision] + (LUCK if decision in lucky else "") for decision in ordered}
