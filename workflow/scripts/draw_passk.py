"""Adapter of rule draw_passk."""

from boundary import store
from boundary.figures.passk import passk_figure
from boundary.figures.style import save
from boundary.guess import guess_floor
from boundary.job import logged
from boundary.passk import by_model

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        curves = by_model(spec, map(store.read, snakemake.input.curves))
        problems = store.read(snakemake.input.problems)
        floor = guess_floor(problems, max(len(curve) for curve in curves.values()))
        save(passk_figure(curves, spec, len(problems), floor), *snakemake.output)
