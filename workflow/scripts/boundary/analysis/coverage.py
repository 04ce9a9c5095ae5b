"""Coverage, problem by problem: what a base and a tuned model can solve, and statistics of the four-way table."""

import math

import numpy as np
import polars as pl

from boundary.analysis.distributions import beta_cdf, beta_ppf, fisher_exact, hypergeom_sf, sign_test
from boundary.analysis.pairs import CATEGORIES, columns
from boundary.analysis.solvable import exact_status

POSTERIOR_POINTS = 400  # quantiles of the base model's rate; the average over them is good to two or three digits


def discordance(problems: pl.DataFrame, rate: float, level: float) -> pl.DataFrame:
    """An `overlap` frame with a test of the two models on each problem.

    Adds fisher_p: Fisher's exact p of equal rates, and its two sides gain_p (small if the tuned model is better) and
    loss_p; tuned_worse: the posterior chance that the tuned model's rate is lower, under Jeffreys' prior for each;
    base_status, tuned_status: see `exact_status`; base_status_holm, tuned_status_holm: after Holm's correction over all
    problems.
    """
    (n_base, c_base), (n_tuned, c_tuned) = columns(problems)
    tables = np.stack([c_base, n_base - c_base, c_tuned, n_tuned - c_tuned], 1)
    kinds, which = np.unique(tables, axis=0, return_inverse=True)
    which = which.reshape(-1)
    fisher = np.array([fisher_exact(*table) for table in kinds.tolist()])
    level_points = (np.arange(POSTERIOR_POINTS) + 0.5) / POSTERIOR_POINTS
    base_rate = beta_ppf(level_points, kinds[:, :1] + 0.5, kinds[:, 1:2] + 0.5)
    worse = beta_cdf(base_rate, kinds[:, 2:3] + 0.5, kinds[:, 3:] + 0.5).mean(1)
    total, correct = n_base + n_tuned, c_base + c_tuned
    return problems.with_columns(
        fisher_p=pl.Series(fisher[which]),
        gain_p=pl.Series(hypergeom_sf(c_tuned - 1, total, correct, n_tuned)),
        loss_p=pl.Series(hypergeom_sf(c_base - 1, total, correct, n_base)),
        tuned_worse=pl.Series(worse[which]),
        base_status=pl.Series(exact_status(n_base, c_base, rate, level)),
        tuned_status=pl.Series(exact_status(n_tuned, c_tuned, rate, level)),
        base_status_holm=pl.Series(exact_status(n_base, c_base, rate, level, every=True)),
        tuned_status_holm=pl.Series(exact_status(n_tuned, c_tuned, rate, level, every=True)),
    )


def solvable_sets(problems: pl.DataFrame) -> dict[str, float]:
    """Statistics of the four-way table, with their uncertainty. problems: an `overlap` frame.

    mcnemar_p: exact p of equal numbers of problems solved by only one model. false_lost, false_gained: expected numbers
    of such problems if both models were equally able on every problem (their pooled rate). The last four: SRR, NDR, SDS
    and NSCR of arXiv 2507.14843.
    """
    sizes = {category: int((problems["category"] == category).sum()) for category in CATEGORIES}
    both, lost, gained = sizes["both"], sizes["base only"], sizes["tuned only"]
    (n_base, c_base), (n_tuned, c_tuned) = columns(problems)
    never = 1 - (c_base + c_tuned) / (n_base + n_tuned)
    retention, discovery = _share(both, both + lost), _share(gained, both + gained)
    return {
        "mcnemar_p": sign_test(lost, gained),
        "false_lost": float(((1 - never**n_base) * never**n_tuned).sum()),
        "false_gained": float(((1 - never**n_tuned) * never**n_base).sum()),
        "support_retention_rate": retention,
        "net_discovery_rate": discovery,
        "support_dynamic_score": _share(2 * retention * discovery, retention + discovery),
        "net_support_change_rate": _share(gained - lost, both + lost + gained),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
