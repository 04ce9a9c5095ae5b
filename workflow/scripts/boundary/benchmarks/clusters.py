"""Clusters of a benchmark's problems: a column of its file, read only for the analysis.

It is not part of the benchmark: naming another column builds, renders and samples nothing again.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from boundary.benchmarks.rows import rows_of_file
from boundary.contracts import Benchmark
from boundary.errors import InputError


def read_clusters(entry: Benchmark, column: str, files: Iterable[Path]) -> pl.DataFrame:
    """problem_id and cluster of every row that passes the benchmark's filter. entry: the benchmark's spec.

    InputError naming file and row if the column is missing or empty, or if it is equal in all rows.
    """
    files = list(files)
    rows = [(row["problem_id"], row["cluster"]) for file in files for row in rows_of_file(entry, file, column)]
    found = pl.DataFrame(rows, schema={"problem_id": pl.String, "cluster": pl.String}, orient="row")
    if found["cluster"].n_unique() == 1:
        raise InputError(
            f"{', '.join(map(str, files))}: column {column!r} (key `cluster`) is {found['cluster'][0]!r} in row 1 and "
            f"in all {len(found)} rows: one family says nothing of others; name another column, or leave `cluster` out"
        )
    return found
