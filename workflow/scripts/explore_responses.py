"""Adapter of rule explore_responses."""

from pathlib import Path
from typing import Any

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.sampling.prompts import RENDERED
from boundary.truth.job import run

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, params = snakemake.input, snakemake.params
        prompts = store.read(given.prompts, RENDERED)
        store.require_spec(given.prompts, params.setup["prompts"])
        fetched: Any = {kind: next(iter(given.get(kind) or []), None) for kind in ("weights", "adapter")}
        names, output = dict(snakemake.wildcards.items()), Path(snakemake.output[0])
        run(output, names, prompts, params.spec, params.setup, fetched, snakemake.threads)
