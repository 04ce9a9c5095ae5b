"""Adapter of rule verify_block: refuses samples of another configuration or prompt, then grades."""

from pathlib import Path

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.verifying.block import verify_file

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, params = snakemake.input, snakemake.params
        only = store.read(given.undecided) if given.get("undecided") else None  # a top-up: of these problems
        settings = only, params.spec, params.verification, params.setup["least"]
        cache, prompts = Path(params.setup["cache"]), next(iter(given.get("prompts") or []), None)
        verdicts, made_with = verify_file(
            given.samples, given.problems, *settings, workers=snakemake.threads, cache=cache, prompts_file=prompts
        )
        store.write(verdicts, snakemake.output[0], params.spec, made_with)
