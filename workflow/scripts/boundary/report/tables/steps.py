"""Problems lost and found from one checkpoint of a group to the next, starting from its base."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from boundary.analysis.pairs import run_clusters, run_counts
from boundary.analysis.steps import lost_and_found
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.names import sides
from boundary.report.tables.of_groups import of_groups
from boundary.schema import Schema

SCHEMA: Schema = dict.fromkeys(("group", "benchmark", "decoding", "earlier_model", "later_model", "what"), pl.String)
SCHEMA |= dict.fromkeys(("half_of", "problems", "k"), pl.Int64)
SCHEMA |= dict.fromkeys(("earlier", "later", "estimate", "low", "high"), pl.Float64)


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `counts` of every curve. spec: `groups`, the rows of the table of groups; `graders`, `whole_of`, `level`.

    Only groups whose places are numbers and whose members have one base.
    """
    rows = []
    for about, members, frames in of_groups(given, spec):
        of_base, of_tuned = sides(about["decoding"])
        names = in_order(members)
        counts = frames(list(zip(names, [of_base] + [of_tuned] * len(names), strict=False)))
        rows += [about | row for row in steps(names, counts, spec["level"])] if counts else []
    return pl.DataFrame(rows, schema=SCHEMA)


def in_order(members: Sequence[Mapping[str, Any]]) -> list[str]:
    """The base of several members of a group, and the members in order; none if places are not numbers, or there are
    several bases."""
    try:
        ordered = sorted(members, key=lambda member: float(str(member["at"])))
    except ValueError:
        return []
    bases = {member["base"] for member in members}
    return [*bases, *(member["tuned"] for member in ordered)] if len(bases) == 1 and len(members) > 1 else []


def steps(names: list[str], frames: list[pl.DataFrame], level: float) -> Iterator[dict]:
    """Rows of every step. frames: counts of one grader of the models of that name, in order."""
    counts, _ = run_counts(frames, [], incomplete=True)
    clusters = run_clusters(frames, incomplete=True)
    for place in range(1, len(names)):
        about = {"earlier_model": names[place - 1], "later_model": names[place]}
        for row in lost_and_found(counts[place - 1], counts[place], level, clusters):
            yield about | row
