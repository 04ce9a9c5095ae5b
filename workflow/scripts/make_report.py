"""Adapter of rule make_report."""

from pathlib import Path

from vl_convert import javascript_bundle

from boundary.job import Snakemake, logged
from boundary.report.page.make import page

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, params = dict(snakemake.input.items()), snakemake.params
        html = page(given, params.spec, params.about, javascript_bundle())  # type: ignore[call-arg]  # its stub lacks the default
        Path(snakemake.output[0]).write_text(html)
