"""Adapter of rule draw_histogram."""

import polars as pl

from boundary import store
from boundary.figures.histogram import histogram_figure
from boundary.figures.style import save
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        counts = {}
        for model, path in zip(spec["models"], snakemake.input.counts, strict=True):
            frame = store.read(path)
            counts[model["name"]] = frame.filter(pl.col("grader") == frame["grader"][0])
        save(histogram_figure(counts, spec), *snakemake.output)
