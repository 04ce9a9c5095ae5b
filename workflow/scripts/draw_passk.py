"""Adapter of rule draw_passk."""

import polars as pl

from boundary import store
from boundary.figures.passk import passk_figure
from boundary.figures.style import save
from boundary.job import logged
from boundary.passk import guess_floor

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        curves = {}
        for model, path in zip(spec["models"], snakemake.input.curves, strict=True):
            curve = store.read(path)
            curves[model["name"]] = curve.filter(pl.col("grader") == curve["grader"][0])
        problems = store.read(snakemake.input.problems)
        largest_k = max(len(curve) for curve in curves.values())
        rates = problems["guess_rate"]
        floor = None if rates.null_count() else guess_floor(rates.to_numpy(), largest_k)
        save(passk_figure(curves, spec, len(problems), floor), *snakemake.output)
