"""Adapter of the rules that make a table: the module of its name makes it."""

import importlib

from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        params = snakemake.params
        table = importlib.import_module(f"boundary.report.tables.{params.table}")
        found = table.tabulate(store.results(snakemake.input), params.spec)
        store.write_table(found, *snakemake.output, digits=params.digits)
