"""Adapter of rule draw_passk."""

from boundary import store
from boundary.figures.passk import passk_figure
from boundary.figures.style import save
from boundary.guess import guess_curve, guess_rates
from boundary.job import logged
from boundary.passk import of_grader

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        curves = {}
        for model, path in zip(spec["models"], snakemake.input.curves, strict=True):
            curves[model["name"]] = of_grader(store.read(path), spec["grader"])
        problems = store.read(snakemake.input.problems)
        rates = guess_rates(problems)
        guesses = None if rates is None else guess_curve(rates, max(len(curve) for curve in curves.values()))
        save(passk_figure(curves, spec, len(problems), guesses), *snakemake.output)
