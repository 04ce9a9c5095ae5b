"""Adapter of rule summarise_counts: estimates from imported counts, without samples."""

from boundary.analysis.summary import summarise
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, summary = snakemake.input, snakemake.params.summary
        frames = store.read(given.counts), store.read(given.wrong), None, store.frames(given.clusters)
        found = summarise(*frames, **summary["fit"])
        for name, frame in found.items():
            store.write(frame, snakemake.output[name], summary[name], names=snakemake.wildcards)
