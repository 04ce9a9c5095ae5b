"""Adapter of rule help: the targets, a line each."""

from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        print(snakemake.params.text)
