"""What is lost and found from one checkpoint to the next."""

import numpy as np
import polars as pl
import pytest

from boundary.analysis.steps import FOUND, LOST, lost_and_found
from boundary.report.tables.steps import in_order, tabulate

N = np.full(400, 32)


def test_of_equal_models_nothing_is_lost_or_found():
    rng = np.random.default_rng(5)
    p = rng.beta(0.2, 1.2, 400)
    rows = {row["what"]: row for row in lost_and_found((N, rng.binomial(32, p)), (N, rng.binomial(32, p)), 0.95)}
    assert rows[FOUND]["later"] > 0.1  # by chance alone
    for row in rows.values():
        assert row["low"] <= 0 <= row["high"]
        assert (row["half_of"], row["k"]) == (16, 16)
    assert rows[FOUND]["problems"] + rows[LOST]["problems"] == 400


def test_a_problem_that_is_solved_always_or_never_is_found_or_lost_for_certain():
    before = (np.full(4, 8), np.array([0, 0, 8, 8]))
    rows = {row["what"]: row for row in lost_and_found(before, (np.full(4, 8), np.array([8, 0, 8, 0])), 0.95)}
    assert {what: (row["earlier"], row["later"], row["estimate"], row["problems"]) for what, row in rows.items()} == {
        FOUND: (0, 0.5, 0.5, 2),
        LOST: (1, 0.5, -0.5, 2),
    }
    assert lost_and_found((np.ones(2, int), np.ones(2, int)), (np.ones(2, int), np.ones(2, int)), 0.95) == []


def test_the_steps_of_a_group_are_taken_in_the_order_of_its_axis():
    members = [{"at": "100", "base": "b", "tuned": "late"}, {"at": "15", "base": "b", "tuned": "early"}]
    assert in_order(members) == ["b", "early", "late"]
    assert in_order([{"at": "GRPO", "base": "b", "tuned": "g"}]) == []
    rows = [row | {"group": "g", "benchmark": "m", "decoding": "t"} for row in members]

    class Found:
        def __init__(self, model, c):
            self.names = {"model": model, "benchmark": "m", "decoding": "t"}
            self.frame = pl.DataFrame({"problem_id": ["p", "q"], "grader": "x", "n": 8, "c": c})

    counts = [Found("late", [8, 8]), Found("b", [0, 8]), Found("early", [0, 0])]
    spec = {"groups": rows, "graders": {"m": "x"}, "level": 0.95}
    table = tabulate({"counts": counts}, spec)
    found = {(r["earlier_model"], r["later_model"], r["what"]): r["estimate"] for r in table.iter_rows(named=True)}
    assert found == {
        ("b", "early", FOUND): 0, ("b", "early", LOST): -1, ("early", "late", FOUND): pytest.approx(1),
    }  # fmt: skip
