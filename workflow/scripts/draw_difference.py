"""Adapter of rule draw_difference."""

from boundary import store
from boundary.figures.difference import difference_figure
from boundary.figures.style import save
from boundary.guess import guess_floor
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        files = zip(spec["pairs"], given.differences, given.crossings, strict=True)
        pairs = [(*pair, store.read(difference), store.read(crossing)) for pair, difference, crossing in files]
        floor = guess_floor(store.read(given.problems), max(len(difference) for *_, difference, _ in pairs))
        save(difference_figure(pairs, spec, floor), *snakemake.output)
