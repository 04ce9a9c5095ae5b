"""Comparisons in long form: a row for every quantity and k."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from boundary.analysis.claims import finite
from boundary.analysis.clusters import Problems, clusters_of
from boundary.analysis.comparison import AT_HALF, SUMMARIES
from boundary.analysis.intervals import share_interval
from boundary.analysis.pairs import CATEGORIES, columns
from boundary.analysis.passk import pass_at_k, powers_of_two
from boundary.names import SIDES
from boundary.schema import Schema

UNITS = {"area": "share x doublings", "mcnemar_p": "p"} | dict.fromkeys(("false_lost", "false_gained"), "problems")
SCHEMA: Schema = {"quantity": pl.String, "k": pl.Int64, "unit": pl.String}
SCHEMA |= dict.fromkeys(("estimate", "low", "high"), pl.Float64)
SCHEMA |= {"beyond_n": pl.String, "p": pl.Float64, "n": pl.Int64, "problems": pl.Int64}


def of_comparison(difference: pl.DataFrame, crossing: pl.DataFrame, measures: pl.DataFrame) -> Iterator[dict]:
    """The difference at powers of two, n/2 and n, the crossing, and the summaries.

    difference, crossing, measures: of `comparison.compare`.
    """
    row, n = crossing.row(0, named=True), len(difference)
    about = {"n": n, "problems": row["problems"]}
    for at in difference.filter(pl.col("k").is_in(ks(n))).iter_rows(named=True):
        found = {"estimate": at["difference"]} | {key: at[key] for key in ("k", "low", "high", "p")}
        yield about | {"quantity": "difference", "unit": "share"} | found
    crossed = {"estimate": row["crossing_k"], "low": row["low"], "high": row["high"]}
    yield about | {"quantity": "crossing_k", "unit": "k"} | finite(crossed)
    summed = measures.filter(pl.col("measure").is_in(SUMMARIES))
    of_k = summed.with_columns(pl.col("measure").str.strip_suffix(AT_HALF)).unique(["measure", "k"])
    for found in of_k.sort("measure", "k").iter_rows(named=True):  # where K is n/2, the gap is one
        name = found["measure"].replace(" ", "_")
        ends = {key: found[key] for key in ("k", "estimate", "low", "high")}
        yield about | {"quantity": name, "unit": UNITS.get(name, "share")} | ends


def of_curves(difference: pl.DataFrame, problems: int) -> Iterator[dict]:
    """pass@k of both models of a comparison at the same k, without intervals, which do not exist here for several
    runs."""
    n = len(difference)
    for at in difference.filter(pl.col("k").is_in(ks(n))).iter_rows(named=True):
        about = {"n": n, "problems": problems, "k": at["k"], "unit": "share"}
        yield from (about | {"quantity": f"{side}_passk", "estimate": at[side]} for side in SIDES)


def of_problems(overlap: pl.DataFrame, sets: pl.DataFrame, level: float) -> Iterator[dict]:
    """pass@k of both models with intervals at the same k, the numbers of problems by who solved them, and their
    statistics.

    overlap: `pairs.overlap`, with their cluster if there are clusters; sets: `coverage.solvable_sets`.
    """
    n = int(overlap.select("n_base", "n_tuned").to_numpy().min())
    about = {"n": n, "problems": len(overlap)}
    k = np.array(ks(n))
    for side, (samples, correct) in zip(SIDES, columns(overlap), strict=True):
        values = pass_at_k(samples, correct, n)[:, k - 1]
        found = share_interval(Problems(values, clusters_of(overlap)), level)
        for at in zip(k.tolist(), values.mean(0), found["low"], found["high"], strict=True):
            ends = dict(zip(("k", "estimate", "low", "high"), at, strict=True))
            yield about | {"quantity": f"{side}_passk", "unit": "share"} | ends
    for category in CATEGORIES:
        count = int((overlap["category"] == category).sum())
        yield about | {"quantity": category.replace(" ", "_"), "unit": "problems", "estimate": count}
    for name, value in sets.row(0, named=True).items():
        yield about | {"quantity": name, "unit": UNITS.get(name, "share"), "estimate": value}


def ks(n: int) -> list[int]:
    """The k of rows: powers of two, n/2 and n."""
    return sorted({*powers_of_two(n), max(1, n // 2), n})
