"""Adapter of rule find_contamination: continuations of questions, and the training prompts that are like them."""

from pathlib import Path

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.screening.contamination import contamination, training_prompts

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        probe = store.read(given.probe[0], ["problem_id", "gold"]) if given.probe else None
        samples = {
            m: store.read(path, ["problem_id", "text"]) for m, path in zip(spec["models"], given.samples, strict=True)
        }
        prompts = training_prompts(Path(given.training[0]), spec["training"]["column"]) if given.training else None
        problems = store.read(given.problems, ["problem_id", "question"])
        found = contamination(problems, probe, samples, prompts, spec["words"], spec["overlap"])
        store.write(found, snakemake.output[0], spec, names=snakemake.wildcards)
