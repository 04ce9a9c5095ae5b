"""Adapter of rule read_clusters: the clusters of a benchmark's problems."""

import tempfile
from pathlib import Path

from boundary.benchmarks.clusters import read_clusters
from boundary.files import hub, store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake), tempfile.TemporaryDirectory() as folder:
        spec, setup = snakemake.params.spec, snakemake.params.setup
        source, download = setup["source"], setup["download"]
        files = hub.fetched_again(source, download, Path(folder)) if download else [Path(source)]
        found = read_clusters(spec["benchmark"], spec["cluster"], files)
        store.write(found, snakemake.output[0], spec, names=snakemake.wildcards)
