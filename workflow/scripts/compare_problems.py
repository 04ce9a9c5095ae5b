"""Adapter of rule compare_problems: all samples of both models, those of a top-up too."""

import polars as pl

from boundary.analysis.counts import total
from boundary.analysis.coverage import discordance, solvable_sets
from boundary.analysis.pairs import overlap, pair_counts
from boundary.analysis.select import of_grader
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        files = ([given[side], *given.get(f"{side}_topup")] for side in ("base", "tuned"))
        base, tuned = (total([of_grader(store.read(path), spec["grader"]) for path in paths]) for paths in files)
        problems = overlap(pair_counts(base, tuned), spec["match_budgets"])
        judged = discordance(problems, spec["rate"], spec["level"])
        store.write(judged, snakemake.output.overlap, spec, names=snakemake.wildcards)
        store.write(pl.DataFrame([solvable_sets(problems)]), snakemake.output.sets, spec, names=snakemake.wildcards)
