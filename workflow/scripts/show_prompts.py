"""Adapter of rule prompts: prints one prompt of each kind."""

import sys

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.sampling.examples import examples

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        print(examples({path: store.read(path, ["prompt"]) for path in snakemake.input}), file=sys.stderr)
