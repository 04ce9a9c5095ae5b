"""Adapter of rule build_benchmark: rows of any source become a normalised benchmark whose golds were tried."""

from pathlib import Path

from boundary.benchmarks.build import LIMITS, build
from boundary.files import hub, store
from boundary.job import logged
from boundary.verifying.limits import isolated
from boundary.verifying.verifiers import VERIFIERS

if __name__ == "__main__":
    with logged(snakemake):
        spec, source = snakemake.params.spec, snakemake.input.get("source")
        files = hub.paths_of(source) if spec["source"] in ("hub", "url") else [Path(source)] if source else []
        limits = isolated(LIMITS, VERIFIERS[spec["verifier"]])
        frame, flags = build(snakemake.wildcards.benchmark, spec, files, limits, snakemake.threads)
        store.write(frame, snakemake.output[0], spec, {"flags": flags})
