"""Cells of CSV tables: a text that a spreadsheet would read as a formula is written with an apostrophe before it.

For example `=HYPERLINK(...)` as a model's answer (OWASP, CSV Injection). Numbers are not formulas, even as text.
"""

import polars as pl

FORMULA = r"^[=+\-@\t\r]"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?$"


def as_cells(table: pl.DataFrame) -> pl.DataFrame:
    """The table as it is written to a CSV file."""
    text = pl.col(pl.String)
    formula = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
    return table.with_columns(pl.when(formula).then("'" + text).otherwise(text).name.keep())


def shown(table: pl.DataFrame) -> pl.DataFrame:
    """A table of texts, as `as_cells` wrote it, without the apostrophes."""
    return table.with_columns(pl.col(pl.String).str.replace(r"^'([=+\-@\t\r])", "$1"))
