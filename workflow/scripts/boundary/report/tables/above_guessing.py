"""Number of problems that a model solves more often than by guessing, among those that it solved."""

import math

import polars as pl

from boundary.analysis.guess import guess_floor
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.report.tables.guesses import compared
from boundary.schema import Schema

SCHEMA: Schema = {
    "benchmark": pl.String,
    "decoding": pl.String,
    "model": pl.String,
    "problems": pl.Int64,
    "n": pl.Int64,
}
SCHEMA |= {"solved": pl.Int64, "above_guessing": pl.Int64, "guessable": pl.Int64, "solved_guessable": pl.Int64}
SCHEMA |= {"guesses_would_solve": pl.Float64}


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given, spec: see `guesses`."""
    sampled = {result.names["benchmark"]: result for result in given["guesses"]}
    rows = []
    for names, frame in compared(given, spec):
        n, solved, guessable = int(frame["n"].to_numpy().min()), frame["c"] > 0, frame["guessable"]
        floor = guess_floor(frame, n, [sampled[names["benchmark"]]])
        sums = (int(s.sum()) for s in (solved, frame["above"], guessable, solved & guessable))
        expected = None if floor is None or math.isnan(floor[-1]) else float(floor[-1]) * len(frame)
        rows.append((*names.values(), len(frame), n, *sums, expected))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
