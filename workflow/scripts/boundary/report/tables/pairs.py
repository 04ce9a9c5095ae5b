"""Four-way sets with problem ids, differences, crossing and summaries of every pair."""

import polars as pl

from boundary.analysis.comparison import SUMMARIES
from boundary.analysis.pairs import CATEGORIES

NAMES = ("benchmark", "decoding", "base", "tuned")


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    kinds = (given[kind] for kind in ("overlaps", "sets", "differences", "crossings", "measures"))
    return pl.DataFrame([_row(*results) for results in zip(*kinds, strict=True)])


def _row(overlap, sets, difference, crossing, measures) -> dict:
    names, crossing = overlap.names, crossing.frame
    row = {key: names[key] for key in NAMES} | {"problems": len(overlap.frame), "n": crossing["n"][0]}
    ids = {category: overlap.frame.filter(category=category)["problem_id"] for category in CATEGORIES}
    row |= {category: len(found) for category, found in ids.items()}
    row |= {name: round(value, 4) for name, value in sets.frame.row(0, named=True).items()}
    for which, at in (("k=1", 0), ("k=n/2", len(difference.frame) // 2 - 1), ("k=n", -1)):
        values = difference.frame.row(at, named=True)
        row |= {f"difference {which}": round(values["difference"], 4)}
        row |= {f"{end} {which}": round(values[end], 4) for end in ("low", "high", "p")}
    row |= {"crossing k": crossing["crossing_k"][0]}
    row |= {"crossing low": crossing["low"][0], "crossing high": crossing["high"][0]}
    for values in measures.frame.filter(pl.col("measure").is_in(SUMMARIES)).iter_rows(named=True):
        name = f"{values['measure']}, k={values['k']}"
        row |= {name: round(values["estimate"], 4)}
        row |= {f"{end} {name}": round(values[end], 4) for end in ("low", "high")}
    return row | {f"{category} ids": " ".join(ids[category]) for category in CATEGORIES}
