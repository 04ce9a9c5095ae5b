"""Distribution functions against those of scipy.stats: all counts that a small n allows, and some of a large one."""

import numpy as np
import pytest
from scipy import stats

from boundary.analysis import distributions

CLOSE = {"rtol": 1e-9, "atol": 1e-300}
LARGE = 16384


def hypergeometric() -> np.ndarray:
    """k, total, good, drawn: shape (4, cases)."""
    small = [(k, n, c, d) for n in range(1, 9) for c in range(n + 1) for d in range(n + 1) for k in range(-1, n + 2)]
    rng = np.random.default_rng(0)
    total = rng.integers(2, LARGE, 500)
    good, drawn = rng.integers(0, total + 1), rng.integers(0, total + 1)
    k = (drawn * good / total + rng.normal(0, 3, 500) * np.sqrt(drawn + 1) / 2).round()
    return np.concatenate([np.array(small).T, np.stack([k, total, good, drawn])], 1)


@pytest.mark.parametrize("name", ["pmf", "sf"])
def test_hypergeometric(name):
    cases = hypergeometric()
    ours, theirs = getattr(distributions, f"hypergeom_{name}")(*cases), getattr(stats.hypergeom, name)(*cases)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-250)


@pytest.mark.parametrize("name", ["pmf", "cdf", "sf"])
def test_binomial(name):
    k, n = np.array([(k, n) for n in (1, 2, 7, 256, LARGE) for k in {*range(min(n, 9) + 1), n // 2, n - 1, n}]).T
    rates = np.array([[0.0, 0.001, 0.05, 0.5, 0.93, 1.0]]).T
    ours, theirs = getattr(distributions, f"binom_{name}")(k, n, rates), getattr(stats.binom, name)(k, n, rates)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-250)
    outside = getattr(distributions, f"binom_{name}")([0, 5], [0, 5], 0.3)
    np.testing.assert_allclose(outside, getattr(stats.binom, name)([0, 5], [0, 5], 0.3), **CLOSE)


def test_none_and_more_than_all():
    np.testing.assert_array_equal(distributions.binom_sf([-1, 8], 8, 0.3), [1, 0])
    np.testing.assert_array_equal(distributions.binom_cdf([-1, 8], 8, 0.3), [0, 1])


def test_beta_binomial_and_quantiles():
    k = np.arange(41)
    np.testing.assert_allclose(
        distributions.betabinom_pmf(k, 40, 2.5, 0.5), stats.betabinom.pmf(k, 40, 2.5, 0.5), **CLOSE
    )
    q, a, b = np.linspace(0.001, 0.999, 50), np.array([[0.5], [3.5], [200.5]]), 7.5
    for name in ("ppf", "cdf", "sf"):
        ours, theirs = getattr(distributions, f"beta_{name}")(q, a, b), getattr(stats.beta, name)(q, a, b)
        np.testing.assert_allclose(ours, theirs, **CLOSE)
    df = np.array([[1.0], [2.5], [99.0], [1e6], [np.inf]])
    np.testing.assert_allclose(distributions.t_ppf(q, df), stats.t.ppf(q, df), rtol=1e-9, atol=1e-12)
    t = np.array([-np.inf, -3.0, 0.0, 0.1, 8.0, np.inf, np.nan])
    np.testing.assert_allclose(distributions.t_sf(t, df), stats.t.sf(t, df), **CLOSE)
    np.testing.assert_allclose(distributions.norm_ppf(q), stats.norm.ppf(q), **CLOSE)
    np.testing.assert_allclose(
        distributions.chi2_sf([0.0, 3.2, 700.0], 3), stats.chi2.sf([0.0, 3.2, 700.0], 3), **CLOSE
    )


def test_exact_tests():
    rng = np.random.default_rng(1)
    tables = [(a, b, c, d) for a in range(5) for b in range(5) for c in range(5) for d in range(5) if a + b + c + d]
    for n in (16, 256, 1024):  # equal numbers of samples: likelihoods tie
        tables += [(a, n - a, c, n - c) for a, c in rng.binomial(n, rng.random((60, 1)), (60, 2)).tolist()]
    for table in tables:
        theirs = stats.fisher_exact(np.reshape(table, (2, 2))).pvalue
        assert distributions.fisher_exact(*table) == pytest.approx(theirs, rel=1e-9), table
    for one, other in ((0, 0), (0, 5), (5, 0), (3, 4), (4, 4), (90, 130)):
        theirs = stats.binomtest(one, one + other).pvalue if one + other else 1.0
        assert distributions.sign_test(one, other) == pytest.approx(theirs, rel=1e-9)


def test_adjusted_p_and_exact_intervals():
    p = np.array([0.03, 0.001, 0.5, 0.001, 0.9, 0.04])
    np.testing.assert_allclose(distributions.false_discovery_control(p), stats.false_discovery_control(p), **CLOSE)
    assert not len(distributions.false_discovery_control(p[:0]))
    for c, n in ((0, 1), (1, 1), (0, 12), (5, 12), (12, 12), (700, 1024)):
        low, high = distributions.clopper_pearson(c, n, 0.9)
        assert (low, high) == pytest.approx(tuple(stats.binomtest(c, n).proportion_ci(0.9)), rel=1e-9)
