"""Adapter of rule render_prompts."""

from boundary.files import store
from boundary.job import logged
from boundary.sampling.prompts import render

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        problems = store.read(snakemake.input.problems, ["problem_id", "question", "metadata"])
        store.write(render(problems, spec["template"]), snakemake.output[0], spec)
