"""Adapter of rule compute_rates."""

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.truth.rates import rates

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        found = rates(store.read(given.responses), store.read(given.verdicts))
        store.write(found, snakemake.output[0], spec, names=snakemake.wildcards)
