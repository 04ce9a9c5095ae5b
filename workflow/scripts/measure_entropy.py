"""Adapter of rule measure_entropy."""

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.likelihood.entropy import entropies

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, names = snakemake.params.spec, snakemake.wildcards
        store.write(entropies(store.read(snakemake.input[0]), spec["level"]), snakemake.output[0], spec, names=names)
