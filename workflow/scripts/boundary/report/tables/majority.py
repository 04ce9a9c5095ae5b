"""The tuned model's majority vote against the base's, paired, for every pair."""

import polars as pl

from boundary.analysis.answers import majority
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.report.tables.answers import NAMES, asked
from boundary.schema import Schema

SCHEMA: Schema = dict.fromkeys(NAMES, pl.String)
SCHEMA |= {"k": pl.Int64}
SCHEMA |= dict.fromkeys(("base_maj", "tuned_maj", "estimate", "low", "high", "p"), pl.Float64)


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given, spec: as of `answers`."""
    rows = [names | row for names, found in asked(given, spec, majority) for row in found.to_dicts()]
    return pl.DataFrame(rows, schema=SCHEMA)
