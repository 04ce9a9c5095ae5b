"""Adapter of rule compare_likelihood."""

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.likelihood.overlap import overlap, responses

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, names = store.results(snakemake.input), snakemake.params.spec, snakemake.wildcards
        scored = responses(given.pop("scores"), list(given.values()), spec["grader"])
        measures = overlap(scored, names.base, names.tuned, spec["quantile"], spec["level"])
        store.write(measures, snakemake.output.measures, spec, names=names)
        store.write(scored, snakemake.output.responses, spec, names=names)
