"""The table of findings, and that of their parts."""

import json
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from boundary.analysis.claims import corrections
from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED, Decision
from boundary.findings.given import Given
from boundary.findings.parts import Part
from boundary.findings.statements import FINDINGS, Finding
from boundary.schema import Schema

PART: Schema = dict.fromkeys(("finding", "about", "base", "benchmark", "decoding"), pl.String)
PART |= {"k": pl.Int64} | dict.fromkeys(("estimate", "low", "high", "p", "holm_p"), pl.Float64)
PART |= dict.fromkeys(("verdict", "holm", "by_run"), pl.String) | {"problems": pl.Int64}
PART |= dict.fromkeys(("key", "runs"), pl.String)  # runs: a list as JSON
ROW: Schema = dict.fromkeys(("finding", "benchmark", "decoding", "verdict", "parts", "alone"), pl.String)
ROW |= dict.fromkeys(("least", "most"), pl.Float64) | dict.fromkeys(("rule", "see", "key"), pl.String)


class Stated(NamedTuple):
    """A part of a finding, and its p and decision among all parts of all findings (Holm)."""

    finding: Finding
    part: Part
    holm_p: float
    holm: Decision


def findings(given: Given, roles: dict, files: dict[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row per finding and set of problems, and one per part of a finding.

    roles: the configuration's `findings`. files: of groups, by title. A finding is supported if all of its parts are,
    refuted if one is, and undecided otherwise. A part is decided after Holm's correction over all parts of all
    findings, so the chance of even one false decision among them is that of one test.
    """
    parts = [
        (finding, part)
        for finding in FINDINGS
        for part in finding.parts(given, roles.get(finding.role, []))
        if part["benchmark"] in roles.get("benchmarks", [part["benchmark"]])
    ]
    tests = [part for _, part in parts]
    corrected = corrections([test["p"] for test in tests], [test["verdict"] for test in tests], given.spec["level"])
    stated = [Stated(*of, more["holm_p"], more["holm"]) for of, more in zip(parts, corrected, strict=True)]
    rows = []
    for finding in FINDINGS:
        named = roles.get(finding.role, [])
        group = files.get(named[0], "") if named else ""
        for (benchmark, decoding), own in _by_place(stated, finding).items():
            estimates = [one.part["estimate"] for one in own]
            decisions = [one.holm for one in own]
            rows.append(
                {
                    "finding": finding.sentence,
                    "benchmark": benchmark,
                    "decoding": decoding,
                    "verdict": f"{together(decisions)}, {roles['scale']}",
                    "parts": tally(decisions),
                    "alone": tally([one.part["verdict"] for one in own]),
                    "least": min(estimates),
                    "most": max(estimates),
                    "rule": finding.rule,
                    "see": finding.see.format(benchmark=benchmark, decoding=decoding, group=group),
                    "key": finding.key,
                }
            )
    said = [
        {"finding": one.finding.sentence, "key": one.finding.key, "holm_p": one.holm_p, "holm": one.holm}
        | {**one.part, "runs": json.dumps(one.part["runs"])}
        for one in stated
    ]
    return pl.DataFrame(rows, schema=ROW), pl.DataFrame(said, schema=PART)


def _by_place(stated: list[Stated], finding: Finding) -> dict[tuple[str, str], list[Stated]]:
    """The parts of a finding by benchmark and decoding."""
    found: dict[tuple[str, str], list[Stated]] = {}
    for one in stated:
        if one.finding is finding:
            found.setdefault((one.part["benchmark"], one.part["decoding"]), []).append(one)
    return found


def together(decisions: Iterable[Decision]) -> Decision:
    """The decision on a finding, from the decisions on its parts."""
    said = set(decisions)
    return REFUTED if REFUTED in said else SUPPORTED if said == {SUPPORTED} else UNDECIDED


def tally(decisions: list[Decision]) -> str:
    return ", ".join(f"{decisions.count(one)} {one}" for one in (SUPPORTED, REFUTED, UNDECIDED) if one in decisions)
