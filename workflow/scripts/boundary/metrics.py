"""Other metrics that people ask for, from the same counts: stability, majority votes, rates above a threshold, cost."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from boundary.intervals import SEED, bootstrap_means, percentile_interval
from boundary.passk import pass_at_k

TAUS = (0.25, 0.5, 0.75, 1.0)
STABLE_K = (4, 8, 16)  # of G-Pass@k
VOTES = 100  # random subsets of k samples per problem, for maj@k
SCHEMA = {"metric": pl.String, "k": pl.Int64, "tau": pl.Float64}
SCHEMA |= {"estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64}


def powers_of_two(n: int) -> list[int]:
    """1, 2, 4, ... up to n, and n."""
    return sorted({*(2**i for i in range(int(np.log2(n)) + 1)), n})


def pass_hat_k(n: NDArray[np.int64], c: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """pass^k of every problem: the chance that k samples are all correct, C(c, k) / C(n, k) (arXiv 2406.12045)."""
    return stats.hypergeom.pmf(k, n, c, k)


def g_pass_at_k(n: NDArray[np.int64], c: NDArray[np.int64], k: int, tau: float) -> NDArray[np.float64]:
    """G-Pass@k_tau of every problem: at least ceil(tau k) of k samples are correct (arXiv 2412.13147, eq. 4)."""
    return stats.hypergeom.sf(np.ceil(tau * k - 1e-9) - 1, n, c, k)


def mg_pass_at_k(n: NDArray[np.int64], c: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """mG-Pass@k of every problem: twice the area under G-Pass@k_tau for tau in (0.5, 1] (arXiv 2412.13147, eq. 7)."""
    least = np.arange(-(-k // 2) + 1, k + 1)
    return 2 / k * stats.hypergeom.sf(least[:, None] - 1, n, c, k).sum(0)


def cover_at_tau(n: NDArray[np.int64], c: NDArray[np.int64], tau: float) -> NDArray[np.float64]:
    """Cover@tau of every problem: the posterior chance, under Jeffreys' prior, that its success rate is at least tau.

    tau = 1 asks for a rate that no finite number of samples shows; its value is 0.
    """
    return stats.beta.sf(tau, c + 0.5, n - c + 0.5)


def maj_at_k(c: int, wrong: list[int], silent: int, k: int, rng: np.random.Generator) -> float:
    """maj@k of one problem: how often the most frequent answer of k samples is correct, ties shared out.

    c: correct samples (they count as one answer, however written); wrong: samples of each wrong answer; silent: samples
    without an answer, which do not vote. Over VOTES random subsets without replacement.
    """
    votes = rng.multivariate_hypergeometric([silent, c, *wrong], k, size=VOTES, method="marginals")[:, 1:]
    most = votes.max(1)
    tied = (votes == most[:, None]).sum(1)
    return float(np.where((votes[:, 0] == most) & (most > 0), 1 / tied, 0.0).mean())


def metrics(counts: pl.DataFrame, wrong: pl.DataFrame, replicates: int, level: float) -> pl.DataFrame:
    """Every metric with its bootstrap interval over problems: metric, k, tau, estimate, low, high.

    counts: problem_id, n, c, tokens of one grader; wrong: problem_id, answer, samples of the same grader (empty where
    answers cannot be compared, as of programs: then without maj@k).
    """
    n, c = counts["n"].to_numpy(), counts["c"].to_numpy()
    smallest = int(n.min())
    values: list[tuple[str, int | None, float | None, NDArray]] = []
    for k in powers_of_two(smallest):
        values.append(("pass^k", k, None, pass_hat_k(n, c, k)))
    for k in (k for k in STABLE_K if k <= smallest):
        values += [("G-Pass@k", k, tau, g_pass_at_k(n, c, k, tau)) for tau in TAUS]
        values.append(("mG-Pass@k", k, None, mg_pass_at_k(n, c, k)))
    values += [("Cover@tau", None, tau, cover_at_tau(n, c, tau)) for tau in (0.01, 0.1, *TAUS[:-1], 0.9)]
    if len(wrong):
        by_problem = dict(wrong.group_by("problem_id").agg("samples").iter_rows())
        groups = [by_problem.get(problem, []) for problem in counts["problem_id"]]
        rng = np.random.default_rng(SEED)
        for k in powers_of_two(smallest):
            votes = [
                maj_at_k(correct, others, total - correct - sum(others), k, rng)
                for total, correct, others in zip(n.tolist(), c.tolist(), groups, strict=True)
            ]
            values.append(("maj@k", k, None, np.array(votes)))
    drawn = bootstrap_means(np.stack([value for *_, value in values], 1), replicates)
    low, high = percentile_interval(drawn, level)
    rows = [
        {"metric": metric, "k": k, "tau": tau, "estimate": value.mean(), "low": low[i], "high": high[i]}
        for i, (metric, k, tau, value) in enumerate(values)
    ]
    return pl.DataFrame(rows + _cost(counts, replicates, level), schema=SCHEMA)


def _cost(counts: pl.DataFrame, replicates: int, level: float) -> list[dict]:
    """Tokens sampled per solved problem, when every problem gets k samples; infinite where none is solved."""
    if counts["tokens"].null_count():
        return []
    n, c = counts["n"].to_numpy(), counts["c"].to_numpy()
    tokens = counts["tokens"].to_numpy() / n
    solved = pass_at_k(n, c)
    ks = np.array(powers_of_two(int(n.min())))
    spent, solved = tokens[:, None] * ks, solved[:, ks - 1]
    with np.errstate(divide="ignore"):
        ratios = bootstrap_means(spent, replicates) / bootstrap_means(solved, replicates)
        estimates = spent.mean(0) / solved.mean(0)
    low, high = percentile_interval(ratios, level)
    return [
        {"metric": "tokens per solved problem", "k": int(k), "estimate": estimates[i], "low": low[i], "high": high[i]}
        for i, k in enumerate(ks)
    ]
