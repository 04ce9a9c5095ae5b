"""Adapter of rule estimate_passk."""

from boundary.analysis.clusters import clusters_of, joined
from boundary.analysis.curves import curve
from boundary.analysis.pairs import run_counts
from boundary.analysis.select import each_grader
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, counts = snakemake.params.spec, [store.read(path) for path in snakemake.input.counts]
        counts = [joined(frame, store.frames(snakemake.input.clusters)) for frame in counts]
        of_runs = lambda *runs: (curve(run_counts(runs, [])[0], spec["level"], clusters_of(runs[0])),)  # noqa: E731
        (found,) = each_grader(counts, of_runs)
        store.write(found, snakemake.output[0], spec, names=snakemake.wildcards)
