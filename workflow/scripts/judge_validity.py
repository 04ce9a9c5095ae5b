"""Adapter of rule judge_validity."""

from pathlib import Path

from boundary.analysis.select import of_grader
from boundary.files import store
from boundary.job import logged
from boundary.validity.labels import read_labels
from boundary.validity.outcome import outcome

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, names = snakemake.input, snakemake.params.spec, snakemake.wildcards
        responses = dict(zip(spec["models"], map(store.read, given.responses), strict=True))
        every = (of_grader(store.read(path), spec["grader"]) for path in given.counts)
        counts = dict(zip(spec["models"], every, strict=True))
        labels = [read_labels(Path(path)) for path in given.labels]
        for name, frame in outcome(responses, counts, store.read(given.problems), labels, spec).items():
            store.write(frame, snakemake.output[name], spec, names=names)
