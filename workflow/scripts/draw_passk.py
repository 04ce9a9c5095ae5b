"""Adapter of rule draw_passk."""

import polars as pl

from boundary import store
from boundary.figures.passk import passk_figure
from boundary.figures.style import save
from boundary.guess import guess_curve, guess_rates
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        curves = {}
        for model, path in zip(spec["models"], snakemake.input.curves, strict=True):
            curve = store.read(path)
            curves[model["name"]] = curve.filter(pl.col("grader") == curve["grader"][0])
        problems = store.read(snakemake.input.problems)
        rates = guess_rates(problems)
        guesses = None if rates is None else guess_curve(rates, max(len(curve) for curve in curves.values()))
        save(passk_figure(curves, spec, len(problems), guesses), *snakemake.output)
