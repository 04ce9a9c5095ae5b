"""Adapter of rule extrapolate_passk."""

from boundary.analysis.beyond import extrapolate
from boundary.analysis.select import each_grader
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output

        def of_grader(counts):
            return extrapolate(counts["n"].to_numpy(), counts["c"].to_numpy(), spec["level"], spec["beyond"])

        curve, fit = each_grader([store.read(snakemake.input.counts)], of_grader)
        store.write(curve, output.curve, spec, names=snakemake.wildcards)
        store.write(fit, output.fit, spec, names=snakemake.wildcards)
