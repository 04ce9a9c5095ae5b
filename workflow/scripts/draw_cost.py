"""Adapter of rule draw_cost."""

from boundary import store
from boundary.figures.cost import cost_figure
from boundary.figures.style import save
from boundary.job import logged
from boundary.passk import by_model

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        curves, counts = (by_model(spec, map(store.read, given[kind])) for kind in ("curves", "counts"))
        known = {name: frame for name, frame in counts.items() if not frame["tokens"].null_count()}
        tokens = {name: frame["tokens"].sum() / frame["n"].sum() for name, frame in known.items()}
        save(cost_figure(curves, tokens, spec), *snakemake.output)
