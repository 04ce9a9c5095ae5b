"""Distinct answers and responses: rarefaction against every subset, and what counts as one answer."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest

from boundary.analysis.diversity import COLUMNS, SCHEMA, added, diversity, rarefaction, types

VERDICTS = {"problem_id": pl.String, "grader": pl.String, "text_hash": pl.UInt64}
VERDICTS |= {"answer": pl.String, "correct": pl.Boolean}


def test_rarefaction_is_the_mean_over_every_subset():
    samples = [["a", "a", "a", "b", None, "c"], [None] * 5, ["a", "b", "c", "d", "e", "a", "a"]]
    counted = [{t: own.count(t) for t in own if t} for own in samples]
    problem = np.array([row for row, own in enumerate(counted) for _ in own])
    m = np.array([many for own in counted for many in own.values()])
    n = np.array([len(own) for own in samples])
    found = rarefaction(n, problem, m)
    assert found.shape == (3, 5)
    for row, own in enumerate(samples):
        for k in range(1, 6):
            subsets = [len(set(subset) - {None}) for subset in combinations(own, k)]
            assert found[row, k - 1] == pytest.approx(np.mean(subsets))


def verdicts(*rows: tuple, grader: str = "boxed") -> pl.DataFrame:
    """rows: problem_id, text_hash, answer, correct."""
    rows = [(problem, grader, *rest) for problem, *rest in rows]
    return pl.DataFrame(rows, schema=VERDICTS, orient="row").select(COLUMNS)


BLOCK = (
    ("p", 1, "1/2", True),
    ("p", 2, "0.5", True),
    ("p", 3, "7", False),
    ("p", 3, "7", False),
    ("q", 1, None, False),
    ("q", 2, None, False),
    ("q", 3, None, False),
    ("q", 4, None, False),
)


@pytest.mark.parametrize(("grader", "answers"), [("boxed", 2), ("code", 3)])
def test_right_answers_are_one_and_programs_are_told_apart_by_their_text(grader, answers):
    found = diversity(types(verdicts(*BLOCK, grader=grader)), 0.95)
    assert found.schema == SCHEMA
    last = found.filter(k=4)
    assert dict(last.select("what", "estimate").iter_rows()) == {"answers": answers / 2, "traces": (3 + 4) / 2}
    assert last.select("n", "problems").unique().rows() == [(4, 2)]
    first = found.filter(what="traces", k=1).row(0, named=True)
    assert (first["low"], first["estimate"], first["high"]) == (1, 1, 1)
    assert (found["low"] <= found["estimate"]).all()
    assert ((found["low"] >= 0) & (found["high"] <= found["k"])).all()


def test_blocks_add_up():
    whole = diversity(types(verdicts(*BLOCK)), 0.95)
    parts = added([types(verdicts(*BLOCK[::2])), types(verdicts(*BLOCK[1::2]))])
    assert diversity(parts, 0.95).equals(whole)
