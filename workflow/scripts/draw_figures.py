"""Adapter of the rules that draw figures, and fit the trends of groups: the module of its name makes each."""

import importlib

from boundary.analysis.trend import fit
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.names import SIDES
from boundary.report.figures.style import save

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        files = iter(snakemake.output)
        for number, drawn in enumerate(snakemake.params.drawn):
            given, spec = store.numbered(snakemake.input, number), drawn["spec"]
            if drawn["name"] == "trend":
                base, tuned = ([result.frame for result in given[side]] for side in SIDES)
                clusters = [result.frame for result in given["clusters"]]
                store.write(fit(base, tuned, spec, clusters), next(files), spec, names=drawn["names"])
            else:
                figure = importlib.import_module(f"boundary.report.figures.{drawn['name']}")
                save(figure.draw(given, drawn["names"] | spec), next(files), next(files))
