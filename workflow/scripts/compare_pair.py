"""Adapter of rule compare_pair: the counts of both models by the benchmark's grader."""

from boundary import store
from boundary.coverage import compare, overlap
from boundary.job import logged
from boundary.passk import of_grader

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        base, tuned = (of_grader(store.read(snakemake.input[side]), spec["grader"]) for side in ("base", "tuned"))
        problems = overlap(base, tuned)
        difference, crossing = compare(problems, spec["replicates"], spec["level"])
        store.write(problems, output.overlap, spec)
        store.write(difference, output.difference, spec)
        store.write(crossing, output.crossing, spec)
