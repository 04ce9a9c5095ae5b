"""Adapter of rule estimate_guesses: the counts of the model whose samples are guesses, by the benchmark's grader."""

from boundary.analysis.select import of_grader
from boundary.benchmarks import stored
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.screening.guesses import guess_rates, of_other_problems

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        counts = of_grader(store.read(given.counts), spec["grader"])
        if given.wrong:
            wrong = store.read(given.wrong[0]).filter(grader=spec["grader"])
            counts = of_other_problems(counts, wrong, stored.read(given.problems[0], ["problem_id", "gold"]))
        found = guess_rates(counts, spec["below"], spec["level"])
        store.write(found, snakemake.output[0], spec, names=store.about(given.counts)["names"])
