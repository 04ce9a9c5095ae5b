"""Adapter of rule count_false_accepts: the wrong answers of all models, against the golds of other problems."""

from pathlib import Path

import polars as pl

from boundary.benchmarks import stored
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.verifying.false_accepts import false_accepts
from boundary.verifying.limits import configured

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, verification = snakemake.input, snakemake.params.verification
        stored.require_golds(given.problems)
        problems = stored.read(given.problems, ["problem_id", "gold"])
        wrong = pl.concat(store.read(path, ["problem_id", "grader", "answer"]) for path in given.wrong)
        cache = Path(snakemake.params.setup["cache"])
        limits, workers = configured(verification["limits"]), snakemake.threads
        found = false_accepts(problems, wrong, verification["graders"], limits, workers=workers, cache=cache)
        store.write(found, snakemake.output[0], {"graders": verification["graders"], "limits": verification["limits"]})
