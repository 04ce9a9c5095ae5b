"""pass@k of every model at powers of two, with intervals, and what became of its samples."""

import polars as pl

from boundary.analysis.counts import known_sum

OUTCOMES = ("truncated", "no_answer", "failed", "duplicates")  # as shares of all samples


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    rows, k = [], pl.col("k")
    for curve, counts in zip(given["curves"], given["counts"], strict=True):
        kept = curve.named("benchmark", "decoding", "model").filter((k & (k - 1) == 0) | (k == pl.col("n")))
        shares = counts.frame.group_by("grader").agg((known_sum(*OUTCOMES) / pl.col("n").sum()).round(4))
        rows.append(kept.join(shares, on="grader", maintain_order="left"))
    return pl.concat(rows)
