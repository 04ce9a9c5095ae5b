"""Adapter of rule tabulate_passk."""

import polars as pl

from boundary import store
from boundary.job import logged
from boundary.passk import known_sum

if __name__ == "__main__":
    with logged(snakemake):
        rows = []
        for path, counts in zip(snakemake.input.curves, snakemake.input.counts, strict=True):
            model, benchmark, decoding = path.removesuffix(".parquet").split("/")[-3:]
            curve, k = store.read(path), pl.col("k")
            kept = curve.filter((k & (k - 1) == 0) | (k == pl.col("n")))  # powers of two, and n
            outcomes = ["truncated", "no_answer", "failed", "duplicates"]
            shares = store.read(counts).group_by("grader").agg((known_sum(*outcomes) / pl.col("n").sum()).round(4))
            names = {"benchmark": benchmark, "decoding": decoding, "model": model}
            named = kept.select(*(pl.lit(value).alias(key) for key, value in names.items()), pl.all())
            rows.append(named.join(shares, on="grader", maintain_order="left"))
        store.write_table(pl.concat(rows), *snakemake.output)
