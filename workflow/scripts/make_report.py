"""Adapter of rule make_report."""

from pathlib import Path

from vl_convert import javascript_bundle

from boundary.job import logged
from boundary.report.page.make import page

if __name__ == "__main__":
    with logged(snakemake):
        given, params = dict(snakemake.input.items()), snakemake.params
        html = page(given, params.spec, params.about, javascript_bundle())
        Path(snakemake.output[0]).write_text(html)
