"""Problems that the members of a group solve together, compared with their base with as many samples."""

import polars as pl

from boundary.analysis.answers import MEMBERS_LEAST, union
from boundary.analysis.decisions import coverage_k
from boundary.analysis.pairs import run_clusters, run_counts
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.names import sides
from boundary.report.tables.of_groups import of_groups
from boundary.schema import Schema

SCHEMA: Schema = dict.fromkeys(("group", "benchmark", "decoding", "base", "members"), pl.String)
SCHEMA |= dict.fromkeys(("k", "of_each"), pl.Int64)
SCHEMA |= dict.fromkeys(("union", "base_alone", "estimate", "low", "high", "p"), pl.Float64)


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """At n/2 and at n samples of either side, for groups whose members have one base.

    given: `counts` of every curve. spec: `groups`, the rows of the table of groups; `graders`, `whole_of`, `level`.
    """
    rows = []
    for about, members, counts in of_groups(given, spec):
        of_base, of_tuned = sides(about["decoding"])
        if len({row["base"] for row in members}) > 1 or len(members) < MEMBERS_LEAST:
            continue
        frames = counts([(members[0]["base"], of_base), *((row["tuned"], of_tuned) for row in members)])
        if frames is None:
            continue
        (base,), tuned = run_counts(frames[:1], frames[1:], incomplete=True)
        clusters = run_clusters(frames, incomplete=True)
        n = min(int(samples.min()) for samples, _ in (base, *tuned))
        names = about | {"base": members[0]["base"], "members": ", ".join(row["tuned"] for row in members)}
        for k in dict.fromkeys((coverage_k("half", n), n)):
            if k >= len(members):
                rows.append(names | union(base, tuned, k, spec["level"], clusters))
    return pl.DataFrame(rows, schema=SCHEMA)
