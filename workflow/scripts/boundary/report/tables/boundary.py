"""Claims about problems that one model solves and the other never did, for every pair, with their numbers."""

import polars as pl

from boundary.analysis.kinds import BOUNDARY
from boundary.contracts import TableSpec
from boundary.files.store import Results

COLUMNS: tuple[str, ...] = (
    "benchmark",
    "decoding",
    "base",
    "tuned",
    "kind",
    "rate",
    "samples",
    "problems",
    "estimate",
    "low",
    "high",
)
COLUMNS += ("low_at_10", "low_at_50", "other_below", "other_below_each", "solved_alone", "solved_alone_once")
COLUMNS += ("guesses_would_solve", "above_guessing", "may_be_luck", "p", "verdict", "holm", "supportable")
COLUMNS += ("samples_to_support",)


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `claims`, the table of all."""
    (claims,) = given["claims"]
    return claims.frame.filter(pl.col("kind").is_in(BOUNDARY)).select(COLUMNS)
