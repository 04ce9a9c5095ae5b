"""Adapter of the rules that make tables: the module of its name makes each."""

import importlib

from boundary.files import store, tables
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        files = iter(snakemake.output)
        for number, asked in enumerate(snakemake.params.tables):
            table = importlib.import_module(f"boundary.report.tables.{asked['name']}")
            found = table.tabulate(store.numbered(snakemake.input, number), asked["spec"])
            tables.write(found, next(files), next(files))
