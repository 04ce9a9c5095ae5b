"""Adapter of rule score_responses: `spec` decides the scores; `setup` has how they are made."""

from pathlib import Path
from typing import Any

from boundary import paths
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.likelihood.job import run
from boundary.sampling.prompts import require_questions

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, params = snakemake.input, snakemake.params
        prompts = store.read(given.prompts, ["problem_id", "prompt"])
        store.require_spec(given.prompts, params.setup["prompts"])
        problems = paths.BENCHMARK.format(benchmark=snakemake.wildcards.benchmark)
        require_questions(prompts, problems, params.setup["prompts"]["template"], f"model {snakemake.wildcards.model}")
        fetched: Any = {kind: next(iter(given.get(kind) or []), None) for kind in ("weights", "adapter")}
        blocks = [given.samples] if isinstance(given.samples, str) else given.samples
        names, output = dict(snakemake.wildcards.items()), Path(snakemake.output[0])
        run(output, names, blocks, prompts, params.spec, params.setup, fetched, snakemake.threads)
