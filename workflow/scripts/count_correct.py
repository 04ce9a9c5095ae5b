"""Adapter of rule count_correct: blocks of one configuration become counts per problem."""

import polars as pl

from boundary import store
from boundary.job import logged
from boundary.passk import count

if __name__ == "__main__":
    with logged(snakemake):
        for path in snakemake.input.verdicts:
            store.require_spec(path, snakemake.params.spec)
        verdicts = pl.concat(store.read(path) for path in snakemake.input.verdicts)
        store.write(count(verdicts), snakemake.output[0], snakemake.params.spec)
