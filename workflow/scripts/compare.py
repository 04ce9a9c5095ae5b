"""Adapter of the rules that compare: the parts of a comparison that are asked for, from the counts of both sides."""

from boundary.analysis import parts
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec = snakemake.input, snakemake.params.spec
        for made in parts.compare({kind: store.frames(files) for kind, files in given.items()}, spec):
            store.write(made.frame, snakemake.output[made.name], made.spec, made.facts, snakemake.wildcards)
