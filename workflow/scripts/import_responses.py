"""Adapter of rule import_responses."""

from pathlib import Path

from boundary.files import store
from boundary.importing.responses import responses
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, problems = snakemake.params.spec, store.read(snakemake.input.problems, ["problem_id", "question"])
        samples = responses(Path(snakemake.input.file), spec["responses"], problems)
        store.write(samples, snakemake.output[0], spec, {"imported": snakemake.input.file})
