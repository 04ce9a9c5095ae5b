"""Adapter of rule export_samples: block by block, so that no more than a part of one is in memory."""

import json

from boundary.benchmarks import stored
from boundary.exporting.lines import COLUMNS, documents, lines
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake), open(snakemake.output[0], "w") as file:
        given, spec, grader = snakemake.input, snakemake.params.spec, snakemake.params.grader
        known = documents(stored.read(given.problems, ["problem_id", "question", "gold"]))
        for samples, verdicts in zip(given.samples, given.verdicts, strict=True):
            store.require_spec(verdicts, spec)
            judged = store.read(verdicts)
            for batch in store.batches(samples, COLUMNS):
                file.writelines(json.dumps(line) + "\n" for line in lines(batch, judged, known, grader))
