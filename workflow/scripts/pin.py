"""Adapter of rule pin."""

from pathlib import Path

from boundary.files.hub import write_lock
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        write_lock(Path(snakemake.params.lock), snakemake.params.names, renew=True)
