"""Adapter of rule compare_curves: the counts of both models by the benchmark's grader."""

from boundary.analysis.comparison import compare
from boundary.analysis.pairs import pair_counts
from boundary.analysis.select import of_grader
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        base, tuned = (of_grader(store.read(snakemake.input[side]), spec["grader"]) for side in ("base", "tuned"))
        pair = pair_counts(base, tuned, spec.get("incomplete", False))
        made = compare(pair, spec["replicates"], spec["level"], spec["efficiency_k"])
        for frame, path in zip(made, (output.difference, output.crossing, output.measures), strict=True):
            store.write(frame, path, spec, names=snakemake.wildcards)
