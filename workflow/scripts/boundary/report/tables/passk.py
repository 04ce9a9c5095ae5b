"""pass@k of every model at powers of two, with intervals, and the outcomes of its samples."""

import polars as pl

from boundary.analysis.counts import known_sum
from boundary.contracts import TableSpec
from boundary.files.store import Results

OUTCOMES = ("truncated", "no_answer", "failed", "duplicates")  # as shares of all samples
INTERRUPTED = "interrupted"  # the same, of imported samples where there are any


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    rows, k = [], pl.col("k")
    for curve, counts in zip(given["curves"], given["counts"], strict=True):
        kept = curve.named("benchmark", "decoding", "model").filter((k & (k - 1) == 0) | (k == pl.col("n")))
        shown = (*OUTCOMES, INTERRUPTED) if counts.frame[INTERRUPTED].sum() else OUTCOMES
        shares = counts.frame.group_by("grader").agg(known_sum(*shown) / pl.col("n").sum())
        lengths = counts.made_with.get("other_max_tokens", {})
        changed = {f"{what}_samples": pl.lit(lengths[what]) for what in ("cut", "continued") if lengths.get(what)}
        if lengths.get("cut"):
            changed["uncertain_cuts"] = pl.lit(lengths["cut_uncertain"] / lengths["cut"])
        rows.append(kept.join(shares, on="grader", maintain_order="left").with_columns(**changed))
    return pl.concat(rows, how="diagonal")  # the last columns are not there in every run
