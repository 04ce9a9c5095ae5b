"""Adapter of rule draw_group."""

from boundary import store
from boundary.figures.group import group_figure
from boundary.figures.style import save
from boundary.job import logged
from boundary.passk import by_model

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        curves = by_model(spec, map(store.read, given.curves))
        save(group_figure(curves, [store.read(path) for path in given.measures], spec), *snakemake.output)
