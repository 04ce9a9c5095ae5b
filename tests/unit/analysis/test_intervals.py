"""Intervals over problems: against scipy, against the pseudo-problems written out, and against simulated truth."""

import numpy as np
import pytest
from scipy import stats

from boundary.analysis.comparison import compare_runs
from boundary.analysis.curves import curve
from boundary.analysis.decide import to_decide
from boundary.analysis.intervals import (
    Band,
    curve_intervals,
    difference_interval,
    exact_ends,
    ratio_interval,
    share_interval,
    student,
)
from boundary.analysis.kinds import COVERAGE
from boundary.analysis.modelled import modelled_error
from boundary.analysis.overall import overall

LEVEL = 0.95


def counts(rng, n, rates):
    return np.full(len(rates), n), rng.binomial(n, rates)


def test_without_pseudo_problems_it_is_the_paired_t_test():
    values = np.random.default_rng(0).normal(0.1, 0.3, size=(30, 4))
    found = difference_interval(student(values, (-1, 1), weight=0), LEVEL, reach=np.inf)
    expected = stats.ttest_1samp(values, 0)
    interval = expected.confidence_interval(LEVEL)
    for name, right in (("low", interval.low), ("high", interval.high), ("p", expected.pvalue)):
        assert found[name] == pytest.approx(right, abs=1e-12)


def test_pseudo_problems_are_problems_of_their_weight():
    values = np.random.default_rng(1).uniform(-1, 1, size=12)
    whole = np.append(np.repeat(values, 4), [1, -1])  # each value four times: a pseudo-problem weighs a quarter
    found = student(values, (-1, 1))
    assert found.mean == pytest.approx(whole.mean(), abs=1e-12)
    assert found.df == 12.5 - 1
    assert found.error**2 == pytest.approx(whole.var() / found.df, abs=1e-12)


def test_what_no_problem_showed_is_still_possible():
    same = difference_interval(student(np.zeros((30, 1)), (-1, 1)), LEVEL)
    assert same["low"][0] < -0.02 < 0.02 < same["high"][0]
    solved = curve_intervals(np.ones((30, 3)), LEVEL)
    assert solved["low"][0] < 0.99
    assert solved["high"][0] == 1


def test_the_band_holds_whole_curves_and_one_k_is_its_own_band():
    rng = np.random.default_rng(4)
    whole, single = 0, 0
    truth = 1 - np.cumprod((2 + np.arange(32)) / (2.6 + np.arange(32)))  # of the mean over such problems
    for _ in range(100):
        curves = 1 - (1 - rng.beta(0.6, 2, size=(100, 1))) ** np.arange(1, 33)
        found = curve_intervals(curves, LEVEL)
        whole += ((found["band_low"] <= truth) & (truth <= found["band_high"])).all()
        single += ((found["low"] <= truth) & (truth <= found["high"])).all()
    assert 90 <= whole <= 100
    assert single < whole
    band = Band(rng.normal(size=(50, 1)).clip(-1, 1), (-1, 1))
    for t in (1.0, 2.0, 3.0, 5.0):
        assert band.p(t) == pytest.approx(2 * stats.t.sf(t, band.df), abs=0.01)
    assert band.p(9.0) == pytest.approx(2 * stats.t.sf(9.0, band.df), rel=0.3)


def test_intervals_and_verdicts_where_training_sharpens():
    """Thirty problems, no true difference at n/2, skewed differences: the shape that fooled percentile bootstraps."""
    rng, n, problems, trials = np.random.default_rng(2), 128, 30, 1500
    base = rng.beta(0.2, 1.2, size=(problems, trials))
    tuned = 1 / (1 + np.exp(-(2 * np.log(base / (1 - base)) + 4.45)))
    k = n // 2
    table = 1 - np.cumprod([np.clip((n - np.arange(n + 1) - j) / (n - j), 0, None) for j in range(k)], 0)[-1]
    values = table[rng.binomial(n, tuned)] - table[rng.binomial(n, base)]
    truth = ((1 - base) ** k).mean() - ((1 - tuned) ** k).mean()
    assert abs(truth) < 0.015
    found = difference_interval(student(values, (-1, 1)), LEVEL)
    assert ((found["low"] <= truth) & (truth <= found["high"])).mean() >= 0.92
    assert (found["low"] > 0).mean() <= 0.045
    assert (found["high"] < 0).mean() <= 0.045


def test_a_ratio_is_that_of_simulated_means():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        solved = rng.beta(1, 2, size=60)
        found = ratio_interval(rng.gamma(2 + solved, 10), solved, LEVEL)
        held += found["low"] <= 10 * (2 + 1 / 3) / (1 / 3) <= found["high"]
    assert 0.9 <= held / 300 <= 0.98
    assert ratio_interval(np.full(4, 8.0), np.zeros(4), LEVEL)["high"] == np.inf


def test_several_runs_add_the_variance_between_them():
    rng = np.random.default_rng(5)
    rates = rng.beta(0.5, 2, size=40)
    base = counts(rng, 16, rates)
    runs = [counts(rng, 16, (rates * factor).clip(0, 1)) for factor in (0.7, 1.0, 1.5)]
    row = compare_runs([base], runs, LEVEL)[0].row(0, named=True)
    single = [(c - base[1]) / 16 for _, c in runs]
    problems = student(np.mean(single, axis=0), (-1, 1))
    between = np.var([d.mean() for d in single], ddof=1) / 3
    both = problems.error**2 + between
    assert row["difference"] == pytest.approx(np.mean(single), abs=1e-12)
    assert row["error"] ** 2 == pytest.approx(both, abs=1e-12)
    assert row["df"] == pytest.approx(both**2 / (problems.error**4 / problems.df + between**2 / 2))
    alone = compare_runs([base], runs[:1], LEVEL)[0].row(0, named=True)
    assert alone["df"] == problems.df


def test_the_overall_claim_is_welchs_mean_over_benchmarks():
    rows = {
        "AIME": {"mean": -0.2, "difference": -0.21, "error": 0.05, "df": 29.5, "low": -0.3, "high": -0.1},
        "code": {"mean": 0.1, "difference": 0.11, "error": 0.02, "df": 99.5, "low": 0.06, "high": 0.14},
    }
    found = overall(rows, LEVEL, COVERAGE)
    error = np.hypot(0.05, 0.02) / 2
    df = (0.05**2 + 0.02**2) ** 2 / (0.05**4 / 29.5 + 0.02**4 / 99.5)
    half = stats.t.ppf(0.975, df) * error
    assert (found["low"], found["high"]) == pytest.approx((-0.05 - half, -0.05 + half), abs=1e-12)
    assert found["heterogeneity_p"] == pytest.approx(stats.chi2.sf(0.3**2 / (0.05**2 + 0.02**2), 1), rel=1e-9)
    assert (found["behind_on"], found["ahead_on"]) == ("AIME", "code")
    assert found["verdict"] == "undecided"


def test_what_would_decide_finds_the_difference_in_four_of_five_trials():
    rng, delta, spread = np.random.default_rng(6), 0.1, 0.4
    row = {"difference": delta, "error": spread / np.sqrt(30), "sampling_error": 0.05}
    found = to_decide(row, 30, 128, LEVEL, {"tokens_per_sample": 10.0})
    needed = found["problems_to_decide"]
    values = rng.normal(delta, spread, size=(needed, 4000))
    assert (difference_interval(student(values, (-1, 1)), LEVEL)["low"] > 0).mean() == pytest.approx(0.8, abs=0.03)
    assert found["tokens_of_problems"] == (needed - 30) * 128 * 10
    assert "samples_to_decide" not in found  # the spread over problems alone is too large for any number
    near = to_decide({"difference": 0.1, "error": 0.05, "sampling_error": 0.045}, 30, 128, LEVEL, {})
    assert near["samples_to_decide"] == int(np.ceil(128 * 0.045**2 / ((0.1 / 2.8016) ** 2 - (0.05**2 - 0.045**2))))


def test_the_modelled_error_is_about_that_of_sampling_again():
    rng, n = np.random.default_rng(7), 32
    rates = np.where(rng.random(200) < 0.3, 0, rng.beta(0.5, 3, size=200))
    means, modelled = [], []
    for _ in range(150):
        c = rng.binomial(n, rates)
        means.append((c > 0).mean())  # pass@n
        modelled.append(modelled_error(np.full(200, n), c)[-1])
    assert np.mean(modelled) == pytest.approx(np.std(means), rel=0.25)


@pytest.mark.parametrize(("problems", "end"), [(10, 0.308), (30, 0.116), (100, 0.036), (500, 0.007)])
def test_a_share_is_cut_at_the_exact_interval(problems, end):
    """Clopper and Pearson (1934): with nothing solved it ends at 1 - .025^(1/M); it is continuous in what is solved."""
    none = share_interval(np.zeros((problems, 1)), LEVEL)
    assert (none["low"][0], none["high"][0]) == (0, pytest.approx(end, abs=5e-4))
    every = share_interval(np.ones((problems, 1)), LEVEL)
    assert (every["low"][0], every["high"][0]) == (pytest.approx(1 - end, abs=5e-4), 1)
    low, high = exact_ends(np.array([3.0, 3.0 + 1e-9]), problems, LEVEL)
    exact = stats.binomtest(3, problems).proportion_ci(LEVEL, method="exact")
    assert (low[0], high[0]) == (pytest.approx(exact.low), pytest.approx(exact.high))
    assert (low[1], high[1]) == (pytest.approx(low[0], abs=1e-6), pytest.approx(high[0], abs=1e-6))


def test_the_cut_is_one_rule_for_runs_and_reviews_too():
    """What varies between runs moves the exact ends outwards, from those of a single run where nothing does."""
    none, alike = np.zeros((10, 4)), np.zeros((3, 4))
    of_runs, of_one = (curve_intervals(none, LEVEL, runs)["high"] for runs in (alike, None))
    np.testing.assert_allclose(of_runs, of_one)
    means = np.array([0.0, 0.02, 0.1])[:, None] + alike
    highs = [curve_intervals(none + 0.04, LEVEL, spread)["high"][0] for spread in (alike + 0.04, means)]
    assert highs[0] == pytest.approx(curve_intervals(none + 0.04, LEVEL)["high"][0])
    assert highs[0] < highs[1] < 0.5
    reviewed = [share_interval(none, LEVEL, np.full(4, variance))["high"][0] for variance in (0.0, 0.01)]
    assert reviewed == pytest.approx([0.3085, np.hypot(0.3085, 0.196)], abs=1e-3)


def test_all_ends_of_a_rising_curve_rise_and_none_has_no_width():
    rng = np.random.default_rng(5)
    for c in (rng.integers(5, 65, 100), np.full(100, 64), np.zeros(100, int), np.where(np.arange(100) < 97, 64, 1)):
        found = curve([(np.full(100, 64), c)], LEVEL)
        for name in ("low", "high", "band_low", "band_high"):
            assert (found[name].diff().drop_nulls() >= -1e-12).all(), name
        assert ((found["high"] - found["low"]) > 0.01).all()
        assert (found["band_low"] <= found["low"]).all()
        assert (found["band_high"] >= found["high"]).all()
