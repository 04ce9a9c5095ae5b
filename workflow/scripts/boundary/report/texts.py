"""Texts of the report, made from results."""

import math
import re
from collections.abc import Sequence
from functools import partial

from boundary.analysis.asked import ASKED
from boundary.analysis.clusters import are_few
from boundary.analysis.decisions import UNDECIDED, Decision
from boundary.analysis.kinds import BETTER, COVERAGE, EVERY, KINDS, Claim, direction
from boundary.contracts import ClaimsSpec, PageSpec


def _number(value: float, n: int) -> str:
    return f"> {n}" if math.isinf(value) else f"{value:.3f}" if abs(value) < 1 and value else f"{value:.0f}"


def many(number: int, what: str) -> str:
    """A number with its noun, such as "1 problem" and "2,000 problems"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """A share between 0 and 1 to two digits, near 1 to four: 0%, 0.0012%, 12%, 99.96%, 100%."""
    rounded = float(f"{100 * share:.{2 if share < 0.99 else 4}g}")
    return f"{rounded:.10f}".rstrip("0").rstrip(".") + "%"


def plain(text: str) -> str:
    """A user's text as reStructuredText shows it literally, on one line."""
    return re.sub(r"([\\*`|_])", r"\\\1", " ".join(text.split()))


def model_notes(spec: PageSpec | ClaimsSpec) -> str:
    """Facts that a reader must know about models that cannot be pinned, or that may not be what they seem; empty for
    others.

    spec: `served`, the name that a server has for a model; `other_bases`, `adapter_of` and `weights` of an adapted
    model; `by_chat`, those that were sent messages; `other_templates`, the base of those with another chat template.
    """
    served, other_bases, by_chat = spec["served"], spec["other_bases"], spec.get("by_chat", ())
    notes = []
    if served:
        names = ", ".join(f"{plain(name)} (as {plain(model)})" for name, model in served.items())
        notes.append(
            f"Sampled from running servers, whose weights and revisions cannot be pinned: {names}. The table *servers* "
            "shows what the servers reported."
        )
    if chats := [plain(name) for name in served if name in by_chat]:
        notes.append(f"Sampled by chat messages, which the server's own template renders: {', '.join(chats)}.")
    together: dict[tuple[str, str], list[str]] = {}
    for name, given in other_bases.items():
        together.setdefault((given["adapter_of"], given["weights"]), []).append(plain(name))
    notes += [
        f"Adapters that name {plain(of)} as their base were put on {plain(weights)} (is that the same model?): "
        f"{', '.join(names)}."
        for (of, weights), names in together.items()
    ]
    notes += [
        f"The chat templates of {plain(name)} and {plain(base)} differ: chats are rendered differently for them."
        for name, base in spec.get("other_templates", {}).items()
    ]
    return "".join(f"\n- {note}" for note in notes) + "\n"


def subset_notes(subsets: dict[str, str], built: list) -> str:
    """The problems of subsets of benchmarks, and the numbers left out. built: of `store.results`."""
    notes = []
    for result in built:
        name, kept, left = result.names["benchmark"], len(result.frame), len(result.made_with["left_out"])
        notes.append(
            f"{plain(name)} has {kept} of {many(kept + left, 'problem')}, {left} were left out: {plain(subsets[name])}."
        )
    return "".join(f"\n- {note}" for note in notes) + ("\n" if notes else "")


def families_remarks(benchmarks: Sequence[str]) -> list[str]:
    """Remarks about benchmarks whose problems come from few tasks without a column of families."""
    return [
        f"{name}: problems of reasoning-gym are many of each task, and intervals take each for one by itself: say "
        "`cluster: dataset`, the column of their task, where they are of several"
        for name in benchmarks
    ]


def left_notes(left: list[list[str]]) -> str:
    """Samples that were deleted although they were verified. left: model, benchmark, decoding and block of each."""
    if not left:
        return ""
    named = ", ".join(dict.fromkeys(plain("/".join(curve)) for *curve, _ in left))
    count = f"{len(left)} blocks of samples are" if len(left) > 1 else "One block of samples is"
    return (
        f"\n- {count} no longer here ({named}): counted as they were verified, they cannot be read or verified again.\n"
    )


def claims_text(claims: list[Claim], rules: dict[str, str], labels: dict[str, str], answer: list[str]) -> str:
    """The claims of all pairs and their rules, as reStructuredText for the top of the report.

    claims: of `all_claims`. labels: of models. answer: the first lines. Then there is one sentence for each pair with
    several benchmarks, and one row per pair and benchmark. Decisions are after Holm's correction; tests and p are in
    the table.
    """
    by_pair: dict[tuple, list[Claim]] = {}
    for claim in claims:
        by_pair.setdefault((claim["base"], claim["tuned"], claim["decoding"]), []).append(claim)
    lines = [f"- {plain(line)}" for line in answer]
    lines += [f"- {said}" for found in by_pair.values() if (said := _overall(found, labels))] + [""]
    lines += [".. list-table:: Claims: decision, estimate [interval]", "   :header-rows: 1", ""]
    rows: dict[str, dict[str, str]] = {}
    for claim in claims:
        if claim["benchmark"] != EVERY:
            pair = f"{_pair(claim, labels)}; {plain(claim['benchmark'])}, {plain(claim['decoding'])}, "
            pair += claim.get("shared", f"{many(claim['problems'], 'problem')}, n = {claim['n']}")
            rows.setdefault(pair, {})[KINDS[claim["kind"]].column] = _cell(claim)
    here = {claim["kind"] for claim in claims}
    columns = [shown.column for kind, shown in KINDS.items() if kind in here or kind not in ASKED]
    cells = [[pair, *(found.get(column, "") for column in columns)] for pair, found in rows.items()]
    for row in (["pair", *columns], *cells):
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(row)]
    lines += ["", _led_with(claims), "", "Decision rules:", ""]
    by_text: dict[str, list[str]] = {}
    for name, text in rules.items():
        by_text.setdefault(text, []).append(f"*{name}*")
    lines += [f"- {', '.join(names)}: {text}" for text, names in by_text.items()]
    return "\n".join(lines) + "\n"


def decision(claim: Claim) -> str:
    """The decision after Holm's correction; for a claim that these samples cannot decide, that fact."""
    if takes := what_it_takes(claim):
        return f"cannot be decided with {claim['k']} samples of each problem: it takes {takes}"
    if are_few(claim.get("clusters")):
        return f"{UNDECIDED}, {only_families(claim)}"
    return claim["holm"]


def what_it_takes(claim: Claim) -> str:
    """To decide a claim that these samples cannot decide; nothing of other claims."""
    if claim["holm"] != UNDECIDED or claim.get("supportable") is not False:
        return ""
    return f"{claim['samples_to_support']:,}, or a rate of {100 * claim['rate_to_support']:.2g}% (analysis.rate)"


def only_families(claim: Claim) -> str:
    """Why few clusters decide nothing."""
    return f"only {claim['clusters']} famil{'y' if claim['clusters'] == 1 else 'ies'}"


def under_choices(claim: Claim) -> str:
    """The decision of a claim under other graders, k and filters, and separately on strata."""
    others = claim["choices"] - 1
    text = f"{others} other choice{'s' if others > 1 else ''} (grader, k, filter, decoding): "
    text += f"{claim['agreeing'] - 1} the same, {claim['undecided_choices']} undecided, {claim['opposite']} opposite"
    text += f" ({claim['turns_under']})" if claim.get("turns_under") else ""
    if claim.get("strata"):
        strata = "1 stratum, which has" if claim["strata"] == 1 else f"{claim['strata']} strata, which have"
        text += f". {strata} fewer problems: {claim['strata_agreeing']} agreeing, "
        text += f"{claim['strata_undecided']} undecided, {claim['strata_opposite']} opposite"
    return text


def _pair(claim: Claim, labels: dict[str, str]) -> str:
    return f"{plain(labels[claim['tuned']])} against {plain(labels[claim['base']])}"


def _cell(claim: Claim) -> str:
    show = points if KINDS[claim["kind"]].unit == "share" else partial(_number, n=claim["n"])
    low, high, estimate = (show(value) for value in (claim["low"], claim["high"], claim["estimate"]))
    unit = " points" if show is points else ""
    cell = f"{direction(claim['estimate'])}: " if claim["kind"] == COVERAGE else ""
    cell += f"{_decision(claim)} {estimate}{unit} [{low}, {high}]"
    if claim.get("solved_alone"):
        cell += f" ({claim['solved_alone']} solved at all, {claim['solved_alone_once']} by one sample)"
    if claim.get("also_solved"):
        cell += f" ({claim['also_solved']} also solved by the other)"
    if claim.get("choices", 0) > 1 and claim["verdict"] != UNDECIDED:
        cell += f". {plain(under_choices(claim))}"
    return cell + _luck(claim)


def _luck(claim: Claim) -> str:
    decided = claim.get("may_be_luck") and claim["holm"] != UNDECIDED
    return " (may be luck: guessing reaches as much)" if decided else ""


def _decision(claim: Claim) -> str:
    """After Holm's correction; if the uncorrected decision is another one, that too."""
    if claim["holm"] != UNDECIDED:
        return f"**{claim['holm']}**"
    return decision(claim) if claim["verdict"] == UNDECIDED else f"{UNDECIDED} (uncorrected: {claim['verdict']})"


def _overall(found: list[Claim], labels: dict[str, str]) -> str:
    """What a pair shows over its benchmarks, in one sentence; nothing of a pair with a single one."""
    parts = []
    for claim in found:
        if claim["kind"] in (BETTER, COVERAGE) and claim["benchmark"] == EVERY:
            what = "tuned is better" if claim["kind"] == BETTER else f"coverage {direction(claim['estimate'])}"
            estimate, low, high = (points(value) for value in (claim["estimate"], claim["low"], claim["high"]))
            size = f"{estimate} points [{low}, {high}]"
            parts.append(f"at k = {claim['k']} {what}: {_decision(claim)}, {size}{_agreement(claim)}")
    if not parts:
        return ""
    where = f"{len({claim['benchmark'] for claim in found}) - 1} benchmarks"
    return f"{_pair(found[0], labels)}, {plain(found[0]['decoding'])}, {where}: {'; '.join(parts)}."


def points(value: float) -> str:
    """A difference of pass@k in percentage points, signed; zero has no sign."""
    text = f"{100 * value:+.{0 if abs(value) >= 0.0995 else 1}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else "0"


def _agreement(claim: Claim) -> str:
    sides = {"ahead": claim["ahead_on"], "behind": claim["behind_on"]}
    notes = [f"{side} on {plain(names)}" for side, names in sides.items() if names]
    p = claim["heterogeneity_p"]
    notes.append(f"benchmarks {'differ' if p <= 0.05 else 'do not differ'} beyond chance, p = {p:.2g}")
    return f" ({'; '.join(notes)})"


def _led_with(claims: list[Claim]) -> str:
    decided = counted(claims)
    return (
        f"{many(len(claims), 'claim')}: {decided['verdict']} significant uncorrected, {decided['fdr']} after "
        f"Benjamini-Hochberg, {decided['holm']} after Holm (used in this report)."
    )


def counted(claims: list[Claim]) -> dict[str, int]:
    """Number of claims, and number decided without correction and with each correction."""
    decided: dict[str, list[Decision]] = {
        "verdict": [claim["verdict"] for claim in claims],
        "holm": [claim["holm"] for claim in claims],
        "fdr": [claim["fdr"] for claim in claims],
    }
    return {"claims": len(claims)} | {key: sum(one != UNDECIDED for one in each) for key, each in decided.items()}
