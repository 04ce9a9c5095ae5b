"""Samples on which graders disagree, a few of every pair of graders and side."""

import polars as pl

from boundary.analysis.disagreement import summary
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.schema import Schema

SCHEMA: Schema = dict.fromkeys(
    ("benchmark", "decoding", "model", "first", "second", "right_by", "problem_id"), pl.String
)
SCHEMA |= {"sample_index": pl.Int64}


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    rows = []
    for result in given["graders"]:
        names = {key: result.names[key] for key in ("benchmark", "decoding", "model")}
        for row in summary(result.frame).iter_rows(named=True):
            about = names | {side: row[side] for side in ("first", "second")}
            for side in ("first", "second"):
                for example in row[f"examples_{side}"]:
                    problem_id, _, index = example.rpartition("#")
                    found = {"right_by": row[side], "problem_id": problem_id, "sample_index": int(index)}
                    rows.append(about | found)
    return pl.DataFrame(rows, schema=SCHEMA)
