"""The table of findings, and that of their parts."""

from collections.abc import Iterable

import polars as pl

from boundary.analysis.claims import corrected
from boundary.analysis.verdicts import REFUTED, SUPPORTED, UNDECIDED
from boundary.findings.given import Given
from boundary.findings.statements import FINDINGS

PART = dict.fromkeys(("finding", "about", "base", "benchmark", "decoding"), pl.String) | {"k": pl.Int64}
PART |= dict.fromkeys(("estimate", "low", "high", "p", "holm_p"), pl.Float64)
PART |= dict.fromkeys(("verdict", "holm", "by_run"), pl.String) | {"problems": pl.Int64}
ROW = dict.fromkeys(("finding", "benchmark", "decoding", "verdict", "parts", "alone"), pl.String)
ROW |= {"least": pl.Float64, "most": pl.Float64, "rule": pl.String, "see": pl.String}


def findings(given: Given, roles: dict, files: dict[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row per finding and set of problems, and one per part of a finding.

    roles: the configuration's `findings`. files: of groups, by title. A finding is supported where all of its parts
    are, refuted where one is, and undecided else. What counts is the verdict of a part after Holm's correction over all
    parts of all findings, so that the chance of even one false one among them is that of one test.
    """
    parts = [
        {"finding": finding.sentence} | part
        for finding in FINDINGS
        for part in finding.parts(given, roles.get(finding.role, []))
        if part["benchmark"] in roles.get("benchmarks", [part["benchmark"]])
    ]
    parts, found = corrected(parts, given.spec["level"]), {}
    for part in parts:
        found.setdefault(tuple(part[key] for key in ("finding", "benchmark", "decoding")), []).append(part)
    rows = []
    for finding in FINDINGS:
        group = files.get(next(iter(roles.get(finding.role, [])), None), "")
        for (sentence, benchmark, decoding), own in found.items():
            if sentence == finding.sentence:
                estimates = [part["estimate"] for part in own]
                verdicts = [part["holm"] for part in own]
                see = finding.see.format(benchmark=benchmark, decoding=decoding, group=group)
                row = (sentence, benchmark, decoding, f"{together(verdicts)}, {roles['scale']}", tally(verdicts))
                row = (*row, tally([part["verdict"] for part in own]))
                rows.append((*row, min(estimates), max(estimates), finding.rule, see))
    every = pl.DataFrame([{name: part[name] for name in PART} for part in parts], schema=PART)
    return pl.DataFrame(rows, schema=ROW, orient="row"), every


def together(verdicts: Iterable[str]) -> str:
    """The verdict on a finding, by those on its parts."""
    said = set(verdicts)
    return REFUTED if REFUTED in said else SUPPORTED if said == {SUPPORTED} else UNDECIDED


def tally(verdicts: list[str]) -> str:
    return ", ".join(f"{verdicts.count(one)} {one}" for one in (SUPPORTED, REFUTED, UNDECIDED) if one in verdicts)
