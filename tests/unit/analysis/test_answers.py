"""Questions that stored answers decide, and what a grader makes of answers that are nearly right: by hand."""

import itertools

import numpy as np
import polars as pl
import pytest

from boundary.analysis.answers import commonest, majority, solved_by_base, union
from boundary.analysis.golds import near_answers, near_misses_accepted
from boundary.analysis.pairs import overlap, pair_counts


def pair(n: int, base: list[int], tuned: list[int]) -> pl.DataFrame:
    ids = [f"p{i}" for i in range(len(base))]
    return pair_counts(*(pl.DataFrame({"problem_id": ids, "n": [n] * len(c), "c": c}) for c in (base, tuned)))


def test_whether_the_base_s_commonest_answer_was_made_certain():
    counts = pair(10, [6, 5, 2, 0], [10, 0, 10, 1])
    base = {"p0": {"x": 4}, "p1": {"x": 5}, "p2": {"a": 5, "b": 3}}
    tuned = {"p1": {"x": 8, "new": 2}, "p3": {"y": 9}}
    found = commonest(counts, base, tuned, 0.95)
    assert (found["base_right"], found["kept"]) == (1, 1)  # p0; on p1 a wrong answer is as common
    assert (found["base_wrong"], found["turned_right"]) == (2, 1)  # p1 and p2; the base never answered p3
    assert found["wrong"] == 19
    assert [found[f"wrong_{kind}"] * 19 for kind in ("commonest", "known", "new")] == pytest.approx([8, 0, 11])
    assert (found["kept_low"], found["kept_high"]) == (pytest.approx(0.025), 1.0)


def test_the_half_that_chooses_problems_does_not_judge_them():
    """Two equal models: what the base solved in none of one half, either solves alike in the other."""
    rng, apart = np.random.default_rng(0), []
    for _ in range(40):
        p = rng.beta(0.4, 3, size=100)
        counts = pair(32, rng.binomial(32, p).tolist(), rng.binomial(32, p).tolist())
        rows = solved_by_base(overlap(counts), 0.95)
        assert rows["problems"].sum() == 100
        never = rows.filter(base_correct="0").row(0, named=True)
        assert never["low"] <= never["tuned_solves"] <= never["high"]
        apart.append(never["tuned_solves"] - never["base_solves"])
    assert abs(np.mean(apart)) < 3 * np.std(apart) / np.sqrt(len(apart))


def test_a_union_of_checkpoints_gets_as_many_samples_as_the_base():
    n, base, members = np.full(2, 6), np.array([2, 0]), [np.array([1, 0]), np.array([0, 3])]
    found = union((n, base), [(n, c) for c in members], 4, 0.95)
    draws = list(itertools.combinations(range(6), 2))  # two of the six samples of either member
    solved = [
        np.mean([min(draw) < c[problem] or min(other) < d[problem] for draw in draws for other in draws])
        for problem, (c, d) in enumerate([members, members])
    ]
    alone = [np.mean([any(i < c for i in draw) for draw in itertools.combinations(range(6), 4)]) for c in base]
    assert found["union"] == pytest.approx(np.mean(solved))
    assert found["base_alone"] == pytest.approx(np.mean(alone))
    assert found["estimate"] == pytest.approx(np.mean(solved) - np.mean(alone))
    assert (found["k"], found["of_each"]) == (4, 2)


def test_votes_are_compared_problem_by_problem():
    counts = pair(8, [8, 0], [0, 8])
    rows = majority(counts, {"p1": {"x": 8}}, {"p0": {"x": 8}}, 0.95)
    assert rows.select("k", "base_maj", "tuned_maj", "estimate").rows() == [(k, 0.5, 0.5, 0.0) for k in (1, 2, 4, 8)]


def test_near_misses_are_counted_among_golds_and_among_answers():
    kinds = ["near miss", "near miss", "spelling", "near miss"]
    golds = pl.DataFrame(
        {"grader": list("aaab"), "kind": kinds, "passed": [False, True, False, True], "how": list("wxyz")}
    )
    assert near_misses_accepted(golds, "a") == (1, 2, ["w"])
    answers = ['{"answers": ["1000000"]}', '{"answers": ["x + 1"]}']
    problems = pl.DataFrame({"problem_id": ["p", "q"], "gold": answers})
    rows = [("p", "a", "1000001", 5), ("p", "a", "7", 2), ("q", "a", "x", 1), ("p", "b", "7", 2)]
    wrong = pl.DataFrame(rows, schema=["problem_id", "grader", "answer", "samples"], orient="row")
    assert near_answers([wrong, wrong], problems, "a") == (10, 16)
