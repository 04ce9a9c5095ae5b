"""Adapter of rule build_benchmark: rows of any source become a normalised benchmark whose golds were tried."""

import os
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # each more would hold large rows of its own

from boundary.benchmarks import stored
from boundary.benchmarks.build import LIMITS, build_rows
from boundary.files import hub
from boundary.job import Snakemake, logged
from boundary.verifying.gold_check import READ, require_read
from boundary.verifying.limits import isolated
from boundary.verifying.verifiers import VERIFIERS

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, source, unreadable = snakemake.params.spec, snakemake.input.get("source"), snakemake.params.unreadable
        files = hub.paths_of(source) if spec["source"] in ("hub", "url") else [Path(source)] if source else []
        limits = isolated(LIMITS, VERIFIERS[spec["verifier"]])
        rows, flags = build_rows(snakemake.wildcards.benchmark, spec, files, limits, snakemake.threads)
        if spec.get("verifier") in READ and not unreadable["sampled"]:
            rows = iter(every := list(rows))
            golds = [(row[0], row[stored.GOLD]) for row in every]
            require_read(snakemake.wildcards.benchmark, golds, unreadable["kept"])
        stored.write(rows, snakemake.output[0], spec, {"flags": flags})
