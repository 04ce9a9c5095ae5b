"""Adapter of rule count_distinct: block by block, of each only how often every answer and response appears."""

import polars as pl

from boundary.analysis.diversity import COLUMNS, SCHEMA, added, diversity, types
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, blocks = snakemake.params.spec, snakemake.input.get("verdicts") or []
        found = [added(types(batch) for batch in store.batches(path, COLUMNS)) for path in blocks]
        made = diversity(added(found), spec["level"]) if found else pl.DataFrame(schema=SCHEMA)  # of counts alone
        store.write(made, snakemake.output[0], spec, names=snakemake.wildcards)
