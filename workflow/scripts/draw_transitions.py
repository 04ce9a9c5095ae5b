"""Adapter of rule draw_transitions."""

from boundary import store
from boundary.figures.style import save
from boundary.figures.transitions import transitions_figure
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        pairs = [(*pair, store.read(path)) for pair, path in zip(spec["pairs"], snakemake.input.overlaps, strict=True)]
        save(transitions_figure(pairs, spec), *snakemake.output)
