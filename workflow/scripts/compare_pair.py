"""Adapter of rule compare_pair: the counts of both models by the benchmark's grader."""

import polars as pl

from boundary import store
from boundary.coverage import compare, discordance, overlap, solvable_sets
from boundary.job import logged
from boundary.passk import of_grader

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        base, tuned = (of_grader(store.read(snakemake.input[side]), spec["grader"]) for side in ("base", "tuned"))
        problems = overlap(base, tuned)
        difference, crossing = compare(problems, spec["replicates"], spec["level"])
        store.write(discordance(problems), output.overlap, spec)
        store.write(pl.DataFrame([solvable_sets(problems)]), output.sets, spec)
        store.write(difference, output.difference, spec)
        store.write(crossing, output.crossing, spec)
