"""Adapter of rule state_findings."""

from boundary.analysis.claims import from_files
from boundary.analysis.select import of_curves
from boundary.files import store, tables
from boundary.findings.given import Given
from boundary.findings.table import findings
from boundary.job import Snakemake, logged

TABLES = ("claims", "likelihoods")

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        given = store.results(snakemake.input)
        counts = {(m, b, d): rows for m, b, d, rows in of_curves(given["counts"], spec["graders"])}
        claims, likelihoods = ([row for r in given[kind] for row in r.frame.to_dicts()] for kind in TABLES)
        rows, parts = findings(Given(from_files(claims), counts, likelihoods, spec), spec["roles"], spec["files"])
        tables.write(rows, output.csv, output.parquet)
        tables.write(parts, output.parts, output.parts_parquet)
