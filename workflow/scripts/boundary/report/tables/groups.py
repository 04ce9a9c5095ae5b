"""Every member of every group along the group's axis."""

import polars as pl

from boundary.analysis.comparison import SUMMARIES


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    """spec: `groups`, what each row is about, in the order of the files."""
    kinds = (given[kind] for kind in ("differences", "crossings", "measures"))
    rows = [_row(member, *(r.frame for r in results)) for member, *results in zip(spec["groups"], *kinds, strict=True)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _row(member: dict, difference: pl.DataFrame, crossing: pl.DataFrame, measures: pl.DataFrame) -> dict:
    row = dict(member)
    for k in dict.fromkeys((1, len(difference))):
        values = difference.row(k - 1, named=True)
        row |= {f"{side} pass@{'n' if k > 1 else 1}": values[side] for side in ("base", "tuned")}
        row |= {f"{end} at k={'n' if k > 1 else 1}": values[end] for end in ("difference", "low", "high", "p")}
    for values in measures.filter(pl.col("measure").is_in(SUMMARIES)).iter_rows(named=True):
        row |= {values["measure"]: values["estimate"]}
        row |= {f"{values['measure']} {end}": values[end] for end in ("k", "low", "high")}
    return row | crossing.rename({"low": "crossing_low", "high": "crossing_high"}).row(0, named=True)
