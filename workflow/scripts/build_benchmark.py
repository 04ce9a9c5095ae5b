"""Adapter of rule build_benchmark: a config entry becomes a normalised benchmark."""

from boundary import benchmarks, store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        name = snakemake.wildcards.benchmark
        frame = benchmarks.build(name, snakemake.config["benchmarks"][name])
        store.write(frame, snakemake.output[0], snakemake.params.spec)
