"""Further metrics from the same counts: stability, majority votes, rates above a threshold, cost.

A metric is a function of `Counted` under `@metric`. It yields, for each row of the table, the values whose mean over
problems is shown.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Clusters, Problems, clusters_of
from boundary.analysis.distributions import beta_sf, hypergeom_pmf, hypergeom_sf
from boundary.analysis.intervals import SEED, positive_mean, ratio_interval, share_interval
from boundary.analysis.passk import failing, pass_at_k, powers_of_two
from boundary.analysis.ratios import linearised, share_of
from boundary.analysis.sharpening import gained
from boundary.analysis.voting import samples_of, votes
from boundary.schema import Schema

TAUS = (0.25, 0.5, 0.75, 1.0)
STABLE_K = (4, 8, 16)  # of G-Pass@k
FALLS = "pass^k"  # with k
SCHEMA: Schema = {"metric": pl.String, "k": pl.Int64, "tau": pl.Float64}
SCHEMA |= {"estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64}


class Counted(NamedTuple):
    """One grader's counts of a model. n, c, tokens: per problem; tokens is None if unknown.

    wrong: samples of each wrong answer per problem, or None if answers cannot be compared, such as programs.
    """

    n: NDArray[np.int64]
    c: NDArray[np.int64]
    tokens: NDArray[np.int64] | None
    wrong: list[list[int]] | None

    @property
    def powers(self) -> list[int]:
        return powers_of_two(int(self.n.min()))


class Value(NamedTuple):
    """A row: the mean of `values` over problems, or its ratio to the mean of `per`, each (problems,), times `scale`.

    Both are between 0 and 1, unless `open`.
    """

    metric: str
    k: int | None
    tau: float | None
    values: NDArray[np.float64]
    per: NDArray[np.float64] | None = None
    open: bool = False
    scale: float = 1.0


METRICS: list[Callable[[Counted], Iterator[Value]]] = []  # in the order of the table


def metric(function: Callable[[Counted], Iterator[Value]]) -> Callable:
    METRICS.append(function)
    return function


def pass_hat_k(n: NDArray[np.int64], c: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """pass^k of every problem: the chance that k samples are all correct, C(c, k) / C(n, k) (arXiv 2406.12045)."""
    return hypergeom_pmf(k, n, c, k)


def g_pass_at_k(n: NDArray[np.int64], c: NDArray[np.int64], k: int, tau: float) -> NDArray[np.float64]:
    """G-Pass@k_tau of every problem: at least ceil(tau k) of k samples are correct (arXiv 2412.13147, eq. 4)."""
    return hypergeom_sf(np.ceil(tau * k - 1e-9) - 1, n, c, k)


def mg_pass_at_k(n: NDArray[np.int64], c: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """mG-Pass@k of every problem: twice the area under G-Pass@k_tau for tau in (0.5, 1] (arXiv 2412.13147, eq. 7)."""
    least = np.arange(-(-k // 2) + 1, k + 1)
    return 2 / k * hypergeom_sf(least[:, None] - 1, n, c, k).sum(0)


def cover_at_tau(n: NDArray[np.int64], c: NDArray[np.int64], tau: float) -> NDArray[np.float64]:
    """Cover@tau of every problem: the posterior chance, under Jeffreys' prior, that its success rate is at least tau.

    No finite number of samples shows a rate of 1, so the value for tau = 1 is 0.
    """
    return beta_sf(tau, c + 0.5, n - c + 0.5)


def distinct_answers(answers: list[int], n: int, k: int) -> float:
    """Expected number of distinct answers in k of n samples (rarefaction, Hurlbert 1971, doi 10.2307/1934145).

    answers: samples of each answer, including the right one; other samples have no answer.
    """
    return float((1 - failing(np.array(n), np.array(answers), k)).sum()) if answers else 0.0


def answer_entropy(answers: list[int]) -> float:
    """Entropy of the answers of one problem in bits, by the estimate of Miller and Madow (1955); 0 without answers."""
    shares = np.array(answers) / max(1, sum(answers))
    return (
        float(-(shares * np.log2(shares)).sum() + (len(answers) - 1) / (2 * sum(answers) * np.log(2)))
        if answers
        else 0.0
    )


@metric
def reliability(counted: Counted) -> Iterator[Value]:
    for k in counted.powers:
        yield Value("pass^k", k, None, pass_hat_k(counted.n, counted.c, k))


@metric
def stability(counted: Counted) -> Iterator[Value]:
    n, c = counted.n, counted.c
    for k in (k for k in STABLE_K if k <= n.min()):
        for tau in TAUS:
            yield Value("G-Pass@k", k, tau, g_pass_at_k(n, c, k, tau))
        yield Value("mG-Pass@k", k, None, mg_pass_at_k(n, c, k))


@metric
def rate_coverage(counted: Counted) -> Iterator[Value]:
    for tau in (0.01, 0.1, *TAUS[:-1], 0.9):
        yield Value("Cover@tau", None, tau, cover_at_tau(counted.n, counted.c, tau))


@metric
def majority(counted: Counted) -> Iterator[Value]:
    if counted.wrong is None:
        return
    rng = np.random.default_rng(SEED)
    for k in counted.powers:
        yield Value("maj@k", k, None, votes(counted.n, counted.c, counted.wrong, k, rng))


@metric
def diversity(counted: Counted) -> Iterator[Value]:
    if counted.wrong is None:
        return
    answers = [[*([c] if c else []), *wrong] for c, wrong in zip(counted.c.tolist(), counted.wrong, strict=True)]
    for k in counted.powers:
        found = [distinct_answers(own, n, k) for own, n in zip(answers, counted.n.tolist(), strict=True)]
        yield Value("distinct answers", k, None, np.array(found), open=True)
    yield Value("answer entropy (bits)", None, None, np.array([answer_entropy(own) for own in answers]), open=True)


@metric
def sharpened(counted: Counted) -> Iterator[Value]:
    """S(K) and A(K), see `sharpening`. S is unknown for a model that is always right."""
    smallest = int(counted.n.min())
    solved = pass_at_k(counted.n, counted.c)
    for k in sorted({*counted.powers, smallest // 2} - {0, 1}):
        found = gained(solved, k)
        yield Value("sharpening A(K)", k, None, found.area, scale=k - 1)
        if found.known:
            yield Value("sharpening S(K)", k, None, found.area, per=found.missed)


@metric
def cost(counted: Counted) -> Iterator[Value]:
    """Tokens per solved problem when every problem gets k samples; infinite if none is solved."""
    if counted.tokens is None:
        return
    solved, tokens = pass_at_k(counted.n, counted.c), counted.tokens / counted.n
    for k in counted.powers:
        yield Value("tokens per solved problem", k, None, tokens * k, per=solved[:, k - 1], open=True)


def metrics(counts: pl.DataFrame, wrong: pl.DataFrame, level: float) -> pl.DataFrame:
    """Every metric with its interval over problems: metric, k, tau, estimate, low, high.

    counts: problem_id, n, c, tokens of one grader, and cluster if there are clusters. wrong: problem_id, answer,
    samples of the same grader; empty if answers cannot be compared, such as programs: then there is no maj@k.
    """
    by_problem = samples_of(wrong)
    counted = Counted(
        counts["n"].to_numpy(),
        counts["c"].to_numpy(),
        None if counts["tokens"].null_count() else counts["tokens"].to_numpy(),
        [by_problem.get(problem, []) for problem in counts["problem_id"]] if len(wrong) else None,
    )
    rows = [_row(value, level, clusters_of(counts)) for function in METRICS for value in function(counted)]
    return pl.DataFrame(_falling([row for row in rows if row["metric"] == FALLS], rows), schema=SCHEMA)


def _falling(of_one: list[dict], rows: list[dict]) -> list[dict]:
    """`rows`, with the ends of intervals of a metric that falls with k falling, too: wider where they did not."""
    high, low = 0.0, 1.0
    for first, last in zip(of_one, of_one[::-1], strict=True):
        first["low"] = low = min(low, first["low"])
        last["high"] = high = max(high, last["high"])
    return rows


def _row(value: Value, level: float, clusters: Clusters) -> dict:
    """The row of a mean, or of a ratio of means, with its interval."""
    row, values = {"metric": value.metric, "k": value.k, "tau": value.tau}, Problems(value.values, clusters)
    if value.per is not None and value.open:
        found = ratio_interval(values, value.per, level)
    elif value.per is not None:
        found = share_of(values.with_values(linearised(value.values, value.per)), level)
    elif value.open:
        found = positive_mean(values, level)
    else:
        found = {"estimate": value.values.mean()} | share_interval(values, level)
    return row | {key: value.scale * float(found[key]) for key in ("estimate", "low", "high")}
