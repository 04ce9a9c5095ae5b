"""Adapter of rule golds: prints how gold answers are read."""

import sys

from boundary.benchmarks import stored
from boundary.job import Snakemake, logged
from boundary.verifying.gold_check import readings

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        for path in snakemake.input:
            print(readings(path, stored.read(path, ["problem_id", "gold", "verifier"])), file=sys.stderr)
