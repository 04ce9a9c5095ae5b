"""CoT-pass@k: the chance that at least one of k samples has a right answer and valid reasoning (arXiv 2506.14245).

The estimator is that of pass@k, on c_cot correct responses with valid reasoning. Reasoning is judged only on rarely
solved problems; on all others every correct response counts as valid. If a problem has C correct responses, and V of R
reviewed ones are valid, c_cot is V plus an unknown number of the other C - R. Under Jeffreys' prior for the share of
valid ones that number is beta-binomial, and the estimate is the posterior mean of pass@k.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.distributions import betabinom_pmf, clopper_pearson
from boundary.analysis.intervals import share_interval
from boundary.analysis.passk import pass_at_k


def judged_problems(problems: pl.DataFrame, responses: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Numbers of reviewed and of valid correct responses to every rarely solved problem.

    problems: problem_id, n, c. responses: id, problem_id. verdicts: of `labels.decide`. Responses without a majority,
    `undecided`, count as reviewed and not as valid. `by_all`: valid to all people; `by_any`: valid to any reviewer;
    `by_judge`: seen only by judges; `valid_to_judge`: of these, valid.
    """
    found = responses.select("id", "problem_id").join(verdicts, on="id")
    kinds = {
        "valid": pl.col("verdict") == "valid",
        "undecided": pl.col("verdict").is_null(),
        "by_all": (pl.col("valid") == pl.col("reviewers")) & ~pl.col("judge"),
        "by_any": pl.col("valid") > 0,
        "by_judge": pl.col("judge"),
        "valid_to_judge": pl.col("judge") & (pl.col("verdict") == "valid"),
    }
    counted = found.group_by("problem_id").agg(
        reviewed=pl.len().cast(pl.Int64), **{name: one.sum().cast(pl.Int64) for name, one in kinds.items()}
    )
    every = problems.select("problem_id", "n", "c").join(counted, on="problem_id", how="left", maintain_order="left")
    return every.with_columns(pl.col(counted.columns[1:]).fill_null(0))


def curve(counts: pl.DataFrame, judged: pl.DataFrame, level: float) -> pl.DataFrame:
    """CoT-pass@k next to pass@k, for every k: k, passk, cot_passk, low, high, least, most.

    counts: problem_id, n, c of all problems. judged: `judged_problems`. low, high: over problems, including the
    uncertainty about responses that were not reviewed. If a judge alone saw some, they reach from the interval of
    `least` to that of `most`. least: only responses that all people label valid count. most: responses that any
    reviewer labels valid count, and all that were not reviewed.
    """
    known = counts.select("problem_id", "n", "c").join(
        judged.drop("n", "c"), on="problem_id", how="left", maintain_order="left"
    )
    n, c = (known[name].to_numpy() for name in ("n", "c"))
    reviewed, valid, by_all, by_any = (
        known[name].fill_null(known["c"]).to_numpy() for name in ("reviewed", "valid", "by_all", "by_any")
    )
    largest_k, open_ones = int(n.min()), np.flatnonzero(reviewed < c)
    values, least, most = (pass_at_k(n, count) for count in (valid, by_all, by_any + c - reviewed))
    variance = np.zeros(largest_k)
    for i in open_ones:
        values[i], doubt = expected(n[i], c[i], reviewed[i], valid[i], largest_k)
        variance += doubt / len(n) ** 2
    interval = share_interval(values, level, variance)
    if judged["by_judge"].sum():  # its mistakes add up over k samples
        interval = {"low": share_interval(least, level)["low"], "high": share_interval(most, level)["high"]}
    return pl.DataFrame(
        {
            "k": np.arange(1, largest_k + 1),
            "passk": pass_at_k(n, c).mean(0),
            "cot_passk": values.mean(0),
            **interval,
            "least": least.mean(0),
            "most": most.mean(0),
        }
    )


def expected(n: int, c: int, reviewed: int, valid: int, largest_k: int) -> tuple[NDArray, NDArray]:
    """Posterior mean and variance of a problem's CoT-pass@k for k = 1..largest_k; see the top of this module."""
    others = np.arange(c - reviewed + 1)
    chance = betabinom_pmf(others, c - reviewed, valid + 0.5, reviewed - valid + 0.5)
    values = pass_at_k(np.full_like(others, n), valid + others, largest_k)
    mean = chance @ values
    return mean, (chance @ values**2 - mean**2).clip(min=0)


def summary(counts: pl.DataFrame, judged: pl.DataFrame, curve: pl.DataFrame, level: float) -> dict:
    """Results of a model's review: the problems with at least one valid chain of thought, and CoT-pass@k at 1 and n/2.

    counts, judged, curve: as above. valid_low, valid_high: exact interval of problems_valid / problems_reviewed
    (Clopper and Pearson 1934).
    """
    reviewed = judged.filter(pl.col("reviewed") > 0)
    valid = int((reviewed["valid"] > 0).sum())
    found: dict[str, float | None] = {
        "problems": len(counts),
        "problems_in_range": len(judged),
        "problems_reviewed": len(reviewed),
        "problems_valid": valid,
        "valid_low": None,
        "valid_high": None,
        "problems_taken_as_valid": int((counts["c"] > 0).sum()) - len(judged),
        **{f"responses{name}": int(judged[column].sum()) for name, column in RESPONSES.items()},
    }
    if len(reviewed):
        low, high = clopper_pearson(valid, len(reviewed), level)
        found |= {"valid_low": float(low), "valid_high": float(high)}
    for name, k in (("1", 1), ("half", max(1, len(curve) // 2))):
        row = curve.row(k - 1, named=True)
        found |= {f"k_{name}": k} if name == "half" else {}
        found |= {f"{column}_{name}": row[column] for column in curve.columns if column != "k"}
    return found


RESPONSES = {"": "c", "_reviewed": "reviewed", "_valid": "valid", "_undecided": "undecided"}
