"""Groups for tables about problems that their members solve: the rows of one group and condition, and counts of
curves."""

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from boundary.analysis.select import in_clusters, of_grader
from boundary.contracts import TableSpec
from boundary.files.store import Results

Frames = Callable[[Sequence[tuple[str, str]]], list[pl.DataFrame] | None]


def of_groups(given: Results, spec: TableSpec) -> Iterator[tuple[dict[str, str], list[dict], Frames]]:
    """(group, benchmark and decoding by name; its rows; the counts of (model, decoding) on that benchmark, with their
    clusters; None for groups without counts of a member).

    given: `counts` of every curve. spec: `groups`, the rows of the table of groups; `graders`, `whole_of`.
    """
    counts = {tuple(r.names[key] for key in ("model", "benchmark", "decoding")): r for r in given["counts"]}
    groups: dict[tuple, list[dict]] = {}
    for row in spec["groups"]:
        groups.setdefault(tuple(row[key] for key in ("group", "benchmark", "decoding")), []).append(row)
    for (group, benchmark, decoding), members in groups.items():

        def frames(curves: Sequence[tuple[str, str]], benchmark: str = benchmark) -> list[pl.DataFrame] | None:
            keys = [(model, benchmark, decoding) for model, decoding in curves]
            if not set(keys) <= counts.keys():
                return None
            return [of_grader(in_clusters(counts[key], given, spec), spec["graders"][benchmark]) for key in keys]

        yield {"group": group, "benchmark": benchmark, "decoding": decoding}, members, frames
