"""Adapter of the rules that make a table for papers."""

from pathlib import Path
from typing import Any

from boundary.files import store
from boundary.files.cells import as_cells
from boundary.job import Snakemake, logged
from boundary.report import latex, paper_tables

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        params, output = snakemake.params, snakemake.output
        found = store.results({"files": snakemake.input.files})["files"]
        given: Any = found if params.table == "passk" else found[0].frame
        tabulate = getattr(paper_tables, params.table)
        table, intervals = tabulate(given, params.spec), f"{params.spec['level']:.0%} intervals over problems."
        as_cells(table).write_csv(output.csv)
        remarks = [tabulate.__doc__, intervals, "Needs the package booktabs."]
        if params.table == "claims":  # too many for one page
            parts = enumerate(paper_tables.by_kind(given, params.spec), start=1)
            tables = (latex.table(latex.tabular(part, []), text, f"claims-{number}") for number, (text, part) in parts)
            text = "\n".join([*(f"% {remark}" for remark in remarks), *tables])
        else:
            text = latex.tabular(table, remarks)
        Path(output.tex).write_text(text)
