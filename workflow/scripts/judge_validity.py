"""Adapter of rule judge_validity: the reviewed responses, and their labels."""

from pathlib import Path

from boundary.analysis.select import of_grader
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.validity.labels import read_labels
from boundary.validity.outcome import outcome
from boundary.validity.rare import by_model, listed

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, rare, names = snakemake.input, snakemake.params.spec, snakemake.params.rare, snakemake.wildcards
        responses = listed(given, rare, dict(names))
        store.write(responses, snakemake.output.responses, rare, names=names)
        every = (of_grader(store.read(path), spec["grader"]) for path in given.counts)
        counts, labels = dict(zip(spec["models"], every, strict=True)), [read_labels(Path(p)) for p in given.labels]
        problems = store.read(given.problems, ["problem_id", "question"])
        for name, frame in outcome(by_model(responses, spec["models"]), counts, problems, labels, spec).items():
            store.write(frame, snakemake.output[name], spec, names=names)
