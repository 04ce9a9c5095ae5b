"""pass@k, intervals, coverage: against brute force and published tables."""

import itertools
import math

import numpy as np
import polars as pl
import pytest

from boundary.analysis.accuracy import accuracy_bins, guess_histogram
from boundary.analysis.comparison import compare, crossing
from boundary.analysis.counts import count, duplicates
from boundary.analysis.coverage import discordance, solvable_sets
from boundary.analysis.guess import guess_curve
from boundary.analysis.pairs import overlap, pair_counts
from boundary.analysis.passk import pass_at_k, sampling_error, sampling_variance
from boundary.errors import InputError


@pytest.mark.parametrize("n", [1, 2, 5, 7])
def test_pass_at_k_equals_enumeration_of_all_subsets(n):
    for c in range(n + 1):
        outcomes = [1] * c + [0] * (n - c)
        for k in range(1, n + 1):
            subsets = list(itertools.combinations(outcomes, k))
            expected = sum(any(subset) for subset in subsets) / len(subsets)
            assert pass_at_k(np.array([n]), np.array([c]))[0, k - 1] == pytest.approx(expected, abs=1e-12)


def test_pass_at_k_at_large_n_equals_exact_arithmetic():
    n, c = 1024, np.array([0, 1, 2, 17, 500, 1023, 1024])
    values = pass_at_k(np.full(len(c), n), c)
    for row, correct in enumerate(c.tolist()):
        for k in (1, 2, 100, 511, 512, 1000, 1024):
            exact = 1 - math.comb(n - correct, k) / math.comb(n, k)
            assert values[row, k - 1] == pytest.approx(exact, abs=1e-12)


def test_unequal_n_is_estimated_up_to_the_smallest():
    values = pass_at_k(np.array([4, 8]), np.array([1, 1]))
    assert values.shape == (2, 4)
    assert values[:, 1] == pytest.approx([2 / 4, 2 / 8])


@pytest.mark.parametrize(
    ("n", "c", "k", "message"),
    [
        ([4, 4], [1, 5], None, "row 1: n = 4, c = 5: c exceeds n"),
        ([4, 0], [1, 0], None, "row 1: n = 0"),
        ([4], [-1], None, "must not be negative"),
        ([8, 4], [0, 0], 5, "row 1: pass@k needs 1 <= k <= n, but k = 5 and n = 4"),
        ([], [], None, "non-empty"),
    ],
)
def test_impossible_counts_are_errors(n, c, k, message):
    with pytest.raises(ValueError, match=message):
        pass_at_k(np.array(n, dtype=int), np.array(c, dtype=int), k)


def test_count_refuses_a_sample_that_stands_twice():
    row = {"problem_id": "a", "sample_index": 0, "grader": "g", "correct": True, "reason": "match", "tokens": 1}
    verdicts = pl.DataFrame([row, row])
    with pytest.raises(InputError, match="sample 0 of problem 'a' has two verdicts"):
        count(verdicts)


def counts(**c) -> pl.DataFrame:
    return pl.DataFrame({"problem_id": list(c), "grader": "g", "n": 1024, "c": list(c.values())})


def test_the_papers_table_4_gives_the_published_sets():
    """arXiv 2504.13837, Table 4: AIME24, 0-based indices of problems solved by the base and by the RL model."""
    base = {0, 1, 4, 6, 7, 8, 9, 11, 12, *range(14, 20), *range(22, 30)}
    tuned = {0, 1, 6, 7, 8, 9, 12, 14, 15, 16, 18, *range(22, 30)}
    sets = overlap(pair_counts(*(counts(**{str(i): int(i in solved) for i in range(30)}) for solved in (base, tuned))))
    ids = {category: rows["problem_id"].to_list() for (category,), rows in sets.group_by("category")}
    assert ids["base only"] == ["4", "11", "17", "19"]
    assert "tuned only" not in ids
    assert (len(ids["both"]), len(ids["neither"])) == (19, 7)
    assert solvable_sets(sets)["mcnemar_p"] == 0.125


def test_the_papers_table_5_gives_the_published_test():
    """arXiv 2504.13837, Table 5: four coding problems only the base, one only the RL model solved."""
    base, tuned = counts(a=1, b=1, c=1, d=1, e=0, f=1), counts(a=0, b=0, c=0, d=0, e=1, f=1)
    assert solvable_sets(overlap(pair_counts(base, tuned)))["mcnemar_p"] == 0.375


def test_unequal_budgets_and_missing_problems_are_refused():
    one = counts(a=1, b=0)
    with pytest.raises(InputError, match="unequal budgets: problem 'a' has 1024 samples of the base and 32"):
        overlap(pair_counts(one, one.with_columns(n=pl.lit(32))))
    with pytest.raises(InputError, match="problem 'b' has no samples of the tuned model"):
        pair_counts(one, one.head(1))


def test_the_crossing_is_the_first_k_at_which_the_base_is_level_or_ahead():
    differences = np.array(
        [[0.2, 0.1, 0.0, -0.1], [0.1, 0.1, 0.1, 0.1], [-0.1, 0.1, 0.1, 0.1], [0.3, -0.1, -0.2, -0.3]]
    )
    assert [crossing(row) for row in differences] == [3, np.inf, 1, 2]


def test_two_identical_models_do_not_differ():
    rng = np.random.default_rng(0)
    problems = [f"p{i}" for i in range(60)]
    rates = rng.beta(0.4, 2, size=60)
    frames = [pl.DataFrame({"problem_id": problems, "n": 64, "c": rng.binomial(64, rates)}) for _ in range(2)]
    curves, _, _ = compare(pair_counts(*frames), level=0.95)
    assert ((curves["low"] <= 0) & (curves["high"] >= 0)).mean() > 0.95


def test_histogram_bins_are_those_of_the_paper():
    n = np.full(6, 10)
    assert accuracy_bins(n, np.array([0, 1, 2, 9, 10, 10])).tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 2]
    assert accuracy_bins(np.array([3]), np.array([1])).argmax() == 4  # 0.333 is in (0.3, 0.4]


def test_guess_floor_and_histogram_agree_with_simulation():
    rng = np.random.default_rng(0)
    rates, n = np.array([0.02, 0.3, 0.0]), 20
    hits = rng.random((20_000, 3, n)) < rates[:, None]
    assert guess_curve(rates, n)[[0, 7]] == pytest.approx([rates.mean(), hits[..., :8].any(2).mean()], abs=0.01)
    simulated = [np.bincount(-(-10 * row // n), minlength=11) for row in hits.sum(2)[:5000]]
    assert guess_histogram(rates, n) == pytest.approx(np.mean(simulated, axis=0), abs=0.03)


@pytest.mark.parametrize("n", [2, 4, 5])
def test_the_sampling_variance_is_unbiased(n):
    """Over all outcomes of n samples: its expectation is the exact variance of the estimate."""
    rate = 0.3
    chance = np.array([math.comb(n, c) * rate**c * (1 - rate) ** (n - c) for c in range(n + 1)])
    every = np.full(n + 1, n), np.arange(n + 1)
    values = pass_at_k(*every)[:, : n // 2]
    exact = chance @ values**2 - (chance @ values) ** 2
    assert chance @ sampling_variance(*every) == pytest.approx(exact, abs=1e-12)
    assert sampling_error(np.array([n, n]), np.array([1, 1])) == pytest.approx(
        np.sqrt(2 * sampling_variance(np.array([n]), np.array([1]))[0]) / 2
    )


def test_the_sampling_error_covers_as_often_as_it_says():
    rng = np.random.default_rng(3)
    rates, n, k = rng.beta(0.5, 2, size=200), 64, 8
    truth, covered = (1 - (1 - rates) ** k).mean(), 0
    for _ in range(400):
        c = rng.binomial(n, rates)
        error = sampling_error(np.full(200, n), c)[k - 1]
        covered += abs(pass_at_k(np.full(200, n), c, k)[:, -1].mean() - truth) <= 1.96 * error
    assert 0.92 <= covered / 400 <= 0.98


def test_discordance_and_sets_against_simulation():
    pair = (
        pl.DataFrame({"problem_id": ["a", "b"], "n": 20, "c": [6, 0]}),
        pl.DataFrame({"problem_id": ["a", "b"], "n": 20, "c": [0, 0]}),
    )
    problems = overlap(pair_counts(*pair))
    found = discordance(problems, 0.01, 0.95)
    rng = np.random.default_rng(6)
    base, tuned = rng.beta(6.5, 14.5, 400_000), rng.beta(0.5, 20.5, 400_000)
    assert found["tuned_worse"].to_list() == pytest.approx([(tuned < base).mean(), 0.5], abs=2e-3)
    assert found["fisher_p"][0] == pytest.approx(2 * math.comb(20, 6) / math.comb(40, 6), rel=1e-9)
    draws = rng.binomial(20, 6 / 40, size=(2, 400_000))
    sets = solvable_sets(problems)
    assert sets["false_lost"] == pytest.approx(((draws[0] > 0) & (draws[1] == 0)).mean(), abs=1e-3)
    assert sets["false_lost"] == pytest.approx(sets["false_gained"])
    assert sets["net_support_change_rate"] == -1
    assert sets["support_retention_rate"] == 0


def test_support_metrics_are_those_of_their_paper():
    """arXiv 2507.14843: 2388 problems kept, 175 lost and 48 found."""
    sizes = {"both": 2388, "base only": 175, "tuned only": 48}
    frame = pl.DataFrame({"category": [name for name, size in sizes.items() for _ in range(size)]})
    frame = frame.with_columns(n_base=8, n_tuned=8, c_base=1, c_tuned=1)
    sets = solvable_sets(frame)
    assert [round(value, 2) for value in list(sets.values())[-4:]] == [0.93, 0.02, 0.04, -0.05]


def test_only_long_responses_to_the_same_problem_count_as_duplicates():
    rows = [("a", 80, 1), ("a", 80, 1), ("a", 80, 1), ("a", 80, 2), ("b", 80, 1), ("c", 10, 3), ("c", 10, 3)]
    blocks = [
        pl.DataFrame(part, schema=["problem_id", "tokens", "text_hash"], orient="row") for part in (rows[:2], rows[2:])
    ]
    assert dict(duplicates(blocks).iter_rows()) == {"a": 2, "b": 0}
