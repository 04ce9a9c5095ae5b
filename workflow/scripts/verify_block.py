"""Adapter of rule verify_block: refuses samples of another configuration or prompt, then grades."""

import polars as pl

from boundary import grading, prompts, store
from boundary.errors import InputError
from boundary.job import logged
from boundary.verification import verify

if __name__ == "__main__":
    with logged(snakemake):
        spec, source = snakemake.params.spec, snakemake.input.samples
        store.require_spec(source, spec)
        samples = store.read(source, ["problem_id", "sample_index", "text", "finish_reason", "prompt_hash"])
        problems = store.read(snakemake.input.problems, ["problem_id", "question", "answers", "verifier"])
        expected = prompts.render(problems, spec["model"]["prompt"]).select("problem_id", expected="prompt_hash")
        if set(samples["problem_id"]) != set(problems["problem_id"]):
            raise InputError(f"{source} has samples of other problems than the benchmark now has; move it away")
        other = samples.join(expected, on="problem_id").filter(pl.col("prompt_hash") != pl.col("expected"))
        if len(other):
            raise InputError(
                f"{source}: problem {other['problem_id'][0]!r} was sampled with another prompt than it has now; "
                "move the file away to sample the block again"
            )
        graders = grading.graders_of(problems["verifier"][0])
        verdicts = [
            verify(samples, problems, grader.name, workers=snakemake.threads, seconds=snakemake.params.seconds)
            for grader in graders
        ]
        made_with = {"graders": {grader.name: grader.version for grader in graders}}
        store.write(pl.concat(verdicts), snakemake.output[0], spec, made_with)
