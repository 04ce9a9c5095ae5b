"""Coverage: what a base and a tuned model can solve, and where one curve overtakes the other. From counts."""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from boundary.errors import InputError
from boundary.intervals import (
    SEED,
    CurveIntervals,
    bootstrap_slices,
    mean_interval,
    percentile_interval,
    sign_flip_p,
)
from boundary.passk import BINS, accuracy_bin, pass_at_k

CATEGORIES = ("both", "base only", "tuned only", "neither")
POSTERIOR_POINTS = 400  # quantiles of the base model's rate; the average over them is good to two or three digits


def pair_counts(base: pl.DataFrame, tuned: pl.DataFrame) -> pl.DataFrame:
    """Counts of two models side by side: problem_id, n_base, c_base, n_tuned, c_tuned.

    base, tuned: counts of one grader. InputError where a problem stands twice, is missing on one side, or has no count.
    """
    for frame, side in ((base, "base"), (tuned, "tuned")):
        twice = frame.filter(pl.col("problem_id").is_duplicated())
        if len(twice):
            raise InputError(f"problem {twice['problem_id'][0]!r} stands twice in the counts of the {side} model")
    for one, other, side in ((base, tuned, "tuned"), (tuned, base, "base")):
        missing = set(one["problem_id"]) - set(other["problem_id"])
        if missing:
            raise InputError(
                f"problem {min(missing)!r} has no samples of the {side} model ({len(missing)} such problems)"
            )
    pair = base.select("problem_id", n_base="n", c_base="c").join(
        tuned.select("problem_id", n_tuned="n", c_tuned="c"), on="problem_id", how="left", maintain_order="left"
    )
    for column in pair.columns[1:]:
        unknown = pair.filter(pl.col(column).is_null() | pl.col(column).cast(pl.Float64).is_nan())
        if len(unknown):
            raise InputError(f"problem {unknown['problem_id'][0]!r}: {column} is not a number")
    return pair


def overlap(pair: pl.DataFrame, match_budgets: bool = False) -> pl.DataFrame:
    """`pair_counts` with the category of every problem. `solved` means at least one correct sample in n.

    InputError where the budgets of a problem differ, as who has more samples solves more; with `match_budgets` the
    larger one is cut to the smaller by drawing that many of its samples at random, without replacement.
    """
    unequal = pair.filter(pl.col("n_base") != pl.col("n_tuned"))
    if len(unequal) and not match_budgets:
        row = unequal.row(0, named=True)
        raise InputError(
            f"unequal budgets: problem {row['problem_id']!r} has {row['n_base']} samples of the base and "
            f"{row['n_tuned']} of the tuned model; who has more samples solves more. Give both as many, or say "
            "`match_budgets: true` at the pair to cut the larger budget at random"
        )
    if len(unequal):
        pair = _matched(pair)
    solved_base, solved_tuned = pl.col("c_base") > 0, pl.col("c_tuned") > 0
    return pair.with_columns(
        category=pl.when(solved_base & solved_tuned)
        .then(pl.lit("both"))
        .when(solved_base)
        .then(pl.lit("base only"))
        .when(solved_tuned)
        .then(pl.lit("tuned only"))
        .otherwise(pl.lit("neither"))
    )


def _matched(pair: pl.DataFrame) -> pl.DataFrame:
    rng = np.random.default_rng(SEED)
    budget = pair.select(pl.min_horizontal("n_base", "n_tuned")).to_series().to_numpy()
    for side in ("base", "tuned"):
        n, c = pair[f"n_{side}"].to_numpy(), pair[f"c_{side}"].to_numpy()
        kept = pl.Series(rng.hypergeometric(c, n - c, budget))
        pair = pair.with_columns(kept.alias(f"c_{side}"), pl.Series(budget).alias(f"n_{side}"))
    return pair


STATUSES = ("solvable", "undecided", "not at this rate")


def status(n: NDArray[np.int64], c: NDArray[np.int64], rate: float, level: float) -> NDArray[np.str_]:
    """Whether a problem's success rate reaches `rate`: one of STATUSES for every problem.

    Decided where the posterior chance, under Jeffreys' prior, is at least `level` for one side.
    """
    reaches = stats.beta.sf(rate, c + 0.5, n - c + 0.5)
    return np.select([reaches >= level, reaches <= 1 - level], [STATUSES[0], STATUSES[2]], STATUSES[1])


def discordance(problems: pl.DataFrame, rate: float, level: float) -> pl.DataFrame:
    """An `overlap` frame with what each problem alone says of the two models.

    Adds fisher_p: Fisher's exact p of equal rates, and its two sides gain_p (small where the tuned model is better) and
    loss_p; tuned_worse: the posterior chance that the tuned model's rate is lower, under Jeffreys' prior for each;
    base_status, tuned_status: see `status`.
    """
    n_base, c_base, n_tuned, c_tuned = _columns(problems)
    tables = np.stack([c_base, n_base - c_base, c_tuned, n_tuned - c_tuned], 1)
    kinds, which = np.unique(tables, axis=0, return_inverse=True)
    which = which.reshape(-1)
    fisher = np.array([stats.fisher_exact(table.reshape(2, 2)).pvalue for table in kinds])
    level_points = (np.arange(POSTERIOR_POINTS) + 0.5) / POSTERIOR_POINTS
    base_rate = stats.beta.ppf(level_points, kinds[:, :1] + 0.5, kinds[:, 1:2] + 0.5)
    worse = stats.beta.cdf(base_rate, kinds[:, 2:3] + 0.5, kinds[:, 3:] + 0.5).mean(1)
    total, correct = n_base + n_tuned, c_base + c_tuned
    return problems.with_columns(
        fisher_p=pl.Series(fisher[which]),
        gain_p=pl.Series(stats.hypergeom.sf(c_tuned - 1, total, correct, n_tuned)),
        loss_p=pl.Series(stats.hypergeom.sf(c_base - 1, total, correct, n_base)),
        tuned_worse=pl.Series(worse[which]),
        base_status=pl.Series(status(n_base, c_base, rate, level)),
        tuned_status=pl.Series(status(n_tuned, c_tuned, rate, level)),
    )


def _columns(problems: pl.DataFrame) -> tuple[NDArray[np.int64], ...]:
    return tuple(problems[name].to_numpy() for name in ("n_base", "c_base", "n_tuned", "c_tuned"))


def transitions(problems: pl.DataFrame) -> NDArray[np.int64]:
    """Number of problems by accuracy bin of the base (rows) and of the tuned model (columns): (BINS, BINS)."""
    n_base, c_base, n_tuned, c_tuned = _columns(problems)
    table = np.zeros((BINS, BINS), dtype=np.int64)
    np.add.at(table, (accuracy_bin(n_base, c_base), accuracy_bin(n_tuned, c_tuned)), 1)
    return table


def solvable_sets(problems: pl.DataFrame) -> dict[str, float]:
    """What the four-way table says, with its doubt. problems: an `overlap` frame.

    mcnemar_p: exact, of as many problems only the base as only the tuned model solved. false_lost, false_gained: how
    many such problems are expected by chance alone, were both models equally able on every problem (their pooled rate).
    srr, ndr, sds, nscr: support retention, novel discovery, their combination, and net change (arXiv 2507.14843).
    """
    sizes = {category: int((problems["category"] == category).sum()) for category in CATEGORIES}
    both, lost, gained = sizes["both"], sizes["base only"], sizes["tuned only"]
    n_base, c_base, n_tuned, c_tuned = _columns(problems)
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


def compare(
    pair: pl.DataFrame, replicates: int, level: float, efficiency_k: int | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Difference of pass@k with its doubt for every k up to the smallest n, the crossing k, and summaries.

    pair: `pair_counts`. Returns (k, base, tuned, difference, low, high, band_low, band_high, p), one row of `crossing`,
    and the measures (measure, estimate, low, high) of `summaries`. low, high: paired bootstrap over problems at one
    k; band: over all k; p: sign-flip test at one k.
    """
    n_base, c_base, n_tuned, c_tuned = _columns(pair)
    n = int(min(n_base.min(), n_tuned.min()))
    base, tuned = pass_at_k(n_base, c_base, n), pass_at_k(n_tuned, c_tuned, n)
    values = tuned - base
    difference = values.mean(0)
    intervals, crossings = CurveIntervals(difference, replicates, level), Crossing(replicates)
    for part, draws in bootstrap_slices(values, replicates):
        intervals.add(part, draws)
        crossings.add(draws)
    curves = pl.DataFrame(
        {"k": np.arange(1, n + 1), "base": base.mean(0), "tuned": tuned.mean(0), "difference": difference}
        | intervals.columns()
        | {"p": sign_flip_p(values, replicates)}
    )
    low, high = percentile_interval(crossings.k, level)
    summary = pl.DataFrame(
        {
            "crossing_k": crossing(difference[None])[0],
            "low": low,
            "high": high,
            "no_crossing": np.isinf(crossings.k).mean(),
            "n": n,
            "problems": len(pair),
        }
    )
    return curves, summary, summaries(base, tuned, replicates, level, efficiency_k or n)


def summaries(
    base: NDArray[np.float64], tuned: NDArray[np.float64], replicates: int, level: float, efficiency_k: int
) -> pl.DataFrame:
    """The sampling efficiency gap and the area between the curves, with paired intervals over problems.

    base, tuned: pass@k per problem, shape (problems, k = 1..n). Gap: base pass@K minus tuned pass@1, K = efficiency_k
    (arXiv 2504.13837, section 4.3). Area: of tuned minus base over log2 k from 1 to n/2, by the trapezoid rule; its
    unit is pass@k times doublings of k.
    """
    if not 1 <= efficiency_k <= base.shape[1]:
        raise InputError(f"the efficiency gap needs 1 <= K <= n, but K = {efficiency_k} and n = {base.shape[1]}")
    half = max(1, base.shape[1] // 2)
    area = np.trapezoid(tuned[:, :half] - base[:, :half], np.log2(np.arange(1, half + 1)), axis=1)
    measured = {"efficiency gap": base[:, efficiency_k - 1] - tuned[:, 0], "area": area}
    largest = {"efficiency gap": efficiency_k, "area": half}
    return pl.DataFrame(
        [
            {"measure": name, "k": largest[name]} | mean_interval(values, replicates, level)
            for name, values in measured.items()
        ]
    )


def crossing(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """The k from which the base is level with or above the tuned model, for every row of tuned-minus-base differences.

    differences: shape (rows, k = 1..n). The first k with a difference <= 0, interpolated linearly in log k from the k
    before it; 1 where the base is not behind at k = 1; infinite where it stays behind up to n.
    """
    found = Crossing(len(differences))
    found.add(differences)
    return found.k


class Crossing:
    """`crossing` of rows whose differences come one slice of k after the other; `k` is the answer so far."""

    def __init__(self, rows: int):
        self.k = np.full(rows, np.inf)
        self.seen, self.last = 0, np.zeros(rows)  # how many k there were, and the differences at the last of them

    def add(self, differences: NDArray[np.float64]) -> None:
        rows = np.flatnonzero(np.isinf(self.k) & (differences <= 0).any(1))
        first = (differences[rows] <= 0).argmax(1)
        above = np.where(first > 0, differences[rows, np.maximum(first - 1, 0)], self.last[rows])
        below, k = differences[rows, first], self.seen + first + 1
        share = np.where(k > 1, above / np.where(above > below, above - below, 1.0), 1.0)
        before = np.log(np.maximum(k - 1, 1))
        self.k[rows] = np.where(share < 1, np.exp(before + share * (np.log(k) - before)), k)
        self.seen, self.last = self.seen + differences.shape[1], differences[:, -1]
