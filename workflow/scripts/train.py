"""Adapter of rule train."""

from pathlib import Path

from boundary.job import logged
from boundary.zoo.training import run

if __name__ == "__main__":
    with logged(snakemake):
        spec, names = snakemake.params.spec, snakemake.wildcards
        start = next(iter(snakemake.input), None)
        run(names.task, names.recipe, spec["recipe"], spec["scale"], start, Path(snakemake.output[0]))
