"""Texts of the report, made of results."""

import math
import re

from boundary.analysis.claims import BETTER, NARROWED, OVERTAKES, UNDECIDED, WIDENED


def _number(value: float, n: int) -> str:
    return f"> {n}" if math.isinf(value) else f"{value:.3f}" if abs(value) < 1 and value else f"{value:.0f}"


def plain(text: str) -> str:
    """A user's text as reStructuredText shows it to the letter, on one line."""
    return re.sub(r"([\\*`|_])", r"\\\1", " ".join(text.split()))


def model_notes(served: dict[str, str], other_bases: dict[str, dict[str, str]]) -> str:
    """What a reader must know of models that cannot be pinned, or that may not be what they seem; empty for others.

    served: the name that a server has for a model. other_bases: `adapter_of` and `weights` of an adapted model.
    """
    notes = [
        f"{plain(name)} was sampled from a server that already ran, as {plain(model)}: its weights and revision cannot "
        "be pinned. The table *servers* has what the server said of them."
        for name, model in served.items()
    ]
    notes += [
        f"The adapter of {plain(name)} names {plain(given['adapter_of'])} as its base, and was put on "
        f"{plain(given['weights'])}: is that the same model?"
        for name, given in other_bases.items()
    ]
    return "".join(f"\n- {note}" for note in notes) + "\n"


def claims_text(claims: list[dict], rules: dict[str, str], labels: dict[str, str]) -> str:
    """The claims of all pairs and the rules that decided them, as reStructuredText for the top of the report.

    claims: of `pair_claims`, with benchmark, decoding, base and tuned. labels: of models. One row per pair; the two
    claims about coverage share a cell, as they are one estimate. Tests and p are in the table of claims.
    """
    lines = [".. list-table:: Claims: verdict, estimate [interval]", "   :header-rows: 1", ""]
    header = [
        "pair",
        BETTER,
        OVERTAKES,
        "tuned solves what base does not",
        "base solves what tuned does not",
        "coverage",
    ]
    rows: dict[str, list[str]] = {}
    for claim in claims:
        row = rows.setdefault(
            f"{plain(labels[claim['tuned']])} against {plain(labels[claim['base']])}; {plain(claim['benchmark'])}, "
            f"{plain(claim['decoding'])}, " + claim.get("shared", f"{claim['problems']} problems, n = {claim['n']}"),
            [],
        )
        low, high, estimate = (_number(claim[key], claim["n"]) for key in ("low", "high", "estimate"))
        verdict = f"**{claim['verdict']}**" if claim["verdict"] != UNDECIDED else UNDECIDED
        if claim["claim"].startswith(NARROWED):
            row.append(f"narrowed: {verdict}")
        elif claim["claim"].startswith(WIDENED):
            row[-1] += f", widened: {verdict} {estimate} [{low}, {high}]"
        else:
            row.append(f"{verdict} {estimate} [{low}, {high}]")
    for row in (header, *([pair, *cells] for pair, cells in rows.items())):
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(row)]
    lines += ["", f"How each of the {len(claims)} claims was decided, on its own:", ""]
    by_text: dict[str, list[str]] = {}
    for claim, text in rules.items():
        by_text.setdefault(text, []).append(f"*{claim}*")
    lines += [f"- {', '.join(names)}: {text}" for text, names in by_text.items()]
    return "\n".join(lines) + "\n"
