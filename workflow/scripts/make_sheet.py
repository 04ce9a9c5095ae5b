"""Adapter of rule make_sheet."""

from pathlib import Path

from boundary.files import store
from boundary.job import logged
from boundary.validity.sheet import page, rows

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, names = snakemake.input, snakemake.params.spec, dict(snakemake.wildcards)
        responses = dict(zip(spec["models"], map(store.read, given.responses), strict=True))
        shown = rows(responses, spec["responses"])
        html = page(Path(given.template).read_text(), shown, store.read(given.problems), spec | names)
        Path(snakemake.output.page).write_text(html)
        store.write(shown.select("id", "model", "problem_id", "sample_index"), snakemake.output.key, spec)
