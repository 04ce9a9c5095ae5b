"""Adapter of rule list_rare_responses: of every model, block by block."""

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.validity.rare import listed

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, names = snakemake.params.spec, snakemake.wildcards
        store.write(listed(snakemake.input, spec, dict(names)), snakemake.output[0], spec, names=names)
