"""Adapter of rule compute_metrics."""

from boundary.analysis.metrics import metrics
from boundary.analysis.select import each_grader
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, wrong = snakemake.params.spec, store.read(snakemake.input.wrong)

        def of_grader(counts):
            others = wrong.filter(grader=counts["grader"][0])
            return (metrics(counts, others, spec["level"]),)

        (found,) = each_grader([store.read(snakemake.input.counts)], of_grader)
        store.write(found, snakemake.output[0], spec, names=snakemake.wildcards)
