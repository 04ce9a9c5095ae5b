"""Inputs of findings: the claims, counts and likelihoods of a run."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.decisions import coverage_k
from boundary.analysis.kinds import BETTER, EVERY, Claim, Kind
from boundary.analysis.pairs import run_counts
from boundary.analysis.passk import Counts, failing
from boundary.names import ACROSS


class Given(NamedTuple):
    """claims: rows of the table of claims. counts: problem_id, n, c by (model, benchmark, decoding). likelihoods: rows
    of the table of likelihoods. spec: level, large_k, `runs` by the name of their side, `groups` (see `group_rows`)."""

    claims: list[Claim]
    counts: dict[tuple[str, str, str], pl.DataFrame]
    likelihoods: list[dict]
    spec: dict

    def claims_of(self, names: list[str], *kinds: Kind) -> list[Claim]:
        """Claims of these kinds about these tuned models, or sets of runs, on one benchmark and under one decoding."""
        return [
            claim
            for claim in self.claims
            if claim["tuned"] in names and claim["kind"] in kinds
            if claim["benchmark"] != EVERY and ACROSS not in claim["decoding"]
        ]

    def pairs(self, names: list[str]) -> list[Claim]:
        """The comparisons of these models: one claim of each pair."""
        return self.claims_of(names, BETTER)

    def sides(self, pair: Claim) -> tuple[list[Counts], list[Counts]]:
        """The counts of every run of the base and of the tuned model of a pair, on the same problems."""
        base, tuned = (self.runs_of(pair["base"]), self.runs_of(pair["tuned"]))
        every = self.counted([*base, *tuned], pair["benchmark"], pair["decoding"])
        return every[: len(base)], every[len(base) :]

    def runs_of(self, name: str) -> list[str]:
        """The models of a side of a pair, or of a member of a group."""
        return self.spec["runs"].get(name, [name])

    def counted(self, names: list[str], benchmark: str, decoding: str) -> list[Counts]:
        """The counts of models, problem by problem in the same order."""
        frames = [self.counts[name, benchmark, decoding] for name in names]
        return run_counts(frames[:1], frames, incomplete=True)[1]

    def large_k(self, n: int) -> int:
        return coverage_k(self.spec["large_k"], n)

    def groups(self, titles: list[str]) -> Iterator[tuple[tuple[str, str], list[list[dict]]]]:
        """(benchmark, decoding), and the members of each of these groups there, if all have the same places."""
        rows = [row for row in self.spec["groups"] if row["group"] in titles and ACROSS not in row["decoding"]]
        for where in dict.fromkeys((row["benchmark"], row["decoding"]) for row in rows):
            here = [row for row in rows if (row["benchmark"], row["decoding"]) == where]
            members = [[row for row in here if row["group"] == title] for title in titles]
            if len({tuple(row["at"] for row in own) for own in members}) == 1 and len(members[0]) > 1:
                yield where, members


def at_k(runs: list[Counts], k: int) -> NDArray[np.float64]:
    """pass@k, (runs, problems)."""
    return np.array([1 - failing(n, c, k) for n, c in runs])
