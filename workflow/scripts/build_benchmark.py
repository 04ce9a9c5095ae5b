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
        source = snakemake.input.get("source")
        files = paths_of(source) if entry["source"] in ("hub", "url") else [Path(source)] if source else []
        frame, flags = benchmarks.build(name, entry, files, limits, snakemake.threads)
        store.write(frame, snakemake.output[0], snakemake.params.spec, {"flags": flags})
