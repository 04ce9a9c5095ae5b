"""Adapter of the rules that compare: the parts of a comparison that are asked for, from the counts of both sides."""

from boundary.analysis import parts
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec = snakemake.input, snakemake.params.spec
        files = {kind: [paths] if isinstance(paths, str) else paths for kind, paths in given.items()}
        for made in parts.compare({kind: [store.read(p) for p in some] for kind, some in files.items()}, spec):
            store.write(made.frame, snakemake.output[made.name], made.spec, made.facts, snakemake.wildcards)
