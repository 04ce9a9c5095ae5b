"""Tables of pairs and groups: wide and long ones say the same, and nothing beyond n is a number."""

import math
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from boundary.analysis.comparison import compare
from boundary.analysis.coverage import solvable_sets
from boundary.analysis.pairs import overlap, pair_counts
from boundary.files import tables
from boundary.report.columns import QUANTITIES, TABLES
from boundary.report.contents import TABLES as MADE
from boundary.report.tables import groups, groups_long, pairs, pairs_long
from documented import undocumented_units

NAMES = {"benchmark": "b", "decoding": "t", "base": "x", "tuned": "y"}
N = 12


@pytest.fixture(scope="module")
def given() -> dict:
    """A pair whose tuned model is ahead at every k."""
    rng = np.random.default_rng(0)
    ids = [f"p{i}" for i in range(20)]
    base, tuned = (pl.DataFrame({"problem_id": ids, "n": N, "c": rng.binomial(N, rate, 20)}) for rate in (0.02, 0.7))
    both = pair_counts(base, tuned)
    frames = dict(zip(("differences", "crossings", "measures"), compare(both, 0.95), strict=True))
    frames |= {"overlaps": overlap(both), "sets": pl.DataFrame([solvable_sets(overlap(both))])}
    return {kind: [SimpleNamespace(frame=frame, names=NAMES)] for kind, frame in frames.items()}


def test_long_tables_have_what_the_wide_ones_say(given):
    (wide,), long = pairs.tabulate(given, {}).to_dicts(), pairs_long.tabulate(given, {"level": 0.95})
    assert wide.keys() == TABLES["pairs"].columns.keys()
    assert set(long.columns) == TABLES["pairs_long"].columns.keys()
    assert set(long["quantity"]) == QUANTITIES.keys()
    for quantity, unit in long.select("quantity", "unit").iter_rows():
        assert QUANTITIES[quantity][0] == unit
    at = {(row["quantity"], row["k"]): row for row in long.to_dicts()}
    for suffix, k in (("1", 1), ("half", N // 2), ("n", N)):
        for end, name in (("estimate", "difference"), ("low", "low"), ("high", "high"), ("p", "p")):
            assert at["difference", k][end] == wide[f"{name}_{suffix}"]
        difference = at["tuned_passk", k]["estimate"] - at["base_passk", k]["estimate"]
        assert difference == pytest.approx(wide[f"difference_{suffix}"])
        assert at["tuned_passk", k]["low"] < at["tuned_passk", k]["estimate"] <= at["tuned_passk", k]["high"]
    for name in ("both", "tuned_only", "support_retention_rate"):
        assert at[name, None]["estimate"] == wide[name]


def test_no_crossing_is_null_and_said(given):
    (wide,) = pairs.tabulate(given, {}).to_dicts()
    (long,) = pairs_long.tabulate(given, {"level": 0.95}).filter(quantity="crossing_k").to_dicts()
    assert [wide[name] for name in ("crossing_k", "crossing_low", "crossing_high")] == [None] * 3
    assert wide["crossing_beyond_n"] == long["beyond_n"] == "estimate, low, high"
    member = {"group": "g", "axis": "step", "at": "1"} | NAMES
    (row,) = groups.tabulate(given, {"groups": [member]}).to_dicts()
    assert row.keys() == TABLES["groups"].columns.keys()
    assert row["crossing_beyond_n"] == wide["crossing_beyond_n"]
    assert row["difference_half"] == wide["difference_half"]
    rows = groups_long.tabulate(given, {"groups": [member]})
    assert set(rows.columns) == TABLES["groups_long"].columns.keys()
    assert rows.filter(quantity="difference", k=N)["estimate"].to_list() == [row["difference_n"]]


def test_a_table_is_written_with_small_numbers_in_full_and_nothing_for_what_is_missing(tmp_path):
    csv, parquet = str(tmp_path / "a.csv"), str(tmp_path / "a.parquet")
    table = pl.DataFrame({"p": [5.506871e-26, math.nan, math.inf, 0.123456789], "said": ["", "=a", None, "b"]})
    tables.write(table, csv, parquet)
    assert (tmp_path / "a.csv").read_text() == "p,said\n5.50687e-26,\n,'=a\n,\n0.123457,b\n"
    assert pl.read_parquet(parquet).rows() == [(5.506871e-26, None), (None, "=a"), (None, None), (0.123456789, "b")]


def test_every_table_is_documented_with_units():
    assert {table.name for table in MADE} | {"claims", "findings", "findings_parts"} == TABLES.keys()
    assert undocumented_units() == []
    assert [name for name, table in TABLES.items() if not set(table.key) <= table.columns.keys()] == []
