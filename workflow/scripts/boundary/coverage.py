"""Coverage: what a base and a tuned model can solve, and where one curve overtakes the other. From counts."""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from boundary.errors import InputError
from boundary.intervals import bootstrap_means, percentile_interval, sign_flip_p, simultaneous_band
from boundary.passk import pass_at_k

CATEGORIES = ("both", "base only", "tuned only", "neither")
POSTERIOR_POINTS = 1000  # quantiles of the base model's rate; the average over them is good to three digits


def overlap(base: pl.DataFrame, tuned: pl.DataFrame) -> pl.DataFrame:
    """Per problem: n, c of both models and its category. `solved` means at least one correct sample in n.

    base, tuned: counts of one grader. InputError where problems are missing on one side or the budgets n differ.
    """
    for one, other, side in ((base, tuned, "tuned"), (tuned, base, "base")):
        missing = set(one["problem_id"]) - set(other["problem_id"])
        if missing:
            raise InputError(
                f"problem {min(missing)!r} has no samples of the {side} model ({len(missing)} such problems)"
            )
    both = base.select("problem_id", n_base="n", c_base="c").join(
        tuned.select("problem_id", n_tuned="n", c_tuned="c"), on="problem_id", how="left", maintain_order="left"
    )
    unequal = both.filter(pl.col("n_base") != pl.col("n_tuned"))
    if len(unequal):
        row = unequal.row(0, named=True)
        raise InputError(
            f"unequal budgets: problem {row['problem_id']!r} has {row['n_base']} samples of the base and "
            f"{row['n_tuned']} of the tuned model; who has more samples solves more"
        )
    solved_base, solved_tuned = pl.col("c_base") > 0, pl.col("c_tuned") > 0
    return both.with_columns(
        category=pl.when(solved_base & solved_tuned)
        .then(pl.lit("both"))
        .when(solved_base)
        .then(pl.lit("base only"))
        .when(solved_tuned)
        .then(pl.lit("tuned only"))
        .otherwise(pl.lit("neither"))
    )


def discordance(problems: pl.DataFrame) -> pl.DataFrame:
    """Per problem: Fisher's exact p of equal rates, and the posterior chance that the tuned model is worse.

    problems: an `overlap` frame. The posterior takes Jeffreys' prior for each rate. Adds `fisher_p`, `tuned_worse`.
    """
    n_base, c_base, n_tuned, c_tuned = (
        problems[name].to_numpy() for name in ("n_base", "c_base", "n_tuned", "c_tuned")
    )
    tables = np.stack([c_base, n_base - c_base, c_tuned, n_tuned - c_tuned], 1)
    kinds, which = np.unique(tables, axis=0, return_inverse=True)
    fisher = np.array([stats.fisher_exact(table.reshape(2, 2)).pvalue for table in kinds])
    level = (np.arange(POSTERIOR_POINTS) + 0.5) / POSTERIOR_POINTS
    base_rate = stats.beta.ppf(level, kinds[:, :1] + 0.5, kinds[:, 1:2] + 0.5)
    worse = stats.beta.cdf(base_rate, kinds[:, 2:3] + 0.5, kinds[:, 3:] + 0.5).mean(1)
    return problems.with_columns(
        fisher_p=pl.Series(fisher[which.reshape(-1)]), tuned_worse=pl.Series(worse[which.reshape(-1)])
    )


def solvable_sets(problems: pl.DataFrame) -> dict[str, float]:
    """What the four-way table says, with its doubt. problems: an `overlap` frame.

    mcnemar_p: exact, of as many problems only the base as only the tuned model solved. false_lost, false_gained: how
    many such problems are expected by chance alone, were both models equally able on every problem (their pooled rate).
    srr, ndr, sds, nscr: support retention, novel discovery, their combination, and net change (arXiv 2507.14843).
    """
    sizes = {category: int((problems["category"] == category).sum()) for category in CATEGORIES}
    both, lost, gained = sizes["both"], sizes["base only"], sizes["tuned only"]
    n_base, c_base, n_tuned, c_tuned = (
        problems[name].to_numpy() for name in ("n_base", "c_base", "n_tuned", "c_tuned")
    )
    never = 1 - (c_base + c_tuned) / (n_base + n_tuned)
    retention, discovery = _share(both, both + lost), _share(gained, both + gained)
    return {
        "mcnemar_p": float(stats.binomtest(lost, lost + gained).pvalue) if lost + gained else 1.0,
        "false_lost": float(((1 - never**n_base) * never**n_tuned).sum()),
        "false_gained": float(((1 - never**n_tuned) * never**n_base).sum()),
        "srr": retention,
        "ndr": discovery,
        "sds": _share(2 * retention * discovery, retention + discovery),
        "nscr": _share(gained - lost, both + lost + gained),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def compare(problems: pl.DataFrame, replicates: int, level: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Difference of pass@k with its doubt for every k, and the crossing k.

    problems: an `overlap` frame. Returns (k, base, tuned, difference, low, high, band_low, band_high, p) and one row
    of `crossing`. low, high: paired bootstrap over problems at one k; band: over all k; p: sign-flip test at one k.
    """
    base = pass_at_k(problems["n_base"].to_numpy(), problems["c_base"].to_numpy())
    tuned = pass_at_k(problems["n_tuned"].to_numpy(), problems["c_tuned"].to_numpy())
    draws = bootstrap_means(tuned - base, replicates)
    low, high = percentile_interval(draws, level)
    difference = (tuned - base).mean(0)
    band_low, band_high = simultaneous_band(difference, draws, level)
    curves = pl.DataFrame(
        {
            "k": np.arange(1, base.shape[1] + 1),
            "base": base.mean(0),
            "tuned": tuned.mean(0),
            "difference": difference,
            "low": low,
            "high": high,
            "band_low": band_low,
            "band_high": band_high,
            "p": sign_flip_p(tuned - base, replicates),
        }
    )
    crossings = crossing(draws)
    crossing_low, crossing_high = percentile_interval(crossings, level)
    summary = pl.DataFrame(
        {
            "crossing_k": crossing(difference[None])[0],
            "low": crossing_low,
            "high": crossing_high,
            "no_crossing": np.isinf(crossings).mean(),
            "n": base.shape[1],
            "problems": len(problems),
        }
    )
    return curves, summary


def crossing(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """The k from which the base is level with or above the tuned model, for every row of tuned-minus-base differences.

    differences: shape (rows, k = 1..n). The first k with a difference <= 0, interpolated linearly in log k from the k
    before it; 1 where the base is not behind at k = 1; infinite where it stays behind up to n.
    """
    rows = np.arange(len(differences))
    caught_up = differences <= 0
    first = caught_up.argmax(1)
    before = np.maximum(first - 1, 0)
    above, below = differences[rows, before], differences[rows, first]
    share = np.where(first > 0, above / np.where(above > below, above - below, 1.0), 0.0)
    k = np.exp(np.log(before + 1) + share * (np.log(first + 1) - np.log(before + 1)))
    return np.where(caught_up.any(1), k, np.inf)
