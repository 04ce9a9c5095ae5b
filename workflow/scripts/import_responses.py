"""Adapter of rule import_responses."""

from pathlib import Path

from boundary.files import store
from boundary.importing.responses import responses
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, problems = snakemake.params.spec, store.read(snakemake.input.problems, ["problem_id", "question"])
        files = list(snakemake.input.files)
        samples = responses([Path(file) for file in files], spec["responses"], problems)
        ended = dict(samples["finish_reason"].value_counts().drop_nulls().iter_rows())
        store.write(samples, snakemake.output[0], spec, {"imported": files, "finish_reasons": ended})
