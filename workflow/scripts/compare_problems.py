"""Adapter of rule compare_problems: all samples of both models, those of a top-up too."""

import polars as pl

from boundary.analysis.counts import total
from boundary.analysis.coverage import discordance, solvable_sets
from boundary.analysis.pairs import overlap, pair_counts, shared
from boundary.analysis.select import of_grader
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, given, names = snakemake.params.spec, snakemake.input, snakemake.wildcards
        files = ([given[side], *given.get(f"{side}_topup")] for side in ("base", "tuned"))
        counts = [total([of_grader(store.read(path), spec["grader"]) for path in paths]) for paths in files]
        incomplete = spec.get("incomplete", False)
        problems = overlap(pair_counts(*counts, incomplete), spec["match_budgets"] or incomplete)
        facts = {"shared": shared(*counts, problems)} if incomplete else {}
        judged = discordance(problems, spec["rate"], spec["level"])
        store.write(judged, snakemake.output.overlap, spec, facts, names)
        store.write(pl.DataFrame([solvable_sets(problems)]), snakemake.output.sets, spec, names=names)
