"""Other choices, and trends of groups: against what is written out by hand and against equal models."""

import numpy as np
import polars as pl
import pytest

from boundary.analysis.intervals import difference_interval, student
from boundary.analysis.specification_curve import ALL, choices, summary, turning_rate
from boundary.analysis.trend import trend
from boundary.report.tables import strata

SPEC = {"level": 0.95, "grader": "strict", "large_k": "half"}


def counted(n, **of_grader) -> pl.DataFrame:
    rows = [
        {"problem_id": f"p{i}", "grader": grader, "n": n, "c": int(value)}
        for grader, c in of_grader.items()
        for i, value in enumerate(c)
    ]
    return pl.DataFrame(rows)


def test_the_choices_of_a_claim_and_what_turns_it():
    rng = np.random.default_rng(0)
    p = rng.beta(0.5, 2, size=60)
    base = counted(64, strict=rng.binomial(64, p), loose=rng.binomial(64, p))
    lost = np.where(np.arange(60) % 2, 0, p**0.05)
    tuned = counted(64, strict=rng.binomial(64, lost), loose=np.full(60, 64))
    problems = pl.DataFrame({"problem_id": [f"p{i}" for i in range(60)], "stratum": ["hard", "easy"] * 30})
    only = counted(64, strict=[64] * 60, another=[64] * 60)  # as imported counts have not all graders
    assert set(choices(base, only, problems, SPEC)["grader"]) == {"strict"}
    found = choices(base, tuned, problems, SPEC)
    main = found.filter("main")
    assert main.select("claim", "grader", "k", "stratum", "filter").rows() == [
        ("better", "strict", 1, ALL, ALL),
        ("coverage", "strict", 32, ALL, ALL),
    ]
    assert main["verdict"].to_list() == ["ahead", "behind"]
    odd = found.filter(claim="coverage", stratum="easy").row(0, named=True)  # the problems that were lost
    assert (odd["problems"], odd["verdict"]) == (30, "behind")
    assert odd["estimate"] == pytest.approx(
        -np.mean([1 - np.prod([(64 - c - j) / (64 - j) for j in range(32)]) for c in base["c"][1:60:2]]), abs=1e-12
    )
    assert {"base solves under 10%", "base solves under 50%"} <= set(found["stratum"])
    said = summary(found.with_columns(decoding=pl.lit("t")), "coverage")
    chosen = found.filter(claim="coverage", stratum=ALL)
    assert said["choices"] == len(chosen) == said["agreeing"] + said["undecided_choices"] + said["opposite"]
    assert said["opposite"] == len(chosen.filter(verdict="ahead")) > 0
    assert said["strata"] == len(found.filter(claim="coverage")) - len(chosen) >= said["strata_agreeing"] > 0
    assert "loose" in said["turns_under"]
    assert said["graders_differ"] == "loose: ahead"
    assert 0 < said["false_accepts_to_turn"] < 1


def test_graders_that_count_the_same_are_one_choice():
    c = np.arange(20) % 8
    base, tuned = counted(8, loose=c, copy=c, strict=c), counted(8, loose=7 - c, copy=7 - c, strict=c)
    problems = base.select("problem_id", stratum=pl.lit(None, pl.String)).unique()
    found = choices(base, tuned, problems, SPEC)
    assert found.filter(claim="better", stratum=ALL).select("grader", "same_counts", "main").rows() == [
        ("strict", "", True),
        ("loose", "copy", False),
    ]
    undecided = summary(found.with_columns(decoding=pl.lit("t")), "better")
    assert undecided["choices"] == 2 == undecided["agreeing"] + undecided["opposite"]


def test_what_is_true_of_some_problems_makes_two_strata():
    c = np.arange(40) % 8
    base, tuned = counted(8, strict=c), counted(8, strict=7 - c)
    seen = pl.Series([True] * 15 + [False] * 23 + [None] * 2)
    problems = base.select("problem_id", stratum=pl.lit(None, pl.String), contaminated=seen)
    found = choices(base, tuned, problems, SPEC).filter(claim="better").select("stratum", "problems", "estimate")
    rows = {name: (problems, estimate) for name, problems, estimate in found.rows()}
    expected = (7 - 2 * c) / 8
    assert rows["contaminated"] == (15, pytest.approx(expected[:15].mean()))
    assert rows["not contaminated"] == (23, pytest.approx(expected[15:38].mean()))


def test_at_the_turning_rate_the_interval_begins_to_take_in_zero():
    rng = np.random.default_rng(1)
    rates = rng.beta(1, 9, size=40), rng.beta(1.5, 6, size=40)
    base, tuned = ((1 - p) ** 8 for p in rates)
    rate = turning_rate((base, tuned), rates, 8, 0.95)
    for factor, excludes in ((0.99, True), (1.01, False)):
        e = factor * rate
        corrected = np.where(rates[1] <= e, 1, np.minimum(1, tuned / (1 - e) ** 8))
        assert (difference_interval(student(base - corrected, (-1, 1)), 0.95)["low"] > 0) == excludes
    share = np.full(40, 200 / 256)  # whose estimate of failing is zero: all of it may be the grader's
    assert turning_rate((np.ones(40), np.zeros(40)), (np.zeros(40), share), 128, 0.95) <= 200 / 256


def test_difficulty_chosen_by_luck_does_not_look_like_a_change():
    """Two equal models: problems that the base seemed bad at are not better under the tuned model."""
    rng, ahead = np.random.default_rng(2), []
    for _ in range(60):
        p = rng.beta(0.6, 4, size=80)
        base, tuned = (counted(32, strict=rng.binomial(32, p)) for _ in range(2))
        problems = pl.DataFrame(
            {"problem_id": base["problem_id"], "stratum": None}, schema_overrides={"stratum": pl.String}
        )
        rows = choices(base, tuned, problems, SPEC)
        ahead += rows.filter(stratum="base solves under 10%", claim="better")["estimate"].to_list()
    assert abs(np.mean(ahead)) < 3 * np.std(ahead) / np.sqrt(len(ahead))


def test_a_trend_is_the_slope_per_doubling():
    n, base = 8, [(np.full(12, 8), np.full(12, 4))]
    tuned = [[(np.full(12, n), np.full(12, c))] for c in (4, 5, 6)]
    rows = trend([10, 20, 40], [base] * 3, tuned, 0.95, "half")
    slope = rows.filter(what="trend", k=1).row(0, named=True)
    assert slope["estimate"] == pytest.approx(1 / 8, abs=1e-12)
    assert (slope["member"], slope["verdict"]) == ("per doubling", "rises")
    assert trend([0, 20, 40], [base] * 3, tuned, 0.95, "half")["member"][0] == "per unit of the axis"
    assert trend(["a", "b", "c"], [base] * 3, tuned, 0.95, "half")["what"].to_list() == ["best", "best"]


def test_runs_that_differ_widen_the_trend_and_runs_that_agree_do_not():
    n, rng = 8, np.random.default_rng(0)
    base, own = [(np.full(40, n), rng.integers(0, 5, 40))], rng.integers(0, 4, (2, 40))

    def slope(shifts):
        tuned = [[(np.full(40, n), np.minimum(own[m] + m + shift * m, n)) for shift in shifts] for m in (0, 1)]
        return trend([1, 2], [base] * 2, tuned, 0.95, "half").filter(what="trend", k=1).row(0, named=True)

    one, same, apart = slope([1]), slope([1, 1, 1]), slope([0, 1, 2])
    assert [same[key] for key in ("estimate", "low", "high")] == pytest.approx(
        [one[k] for k in ("estimate", "low", "high")]
    )
    assert apart["estimate"] == pytest.approx(one["estimate"], abs=0.01)
    assert apart["high"] - apart["low"] > 1.5 * (one["high"] - one["low"])


def test_the_best_of_many_equal_members_is_rarely_called_better():
    rng, called = np.random.default_rng(3), 0
    for _ in range(120):
        p = rng.beta(0.5, 2, size=40)
        counts = [(np.full(40, 32), rng.binomial(32, p)) for _ in range(21)]
        rows = trend([str(i) for i in range(20)], [counts[:1]] * 20, [[c] for c in counts[1:]], 0.95, "half")
        called += "ahead of its base" in rows.filter(k=16)["verdict"].to_list()
    assert called <= 12  # 5% of 120, and two standard errors


def test_the_table_of_strata_is_pass_at_k_of_their_problems():
    class Result:
        def __init__(self, frame, **names):
            self.frame, self.names, self.select = frame, names, frame.select

    counts = counted(8, strict=[0, 4, 8, 2], loose=[8, 8, 8, 8])
    problems = pl.DataFrame({"problem_id": ["p0", "p1", "p2", "p3"], "stratum": ["hard", "easy", "easy", None]})
    given = {"counts": [Result(counts, benchmark="b", decoding="t", model="m")], "problems": [Result(problems)]}
    table = strata.tabulate(given, {"benchmarks": ["b"], "level": 0.95})
    easy = table.filter(grader="strict", stratum="easy")
    assert easy.select("k", "problems", "estimate").rows() == [
        (1, 2, 0.75),
        (2, 2, pytest.approx((1 - 6 / 28 + 1) / 2)),
        (4, 2, pytest.approx((1 - 1 / 70 + 1) / 2)),
        (8, 2, 1.0),
    ]
    assert set(table["stratum"]) == {"hard", "easy"}
