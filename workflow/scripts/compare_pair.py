"""Adapter of rule compare_pair: the default grader's counts of both models."""

import polars as pl

from boundary import store
from boundary.coverage import compare, overlap
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        base, tuned = (store.read(snakemake.input[side]) for side in ("base", "tuned"))
        default = pl.col("grader") == base["grader"][0]
        problems = overlap(base.filter(default), tuned.filter(default))
        difference, crossing = compare(problems, spec["replicates"], spec["level"])
        store.write(problems, output.overlap, spec)
        store.write(difference, output.difference, spec)
        store.write(crossing, output.crossing, spec)
