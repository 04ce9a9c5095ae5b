"""Adapter of rule build_probe: questions cut in two."""

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.screening.probes import COLUMNS, probes

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, problems = snakemake.params.spec, store.read(snakemake.input.problems, COLUMNS)
        store.write(probes(problems, spec["share"]), snakemake.output[0], spec, {"flags": {}})
