"""Adapter of rule verify_block: refuses samples of another configuration or prompt, then grades."""

from pathlib import Path

from boundary.files import store
from boundary.job import logged
from boundary.verifying.block import verify_file

if __name__ == "__main__":
    with logged(snakemake):
        given, params = snakemake.input, snakemake.params
        problems = store.read(given.problems, ["problem_id", "question", "gold", "metadata"])
        if given.get("undecided"):  # a top-up: of these problems only
            problems = problems.join(store.read(given.undecided), on="problem_id", how="semi")
        settings = params.spec, params.verification, params.setup["least"]
        cache = Path(params.setup["cache"])
        verdicts, made_with = verify_file(given.samples, problems, *settings, workers=snakemake.threads, cache=cache)
        store.write(verdicts, snakemake.output[0], params.spec, made_with)
