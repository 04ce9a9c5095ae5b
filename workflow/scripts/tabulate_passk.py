"""Adapter of rule tabulate_passk."""

import polars as pl

from boundary import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        rows = []
        for path in snakemake.input.curves:
            model, benchmark, decoding = path.removesuffix(".parquet").split("/")[-3:]
            curve = store.read(path)
            k = pl.col("k")
            kept = curve.filter((k & (k - 1) == 0) | (k == pl.col("n")))  # powers of two, and n
            names = {"benchmark": benchmark, "decoding": decoding, "model": model}
            rows.append(kept.select(*(pl.lit(value).alias(key) for key, value in names.items()), pl.all()))
        table = pl.concat(rows)
        table.with_columns(pl.col("estimate", "low", "high").round(4)).write_csv(snakemake.output[0])
        store.write(table, snakemake.output[1], {})
