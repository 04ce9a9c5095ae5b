"""Tables for people: as CSV, and in full as parquet. What is missing is null, in both."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from boundary.files import store
from boundary.files.cells import as_cells

DIGITS = 6  # significant ones, of a CSV


def write(table: pl.DataFrame, csv: str, parquet: str, also: Iterable[str] = ()) -> None:
    """A table, to DIGITS as CSV, and in full as parquet, with the digests of the CSV and of `also`.

    Null are numbers that are none, ends without a bound, and empty texts.
    """
    table = with_nulls(table)
    as_cells(rounded(table)).write_csv(csv)
    store.write(table, parquet, {}, {"beside": {Path(file).name: store.file_digest(file) for file in (csv, *also)}})


def with_nulls(table: pl.DataFrame) -> pl.DataFrame:
    """The table with null wherever a number is not finite or a text is empty."""
    number, text = pl.selectors.float(), pl.col(pl.String)
    return table.with_columns(
        pl.when(number.is_finite()).then(number).name.keep(), pl.when(text != "").then(text).name.keep()
    )


def rounded(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its numbers to DIGITS: a small p stays one."""
    number = pl.selectors.float().cast(pl.Float64)
    return table.with_columns(number.map_elements(lambda x: float(f"{x:.{DIGITS}g}"), return_dtype=pl.Float64))
