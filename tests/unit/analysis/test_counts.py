"""Counts of verdicts: why samples are not correct, where that can be known."""

import polars as pl
import pytest

from boundary.analysis.counts import count
from boundary.report.tables import passk
from boundary.verifying.verdicts import SCHEMA


def verdicts(*ended: str | None) -> pl.DataFrame:
    """One sample of a problem for each finish reason, all without an answer."""
    reasons = {"length": "truncated", "other": "interrupted"}
    rows = [
        ("p", i, None, end, 1, "boxed", None, False, reasons.get(end, "no answer"), None) for i, end in enumerate(ended)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("ended", "truncated", "interrupted", "no_answer"),
    [(("stop", "length", "other"), 1, 1, 1), (("stop", None), None, None, 2), (("stop",), 0, 0, 1)],
)
def test_how_many_were_cut_off_is_null_where_nobody_knows(ended, truncated, interrupted, no_answer):
    (row,) = count(verdicts(*ended)).to_dicts()
    assert (row["truncated"], row["interrupted"], row["no_answer"]) == (truncated, interrupted, no_answer)


@pytest.mark.parametrize(("ended", "shown"), [(("stop", "other"), True), (("stop", "length"), False)])
def test_the_table_shows_interrupted_samples_where_there_are_any(ended, shown):
    class Result:
        def __init__(self, frame: pl.DataFrame):
            self.frame, self.made_with = frame, {}

        def named(self, *_) -> pl.DataFrame:
            return self.frame

    curve = pl.DataFrame({"grader": ["boxed"], "k": [1], "n": [2]})
    counts = count(verdicts(*ended)).with_columns(duplicates=pl.lit(0))
    table = passk.tabulate({"curves": [Result(curve)], "counts": [Result(counts)]}, {})
    assert table.get_column("interrupted", default=None) is None or table["interrupted"].to_list() == [0.5]
    assert ("interrupted" in table.columns) == shown
