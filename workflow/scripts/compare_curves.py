"""Adapter of rule compare_curves: the counts of both models, or of their runs, by the benchmark's grader."""

from boundary.analysis.comparison import compare_runs
from boundary.analysis.counts import tokens_per_sample
from boundary.analysis.pairs import run_counts
from boundary.analysis.select import of_grader
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        sides = [
            [of_grader(store.read(path), spec["grader"]) for path in snakemake.input[side]]
            for side in ("base", "tuned")
        ]
        runs = run_counts(*sides, spec.get("incomplete", False))
        made = compare_runs(*runs, spec["level"], spec["efficiency_k"])
        known = [tokens_per_sample(frame) for side in sides for frame in side]
        facts = {} if None in known else {"tokens_per_sample": sum(known)}
        for frame, path in zip(made, (output.difference, output.crossing, output.measures), strict=True):
            store.write(frame, path, spec, facts, snakemake.wildcards)
