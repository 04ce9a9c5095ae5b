"""pass@(k,T) of both models of every pair, within the turns that the configuration lists, and where they cross in T."""

import polars as pl

from boundary.analysis.passk import powers_of_two
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.names import SIDES
from boundary.schema import Schema

NAMES = ("benchmark", "decoding", *SIDES)
ABOUT = ("benchmark", *SIDES, "k")
SCHEMA: Schema = dict.fromkeys(NAMES, pl.String)
SCHEMA |= dict.fromkeys(("turns", "k"), pl.Int64)
SCHEMA |= dict.fromkeys(("base_passk", "tuned_passk", "difference", "low", "high"), pl.Float64)
SCHEMA |= {"level_from_turns": pl.Int64}


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `differences`. spec: `turns`, by decoding: their number, or None without a limit."""
    frames = []
    for result in given["differences"]:
        if result.names["decoding"] in spec["turns"]:
            of_pair = result.frame.filter(pl.col("k").is_in(powers_of_two(len(result.frame))))
            turns = pl.lit(spec["turns"][result.names["decoding"]], pl.Int64).alias("turns")
            shown = (pl.col(side).alias(f"{side}_passk") for side in SIDES)
            names = (pl.lit(result.names[name]).alias(name) for name in NAMES)
            frames.append(of_pair.select(turns, "k", *shown, "difference", "low", "high").with_columns(*names))
    return described(pl.concat(frames)) if frames else pl.DataFrame(schema=SCHEMA)


def described(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` in order, with the smallest listed number of turns within which the base is level or ahead at this k: a
    description without a decision. rows: SCHEMA without it."""
    level = rows.filter(pl.col("turns").is_not_null(), pl.col("difference") <= 0)
    found = level.group_by(*ABOUT).agg(level_from_turns=pl.col("turns").min())
    told = rows.join(found, on=ABOUT, how="left", maintain_order="left")
    return told.sort(*ABOUT, "turns", nulls_last=True, maintain_order=True).select(*SCHEMA)
