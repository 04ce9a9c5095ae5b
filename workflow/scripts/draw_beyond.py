"""Adapter of rule draw_beyond."""

from boundary import store
from boundary.figures.beyond import beyond_figure
from boundary.figures.style import save
from boundary.guess import guess_floor
from boundary.job import logged
from boundary.passk import by_model

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        curves, beyond, fits = (by_model(spec, map(store.read, given[kind])) for kind in ("curves", "beyond", "fits"))
        floor = guess_floor(store.read(given.problems), max(frame["k"].max() for frame in beyond.values()))
        save(beyond_figure(curves, beyond, fits, spec, floor), *snakemake.output)
