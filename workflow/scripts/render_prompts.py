"""Adapter of rule render_prompts."""

from boundary import prompts, store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        problems = store.read(snakemake.input.problems, ["problem_id", "question", "metadata"])
        store.write(prompts.render(problems, spec["template"]), snakemake.output[0], spec)
