"""Adapter of rule import_counts: counts, no wrong answers, no disagreements."""

from pathlib import Path

import polars as pl

from boundary import store
from boundary.disagreement import disagreements
from boundary.imports import counts
from boundary.job import logged
from boundary.passk import wrong_answers
from boundary.verification import SCHEMA

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        problems = store.read(snakemake.input.problems, ["problem_id"])
        found = counts(Path(snakemake.input.file), spec["counts"], problems, snakemake.params.grader)
        nothing = pl.DataFrame(schema=SCHEMA)
        store.write(found, output.counts, spec, {"imported": snakemake.input.file})
        store.write(wrong_answers(nothing), output.wrong, spec)
        store.write(disagreements(nothing), output.graders, spec)
