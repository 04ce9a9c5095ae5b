"""Tables for people: rounded as CSV, unrounded as parquet. Missing values are null in both."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from boundary.files import store
from boundary.files.cells import as_cells

DIGITS = 6  # significant ones, of a CSV


def write(table: pl.DataFrame, csv: str, parquet: str, also: Iterable[str] = ()) -> None:
    """Write a table, with DIGITS as CSV, unrounded as parquet, with the digests of the CSV and of `also`.

    Numbers that are not finite, ends without a bound, and empty texts become null.
    """
    table = with_nulls(table)
    as_cells(rounded(table)).write_csv(csv)
    store.write(table, parquet, {}, {"beside": {Path(file).name: store.file_digest(file) for file in (csv, *also)}})


def with_nulls(table: pl.DataFrame) -> pl.DataFrame:
    """The table with null for numbers that are not finite and for empty texts."""
    number, text = pl.selectors.float(), pl.col(pl.String)
    return table.with_columns(
        pl.when(number.is_finite()).then(number).name.keep(), pl.when(text != "").then(text).name.keep()
    )


def rounded(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its numbers to DIGITS: a small p does not become 0."""
    number = pl.selectors.float().cast(pl.Float64)
    return table.with_columns(number.map_elements(lambda x: float(f"{x:.{DIGITS}g}"), return_dtype=pl.Float64))
