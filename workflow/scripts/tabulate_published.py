"""Adapter of rule tabulate_published."""

import polars as pl

from boundary import store
from boundary.job import logged
from boundary.passk import of_grader
from boundary.published import beside

if __name__ == "__main__":
    with logged(snakemake):
        curves = []
        for path in snakemake.input.curves:
            model, benchmark, decoding = path.removesuffix(".parquet").split("/")[-3:]
            curve = of_grader(store.read(path), snakemake.params.graders[benchmark])
            curves.append((model, benchmark, decoding, curve))
        published = pl.read_csv(snakemake.input.published, schema_overrides={"k": pl.Int64})
        store.write_table(beside(published, curves), *snakemake.output)
