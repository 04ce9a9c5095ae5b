"""Adapter of rule build_subset: the problems of a benchmark that are, or are not, guessable or contaminated."""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # each more would hold large rows of its own

from boundary.benchmarks import stored
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.screening.subsets import subset

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        problems, flags = store.read(given.problems, ["problem_id"]), store.about(given.problems)["made_with"]["flags"]
        there = set(subset(problems, store.read(given.chosen_by), spec)["problem_id"])
        left = [problem_id for problem_id in problems["problem_id"] if problem_id not in there]
        kept_flags = {problem_id: flag for problem_id, flag in flags.items() if problem_id in there}
        rows = (row for row in stored.rows(given.problems) if row[0] in there)
        stored.write(rows, snakemake.output[0], spec, {"flags": kept_flags, "left_out": left}, snakemake.wildcards)
