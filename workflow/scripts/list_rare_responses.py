"""Adapter of rule list_rare_responses: block by block, so that no more than a part of one is in memory."""

import polars as pl

from boundary.analysis.select import of_grader
from boundary.files import store
from boundary.job import logged
from boundary.validity.responses import COLUMNS, correct_responses, rarely_solved

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, names, found = snakemake.input, snakemake.params.spec, snakemake.wildcards, []
        problems = rarely_solved(of_grader(store.read(given.counts), spec["grader"]), spec["below"])
        for samples, verdicts in zip(given.samples, given.verdicts, strict=True):
            store.require_spec(verdicts, snakemake.params.sample)
            judged = store.read(verdicts)
            for batch in store.batches(samples, COLUMNS):
                found.append(correct_responses(batch, judged, spec["grader"], problems, dict(names)))
        store.write(pl.concat(found), snakemake.output[0], spec, names=names)
