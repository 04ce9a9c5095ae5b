"""Adapter of rule match_temperature."""

from pathlib import Path
from typing import Any

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.likelihood.matching import run
from boundary.sampling.prompts import RENDERED

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, params, output = snakemake.input, snakemake.params, Path(snakemake.output[0])
        prompts: dict[str, Any] = {}
        fetched: dict[str, Any] = {}
        for whose in ("base", "tuned"):
            file = given[f"{whose}_prompts"]
            prompts[whose] = store.read(file, RENDERED)
            store.require_spec(file, params.setup[whose]["prompts"])
            kinds = ("weights", "adapter")
            fetched[whose] = {kind: next(iter(given.get(f"{whose}_{kind}") or []), None) for kind in kinds}
        names = dict(snakemake.wildcards.items())
        run(output, names, prompts, params.spec, params.setup, fetched, snakemake.threads)
