"""Adapter of rule build_benchmark: a config entry becomes a normalised benchmark whose golds were tried."""

from pathlib import Path

from boundary import benchmarks, store
from boundary.hub import paths_of
from boundary.job import logged
from boundary.verification import limits_for

if __name__ == "__main__":
    with logged(snakemake):
        name = snakemake.wildcards.benchmark
        entry = snakemake.config["benchmarks"][name]
        limits = limits_for(entry["verifier"], snakemake.config["verification"])
        sources = [Path(path) for path in snakemake.input.get("source", [])]
        files = paths_of(sources[0]) if entry["source"] in ("hub", "url") else sources
        frame, flags = benchmarks.build(name, entry, files, limits, snakemake.threads)
        store.write(frame, snakemake.output[0], snakemake.params.spec, {"flags": flags})
