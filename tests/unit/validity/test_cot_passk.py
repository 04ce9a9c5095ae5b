"""CoT-pass@k against brute force, and how often its interval holds the truth."""

from itertools import combinations
from math import comb

import numpy as np
import polars as pl
import pytest
from scipy import stats

from boundary.validity.cot_passk import curve, expected, judged_problems, summary
from boundary.validity.labels import SCHEMA, decide
from boundary.validity.responses import rarely_solved


def problem(valid: list[bool]) -> list[float]:
    """CoT-pass@k over all draws of k of the samples, by counting them."""
    n = len(valid)
    return [np.mean([any(drawn) for drawn in combinations(valid, k)]) for k in range(1, n + 1)]


def frame(**columns) -> pl.DataFrame:
    size = len(columns["n"])
    return pl.DataFrame({"problem_id": [f"p{i}" for i in range(size)], **columns})


def test_of_responses_that_are_all_reviewed_it_is_the_share_of_draws_with_a_valid_one():
    samples = [[True] * 2 + [False] * 6, [False] * 8, [True] * 5 + [False] * 3]  # right with valid reasoning
    counts = frame(n=[8, 8, 8], c=[3, 1, 5])
    judged = frame(n=[8, 8], c=[3, 1], reviewed=[3, 1], valid=[2, 0], by_all=[2, 0], by_any=[2, 0], by_judge=[0, 0])
    found = curve(counts, judged, 0.95)
    expected = np.mean([problem(one) for one in samples], axis=0)
    assert found["cot_passk"].to_numpy() == pytest.approx(expected)
    assert found["least"].to_numpy() == pytest.approx(expected)
    assert found["most"].to_numpy() == pytest.approx(expected)
    assert (found["low"] <= found["cot_passk"]).all()
    assert (found["cot_passk"] <= found["high"]).all()
    assert (found["cot_passk"] <= found["passk"]).all()


def test_without_labels_on_a_problem_the_bounds_are_none_and_all_of_its_responses():
    counts = frame(n=[8, 8], c=[2, 6])
    judged = frame(n=[8], c=[2], reviewed=[0], valid=[0], by_all=[0], by_any=[0], by_judge=[0])
    found = curve(counts, judged, 0.95)
    assert found["least"][3] == pytest.approx(np.mean([0, problem([True] * 6 + [False] * 2)[3]]))
    assert found["most"].to_numpy() == pytest.approx(found["passk"].to_numpy())
    assert (found["least"] < found["cot_passk"]).all()
    assert found["high"][0] - found["low"][0] > 0


def test_the_posterior_is_that_of_a_share_under_jeffreys_prior():
    """By numerical integration over the share of valid responses, and over all numbers of valid ones."""
    n, c, reviewed, valid, k = 20, 9, 4, 3, 5
    shares = (np.arange(20_000) + 0.5) / 20_000
    density = stats.beta.pdf(shares, valid + 0.5, reviewed - valid + 0.5)
    density /= density.sum()
    mean = 0.0
    for others in range(c - reviewed + 1):
        chance = density @ stats.binom.pmf(others, c - reviewed, shares)
        mean += chance * (1 - comb(n - valid - others, k) / comb(n, k))
    assert expected(n, c, reviewed, valid, k)[0][k - 1] == pytest.approx(mean, abs=1e-4)


def test_intervals_hold_the_truth_where_half_of_the_responses_are_reviewed():
    """300 benchmarks of 40 problems: at most a tenth may miss the true CoT-pass@k of such problems."""
    rng, n, k = np.random.default_rng(1), 64, 16

    def draw(problems):
        return rng.beta(0.3, 3, problems), rng.choice([0.0, 0.5, 1.0], problems, p=[0.3, 0.3, 0.4])

    rates, shares = draw(200_000)
    c = rng.binomial(n, rates)
    truth = np.mean(1 - (1 - np.where(c >= 0.2 * n, rates, rates * shares)) ** k)
    held = 0
    for _ in range(300):
        rates, shares = draw(40)
        c = rng.binomial(n, rates)
        rare = (c > 0) & (c < 0.2 * n)
        valid = rng.binomial(c, shares)
        reviewed = (c + 1) // 2
        among = rng.hypergeometric(valid, c - valid, np.where(rare, reviewed, 0))
        counts = frame(n=np.full(40, n), c=c)
        judged = rarely_solved(counts, 0.2).with_columns(
            reviewed=pl.Series(reviewed[rare]),
            **dict.fromkeys(("valid", "by_all", "by_any"), pl.Series(among[rare])),
            by_judge=0,
        )
        found = curve(counts, judged, 0.95).row(k - 1, named=True)
        held += found["low"] <= truth <= found["high"]
    assert held >= 270


def test_the_range_is_above_none_and_below_the_share():
    counts = frame(n=[20] * 5, c=[0, 1, 2, 19, 20])
    assert rarely_solved(counts, 0.05).is_empty()  # 1 of 20 is 5%
    assert rarely_solved(counts, 0.1)["problem_id"].to_list() == ["p1"]


def test_a_summary_counts_problems_with_a_valid_chain_of_thought():
    counts = frame(n=[100] * 4, c=[3, 2, 50, 0])
    responses = pl.DataFrame({"id": list("abcde"), "problem_id": ["p0"] * 3 + ["p1"] * 2})
    votes = {"a": "vv", "b": "vi", "d": "i"}
    said = [
        (i, str(r), {"v": "valid", "i": "invalid"}[v], False)
        for i, all_votes in votes.items()
        for r, v in enumerate(all_votes)
    ]
    *_, verdicts = decide(pl.DataFrame(said, schema=SCHEMA, orient="row"))
    judged = judged_problems(rarely_solved(counts, 0.05), responses, verdicts)
    columns = ["problem_id", "n", "c", "reviewed", "valid", "undecided", "by_all", "by_any"]
    assert judged.select(columns).rows() == [("p0", 100, 3, 2, 1, 1, 1, 2), ("p1", 100, 2, 1, 0, 0, 0, 0)]
    found = summary(counts, judged, curve(counts, judged, 0.95), 0.95)
    assert (found["problems_reviewed"], found["problems_valid"], found["problems_taken_as_valid"]) == (2, 1, 1)
    exact = stats.binomtest(1, 2).proportion_ci(0.95)
    assert (found["valid_low"], found["valid_high"]) == pytest.approx((exact.low, exact.high))
    assert (found["responses"], found["responses_reviewed"], found["responses_undecided"]) == (5, 3, 1)
    assert found["least_1"] == pytest.approx((1 + 0 + 50 + 0) / 400)
    assert found["most_1"] == pytest.approx((3 + 1 + 50 + 0) / 400)
