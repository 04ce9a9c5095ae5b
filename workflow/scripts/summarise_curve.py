"""Adapter of rule summarise_curve: block by block, verdicts become counts, and counts estimates."""

from boundary.analysis.diversity import added, types
from boundary.analysis.summary import summarise
from boundary.analysis.tally import Tally
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, summary, output = snakemake.params.spec, snakemake.params.summary, snakemake.output
        tally = Tally()
        distinct: list = []
        for path in snakemake.input.verdicts:
            distinct += map(types, tally.add_file(path, spec).iter_slices(store.ROWS))
        frames = tally.frames()
        for name, frame in frames.items():
            store.write(frame, output[name], spec, {"other_max_tokens": tally.lengths}, snakemake.wildcards)
        given = frames["counts"], frames["wrong"], added(distinct), store.frames(snakemake.input.clusters)
        for name, frame in summarise(*given, **summary["fit"]).items():
            store.write(frame, output[name], summary[name], names=snakemake.wildcards)
