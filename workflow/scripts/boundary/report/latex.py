"""Text and tables for LaTeX: special characters are escaped; tables use the package booktabs."""

import re

import polars as pl

SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "−": "$-$",
    "×": r"$\times$",
    "≈": r"$\approx$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "∞": r"$\infty$",
    "…": r"\ldots{}",
} | {one: f"\\{one}" for one in "&%$#_{}"}
_special = re.compile("|".join(map(re.escape, SPECIAL)))


def escaped(text: object) -> str:
    """A text as LaTeX prints it literally."""
    return _special.sub(lambda found: SPECIAL[found[0]], str(text))


def tabular(table: pl.DataFrame, remarks: list[str]) -> str:
    """A frame of text as a `tabular`, with each remark as a comment above it; columns of numbers are right-aligned."""
    right = [all(_is_number(cell) for cell in table[name]) for name in table.columns]
    lines = [f"% {' '.join(remark.split())}" for remark in remarks]
    lines += [f"\\begin{{tabular}}{{{''.join('r' if number else 'l' for number in right)}}}", r"\toprule"]
    lines += [_row(table.columns), r"\midrule", *map(_row, table.iter_rows()), r"\bottomrule", r"\end{tabular}"]
    return "\n".join(lines) + "\n"


def table(body: str, caption: str, label: str) -> str:
    """An environment that shows a `tabular` with its caption, for `\\input`."""
    return (
        f"\\begin{{table}}\n  \\centering\\small\n  \\caption{{{escaped(caption)}}}\n  \\label{{tab:{label}}}\n"
        f"{body}\\end{{table}}\n"
    )


def figure(file: str, caption: str, label: str, wide: bool = False) -> str:
    """An environment that shows a file, for `\\input`. wide: over all columns of a page."""
    name = "figure*" if wide else "figure"
    return (
        f"\\begin{{{name}}}\n  \\centering\n"
        f"  \\includegraphics{{{file}}}\n  \\caption{{{escaped(caption)}}}\n  \\label{{fig:{label}}}\n"
        f"\\end{{{name}}}\n"
    )


def _row(cells) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"


def _is_number(cell: str) -> bool:
    return bool(re.match(r"^[−∞\d]", cell)) or not cell
