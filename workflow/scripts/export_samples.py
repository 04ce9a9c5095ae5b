"""Adapter of rule export_samples: block by block, with only part of one in memory."""

import json
from pathlib import Path

from boundary.benchmarks import stored
from boundary.exporting.inspect_log import Log, moment
from boundary.exporting.lines import COLUMNS, documents, lines
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, grader, output = snakemake.input, snakemake.params.spec, snakemake.params.grader, snakemake.output
        known = documents(stored.read(given.problems, ["problem_id", "question", "gold"]))
        about = dict(snakemake.wildcards), spec.get("decoding", {}), moment(given.verdicts)
        with open(output.lines, "w") as file, Log(Path(output.inspect), *about) as log:
            for samples, verdicts in zip(given.samples, given.verdicts, strict=True):
                store.require_spec(verdicts, spec)
                judged = store.read(verdicts)
                for batch in store.batches(samples, COLUMNS):
                    found = log.passing(lines(batch, judged, known, grader))
                    file.writelines(json.dumps(line) + "\n" for line in found)
