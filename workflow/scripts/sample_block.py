"""Adapter of rule sample_block: `spec` decides the samples; `setup` has how they are made."""

from pathlib import Path
from typing import Any

from boundary import paths
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.sampling.job import run
from boundary.sampling.prompts import read, require_questions
from boundary.sampling.samples import temperature_of

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, params = snakemake.input, snakemake.params
        prompts = read(given.prompts)
        store.require_spec(given.prompts, params.setup["prompts"])
        problems = paths.BENCHMARK.format(benchmark=snakemake.wildcards.benchmark)
        require_questions(prompts, problems, params.setup["prompts"]["template"], f"model {snakemake.wildcards.model}")
        if given.get("undecided"):  # a top-up: of these problems only
            prompts = prompts.join(store.read(given.undecided), on="problem_id", how="semi")
        fetched: Any = {kind: next(iter(given.get(kind) or []), None) for kind in ("weights", "adapter")}
        name = "/".join(snakemake.wildcards)
        matched = [temperature_of(path) for path in given.get("matched") or []]
        run(Path(snakemake.output[0]), name, prompts, params.spec, params.setup, fetched, snakemake.threads, *matched)
