"""Writes the table of formats of imported samples in config/README.md, from `boundary/importing/formats.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from boundary.importing.formats import FORMATS

PAGE = ROOT / "config/README.md"
BEGIN, END = "<!-- formats -->\n", "<!-- end of formats -->"
HEAD = "| `format` | files | problems are found by |\n|---|---|---|\n"


def page(text: str) -> str:
    """The page with the table of today between its marks."""
    before, rest = text.split(BEGIN)
    rows = (f"| `{name}` | {one.files} | {one.found_by} |\n" for name, one in FORMATS.items())
    return before + BEGIN + HEAD + "".join(rows) + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
