"""Adapter of rule make_bundle."""

from pathlib import Path

from boundary.bundling.packing import pack
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        files = {kind: [some] if isinstance(some, str) else some for kind, some in snakemake.input.items()}
        pack(files, snakemake.params.run, snakemake.params.user_files, Path(snakemake.output[0]))
