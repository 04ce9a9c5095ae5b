"""Adapter of rule estimate_passk."""

from boundary.analysis.clusters import clusters_of, joined
from boundary.analysis.curves import curve
from boundary.analysis.pairs import run_counts
from boundary.analysis.select import each_grader
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, counts = snakemake.params.spec, [store.read(path) for path in snakemake.input.counts]
        counts = [joined(frame, store.frames(snakemake.input.clusters)) for frame in counts]

        def of_runs(*runs):
            return (curve(run_counts(list(runs), [])[0], spec["level"], clusters_of(runs[0])),)

        (found,) = each_grader(counts, of_runs)
        store.write(found, snakemake.output[0], spec, names=snakemake.wildcards)
