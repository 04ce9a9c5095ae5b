"""pass@k of every model on every stratum of the benchmarks that have any: difficulty, subject, or date."""

import numpy as np
import polars as pl

from boundary.analysis.clusters import Problems, clusters_of
from boundary.analysis.intervals import share_interval
from boundary.analysis.passk import pass_at_k, powers_of_two
from boundary.analysis.select import in_clusters
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.schema import Schema

SCHEMA: Schema = {
    "benchmark": pl.String,
    "decoding": pl.String,
    "model": pl.String,
    "grader": pl.String,
    "stratum": pl.String,
}
SCHEMA |= {"problems": pl.Int64, "k": pl.Int64, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64}


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """spec: `benchmarks`, names of the benchmarks in the order of `problems`; `whole_of`, `level`."""
    problems = dict(zip(spec["benchmarks"], given["problems"], strict=True))
    rows = []
    for result in given["counts"]:
        strata = problems[result.names["benchmark"]].select("problem_id", "stratum").drop_nulls()
        counted = in_clusters(result, given, spec)
        known = counted.join(strata, on="problem_id", maintain_order="left")
        names = [result.names[key] for key in ("benchmark", "decoding", "model")]
        for (grader, stratum), counts in known.group_by("grader", "stratum", maintain_order=True):
            values = pass_at_k(counts["n"].to_numpy(), counts["c"].to_numpy())
            k = np.array(powers_of_two(values.shape[1]))
            kept = values[:, k - 1]
            interval = share_interval(Problems(kept, clusters_of(counts)), spec["level"])
            columns = zip(k.tolist(), kept.mean(0), interval["low"], interval["high"], strict=True)
            rows += [(*names, grader, stratum, len(kept), *row) for row in columns]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
