"""Writes docs/tables.md, every column of every table, from `workflow/scripts/boundary/report/columns.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from boundary.report.columns import QUANTITIES, TABLES, UNITS, Documented

PAGE = ROOT / "docs/tables.md"
TOP = """# Tables and their columns

Written by `python docs/tables.py` from `workflow/scripts/boundary/report/columns.py`: change a meaning there.

A run has only the tables that its configuration asks for, as `results/tables/NAME.csv` (numbers to six significant
digits) and `NAME.parquet` (in full). A missing value is an empty field in CSV and null in parquet; NaN and infinity are
never written. A number that lies beyond the n samples of a run is missing, and `beyond_n` names it.
No two rows of a table share the values of its key.

```python
{notebook}```

[notebook.py](notebook.py) runs unchanged in the folder of a finished run. In R, `read.csv("pairs_long.csv")` gives the
same rows, with `NA` for missing numbers.
"""
HEAD = "| column | type | unit | meaning |\n|---|---|---|---|"


def page() -> str:
    """The page as it should be."""
    notebook = (ROOT / "docs/notebook.py").read_text()
    parts = [TOP.format(notebook=notebook), "## Units\n", "| unit | meaning |\n|---|---|"]
    parts += [f"| {unit} | {said} |" for unit, said in UNITS.items()]
    parts += ["\n## Quantities of the long tables\n", "| quantity | unit | meaning |\n|---|---|---|"]
    parts += [f"| `{name}` | {unit} | {said} |" for name, (unit, said) in QUANTITIES.items()]
    for name, table in sorted(TABLES.items()):
        parts += _of(name, table)
    return "\n".join(parts) + "\n"


def _of(name: str, table: Documented) -> list[str]:
    key = f" Key: {', '.join(f'`{column}`' for column in table.key)}." if table.key else ""
    others = f" Further columns: {table.others}." if table.others else ""
    rows = [
        f"| `{column}` | {one.type} | {one.unit} | {one.meaning}{' (not in every run)' if one.optional else ''} |"
        for column, one in table.columns.items()
    ]
    return [f"\n## {name}\n", f"A row: {table.rows}.{key}{others}\n", HEAD, *rows]


if __name__ == "__main__":
    PAGE.write_text(page())
