"""Adapter of rule train."""

from pathlib import Path

from boundary.job import Snakemake, logged
from boundary.names import Training
from boundary.zoo.start import folder_of_start
from boundary.zoo.training import run

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        start = folder_of_start(spec["training"], snakemake.params.setup, next(iter(snakemake.input), None))
        names = Training(**dict(snakemake.wildcards.items()))
        run(spec, start, Path(output.folder), Path(output.log), names, snakemake.params.setup["base"])
