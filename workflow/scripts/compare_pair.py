"""Adapter of rule compare_pair: the counts of both models by the benchmark's grader."""

import polars as pl

from boundary import store
from boundary.coverage import compare, discordance, overlap, pair_counts, solvable_sets
from boundary.job import logged
from boundary.passk import of_grader, total

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        planned, all_samples = [], []
        for side in ("base", "tuned"):
            planned.append(of_grader(store.read(snakemake.input[side]), spec["grader"]))
            more = [store.read(path).filter(grader=spec["grader"]) for path in snakemake.input.get(f"{side}_topup")]
            all_samples.append(total([planned[-1], *more]))
        pair = pair_counts(*planned)
        difference, crossing, measures = compare(pair, spec["replicates"], spec["level"], spec["efficiency_k"])
        problems = overlap(pair_counts(*all_samples), spec["match_budgets"])
        store.write(discordance(problems, spec["rate"], spec["level"]), output.overlap, spec)
        store.write(pl.DataFrame([solvable_sets(problems)]), output.sets, spec)
        store.write(difference, output.difference, spec)
        store.write(crossing, output.crossing, spec)
        store.write(measures, output.measures, spec)
