"""Adapter of the rules that draw a figure for papers: the module of its name draws it, as for the report."""

import importlib

from boundary.files import store
from boundary.files.cells import as_cells
from boundary.job import Snakemake, logged
from boundary.report import paper_figures

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        params, output = snakemake.params, snakemake.output
        module = importlib.import_module(f"boundary.report.figures.{params.figure}")
        paper_figures.use(snakemake.input.style)
        given = store.results({kind: snakemake.input[kind] for kind in params.kinds})
        figure = module.draw(given, params.spec)
        caption = paper_figures.fit(figure, **params.fit)
        paper_figures.save(figure, output.pdf, output.svg, output.tex, caption, params.fit["column"])
        for kind, file in zip(params.data, output.data, strict=True):
            as_cells(paper_figures.data(given[kind], params.labels)).write_csv(file)
