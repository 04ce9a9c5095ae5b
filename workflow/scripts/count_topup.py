"""Adapter of rule count_topup: blocks of the extra samples become counts per problem, and grader disagreements."""

from boundary.analysis.tally import Tally
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, output, tally = snakemake.params.spec, snakemake.output, Tally()
        for path in snakemake.input.verdicts:
            tally.add_file(path, spec)
        for name, frame in tally.frames().items():
            store.write(frame, output[name], spec, {"other_max_tokens": tally.lengths}, snakemake.wildcards)
