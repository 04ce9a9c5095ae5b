"""Adapter of rule check_golds: other spellings of gold answers, near misses, and the golds of other problems."""

from pathlib import Path

from boundary.benchmarks import stored
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.verifying.gold_check import check_golds, golds_read, require_read
from boundary.verifying.limits import configured

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        verification = snakemake.params.verification
        stored.require_golds(snakemake.input.problems)
        problems = stored.read(snakemake.input.problems, ["problem_id", "gold", "verifier"])
        require_read(snakemake.wildcards.benchmark, golds_read(problems), snakemake.params.unreadable["kept"])
        cache = Path(snakemake.params.setup["cache"])
        limits, workers = configured(verification["limits"]), snakemake.threads
        tries = check_golds(problems, verification["graders"], limits, workers=workers, cache=cache)
        store.write(tries, snakemake.output[0], {"graders": verification["graders"], "limits": verification["limits"]})
