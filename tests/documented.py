"""Every CSV and parquet table of a run, held against what docs/tables.md says of its columns."""

import re
from pathlib import Path

import polars as pl

from boundary.files import store
from boundary.report.columns import FLAG, NUMBER, TABLES, TEXT, UNITS, WHOLE

IS_OF_TYPE = {
    TEXT: lambda kind: kind == pl.String,
    WHOLE: lambda kind: kind.is_integer(),
    NUMBER: lambda kind: kind.is_numeric(),
    FLAG: lambda kind: kind == pl.Boolean,
}
NO_NUMBER = re.compile(r"[+-]?(nan|inf|infinity)|null|none|na", re.IGNORECASE)


def faults(folder: Path) -> list[str]:
    """What is wrong with the tables of `results/tables`, a line each."""
    names = sorted(path.stem for path in folder.glob("*.csv"))
    assert names == sorted(path.stem for path in folder.glob("*.parquet"))
    return [f"{name}: {fault}" for name in names for fault in _faults(name, folder)]


def _faults(name: str, folder: Path) -> list[str]:
    if name not in TABLES:
        return ["not in boundary/report/columns.py"]
    table, frame = TABLES[name], store.read(folder / f"{name}.parquet")
    cells = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
    found = []
    for column, kind in frame.schema.items():
        one = table.columns.get(column)
        if one is None:
            found += [] if table.others else [f"{column} is not documented"]
        elif kind != pl.Null and not IS_OF_TYPE[one.type](kind):
            found.append(f"{column} is {kind}, documented as {one.type}")
        if kind.is_float() and frame[column].is_finite().fill_null(True).not_().any():
            found.append(f"{column} has numbers that are not finite")
        if any(NO_NUMBER.fullmatch(cell or "") for cell in cells[column]):
            found.append(f"{column} has a missing value as text")
        numbers = cells[column].cast(pl.Float64, strict=False)
        if kind.is_numeric() and numbers.null_count() != frame[column].null_count():
            found.append(f"{column} of the CSV is not numbers")
    needed = [column for column, one in table.columns.items() if not one.optional]
    found += [f"{column} is missing" for column in needed if column not in frame.columns and len(frame)]
    if cells.columns != frame.columns or len(cells) != len(frame):
        found.append("CSV and parquet differ")
    if table.key and len(frame) and frame.select(table.key).is_duplicated().any():
        found.append(f"rows share {', '.join(table.key)}")
    return found


def undocumented_units() -> list[str]:
    """Columns whose unit is none of UNITS, or that have one without being numbers."""
    found = []
    for name, table in TABLES.items():
        for column, one in table.columns.items():
            if (one.unit in UNITS) != (one.type in (WHOLE, NUMBER)):
                found.append(f"{name}.{column}: {one.unit!r}")
    return found
