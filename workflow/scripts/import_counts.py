"""Adapter of rule import_counts: counts; wrong answers and disagreements are unknown."""

from pathlib import Path

from boundary.analysis.counts import wrong_answers
from boundary.analysis.disagreement import disagreements
from boundary.analysis.tally import NOTHING
from boundary.files import store
from boundary.importing.counts import counts
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, given, output = snakemake.params.spec, snakemake.input, snakemake.output
        problems = store.read(given.problems, ["problem_id"])
        found = counts(Path(given.file), spec["counts"], problems, snakemake.params.grader)
        frames = {"counts": found, "wrong": wrong_answers(NOTHING), "graders": disagreements(NOTHING)}
        for name, frame in frames.items():
            store.write(frame, output[name], spec, {"imported": given.file}, snakemake.wildcards)
