"""Adapter of rule tabulate_metrics."""

import polars as pl

from boundary import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        for kind, paths in (("metrics", snakemake.input.metrics), ("beyond", snakemake.input.fits)):
            rows = []
            for path in paths:
                model, benchmark, decoding = path.removesuffix(".parquet").split("/")[2:5]
                names = {"benchmark": benchmark, "decoding": decoding, "model": model}
                rows.append(store.read(path).select(*(pl.lit(value).alias(k) for k, value in names.items()), pl.all()))
            store.write_table(pl.concat(rows), snakemake.output[f"{kind}_csv"], snakemake.output[f"{kind}_parquet"])
