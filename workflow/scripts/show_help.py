"""Adapter of rule help: the targets, a line each."""

from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        print(snakemake.params.text)
