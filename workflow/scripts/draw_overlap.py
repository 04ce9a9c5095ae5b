"""Adapter of rule draw_overlap."""

from boundary import store
from boundary.figures.overlap import overlap_figure
from boundary.figures.style import save
from boundary.guess import guess_floor
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        pairs = [(*pair, store.read(path)) for pair, path in zip(spec["pairs"], snakemake.input.overlaps, strict=True)]
        floor = guess_floor(store.read(snakemake.input.problems), max(pair[-1]["n_base"].max() for pair in pairs))
        save(overlap_figure(pairs, spec, floor), *snakemake.output)
