"""Adapter of rule verify_block: refuses samples of another configuration or prompt, then grades."""

import json
from pathlib import Path

import polars as pl

from boundary import grading, programs, prompts, store
from boundary.errors import InputError
from boundary.grading import Context
from boundary.job import logged
from boundary.verification import limits_for, verify


def contexts(problems: pl.DataFrame, template: str | dict, extraction: str) -> dict[str, Context]:
    """What the responses of each problem go on with: text, an open code fence, or the question's own code."""
    found = {}
    for problem_id, question, gold, metadata in problems.select(COLUMNS).iter_rows():
        text = prompts.template_of(template, prompts.starter_code(metadata))
        begins = "code" if extraction == "completion" else "fence" if programs.opens_fence(text) else "text"
        found[problem_id] = Context(begins, question, json.loads(gold).get("tests", {}).get("entry_point"))
    return found


def require_prompts(source: str, problems: pl.DataFrame, template: str | dict) -> None:
    """InputError where a problem was sampled with another prompt than it has now."""
    expected = prompts.render(problems, template).select("problem_id", expected="prompt_hash")
    sampled = pl.concat(batch.unique() for batch in store.batches(source, ["problem_id", "prompt_hash"])).unique()
    if set(sampled["problem_id"]) != set(problems["problem_id"]):
        raise InputError(f"{source} has samples of other problems than the benchmark now has; move it away")
    other = sampled.join(expected, on="problem_id").filter(pl.col("prompt_hash") != pl.col("expected"))
    if len(other):
        raise InputError(
            f"{source}: problem {other['problem_id'].min()!r} was sampled with another prompt than it has now; "
            "move the file away to sample the block again"
        )


COLUMNS = ["problem_id", "question", "gold", "metadata"]

if __name__ == "__main__":
    with logged(snakemake):
        spec, source, params = snakemake.params.spec, snakemake.input.samples, snakemake.params
        store.require_spec(source, spec)
        problems = store.read(snakemake.input.problems, [*COLUMNS, "verifier"])
        verifier = problems["verifier"][0]
        if snakemake.input.get("plan"):  # a top-up: of these problems only
            problems = problems.join(store.read(snakemake.input.plan), on="problem_id", how="semi")
        template = "{question}"
        if "model" in spec:  # of responses that existed already nobody knows the prompt
            template = spec["model"]["prompt"]
            require_prompts(source, problems, template)
        limits = limits_for(verifier, snakemake.config["verification"])
        verdicts = verify(
            store.batches(source, ["problem_id", "sample_index", "tokens", "text", "finish_reason"]),
            dict(problems.select("problem_id", "gold").iter_rows()),
            contexts(problems, template, params.extraction),
            grading.VERIFIERS[verifier],
            limits,
            workers=snakemake.threads,
            cache=Path(params.cache),
        )
        graders = {grader.name: grader.version for grader in grading.graders_of(verifier)}
        store.write(verdicts, snakemake.output[0], spec, {"graders": graders, "limits": limits._asdict()})
