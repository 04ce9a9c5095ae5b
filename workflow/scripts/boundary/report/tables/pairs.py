"""Four-way sets, differences, crossing and summaries of every pair, a row each."""

import polars as pl

from boundary.analysis.claims import finite
from boundary.analysis.comparison import SUMMARIES
from boundary.analysis.pairs import CATEGORIES
from boundary.contracts import TableSpec
from boundary.files.store import Results

NAMES = ("benchmark", "decoding", "base", "tuned")
CROSSING = {f"crossing_{name}": end for name, end in (("k", "estimate"), ("low", "low"), ("high", "high"))}


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    kinds = (given[kind] for kind in ("overlaps", "sets", "differences", "crossings", "measures"))
    return pl.DataFrame([_row(*results) for results in zip(*kinds, strict=True)], infer_schema_length=None)


def _row(overlap, sets, difference, crossing, measures) -> dict:
    names = overlap.names
    row = {key: names[key] for key in NAMES} | {"problems": len(overlap.frame), "n": crossing.frame["n"][0]}
    for category in CATEGORIES:
        row[category.replace(" ", "_")] = int((overlap.frame["category"] == category).sum())
    return row | sets.frame.row(0, named=True) | of_comparison(difference.frame, crossing.frame, measures.frame)


def of_comparison(difference: pl.DataFrame, crossing: pl.DataFrame, measures: pl.DataFrame) -> dict:
    """Differences at k = 1, n/2 and n, the crossing and the measures of one comparison, under fixed names."""
    row: dict[str, float] = {}
    n = len(difference)
    for at, k in (("1", 1), ("half", max(1, n // 2)), ("n", n)):
        values = difference.row(k - 1, named=True)
        row |= {f"{end}_{at}": values[end] for end in ("difference", "low", "high", "p")}
    ends = crossing.select("crossing_k", crossing_low="low", crossing_high="high").row(0, named=True)
    row |= finite(ends, CROSSING, "crossing_beyond_n")
    for values in measures.filter(pl.col("measure").is_in(SUMMARIES)).iter_rows(named=True):
        name = values["measure"].replace(" ", "_")
        row |= {name: values["estimate"]} | {f"{name}_{end}": values[end] for end in ("k", "low", "high")}
    return row
