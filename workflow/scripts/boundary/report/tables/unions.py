"""What the members of a group solve together, against their base with as many samples."""

import polars as pl

from boundary.analysis.answers import MEMBERS_LEAST, union
from boundary.analysis.decisions import coverage_k
from boundary.analysis.pairs import run_clusters, run_counts
from boundary.analysis.select import in_clusters, of_grader
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.names import sides
from boundary.schema import Schema

SCHEMA: Schema = dict.fromkeys(("group", "benchmark", "decoding", "base", "members"), pl.String)
SCHEMA |= dict.fromkeys(("k", "of_each"), pl.Int64)
SCHEMA |= dict.fromkeys(("union", "base_alone", "estimate", "low", "high", "p"), pl.Float64)


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """At n/2 and at n samples of either side, of groups whose members have one base.

    given: `counts` of every curve. spec: `groups`, the rows of the table of groups; `graders`, `whole_of`, `level`.
    """
    counts = {tuple(r.names[key] for key in ("model", "benchmark", "decoding")): r for r in given["counts"]}
    groups: dict[tuple, list[dict]] = {}
    for row in spec["groups"]:
        groups.setdefault(tuple(row[key] for key in ("group", "benchmark", "decoding")), []).append(row)
    rows = []
    for (group, benchmark, decoding), members in groups.items():
        bases, (of_base, of_tuned) = {row["base"] for row in members}, sides(decoding)
        keys = [(row["tuned"], benchmark, of_tuned) for row in members]
        first = (members[0]["base"], benchmark, of_base)
        if len(bases) > 1 or len(members) < MEMBERS_LEAST or not {first, *keys} <= counts.keys():
            continue
        grader = spec["graders"][benchmark]
        every = (in_clusters(counts[key], given, spec) for key in (first, *keys))
        frames = [of_grader(frame, grader) for frame in every]
        (base,), tuned = run_counts(frames[:1], frames[1:], incomplete=True)
        clusters = run_clusters(frames, incomplete=True)
        n = min(int(samples.min()) for samples, _ in (base, *tuned))
        names = {"group": group, "benchmark": benchmark, "decoding": decoding, "base": members[0]["base"]}
        names["members"] = ", ".join(row["tuned"] for row in members)
        for k in dict.fromkeys((coverage_k("half", n), n)):
            if k >= len(members):
                rows.append(names | union(base, tuned, k, spec["level"], clusters))
    return pl.DataFrame(rows, schema=SCHEMA)
