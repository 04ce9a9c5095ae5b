"""Adapter of the rules that draw a figure: the module of its name draws it."""

import importlib

from boundary.files import store
from boundary.job import logged
from boundary.report.figures.style import save

if __name__ == "__main__":
    with logged(snakemake):
        figure = importlib.import_module(f"boundary.report.figures.{snakemake.params.figure}")
        save(figure.draw(store.results(snakemake.input), snakemake.params.spec), *snakemake.output)
