"""Adapter of rule cut_episodes."""

import logging

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.sampling.cut import cut_episodes

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec = snakemake.input, snakemake.params.spec
        episodes, made_with = cut_episodes(given.samples, spec)
        logging.info("%d of %d episodes go on after turn %d", *made_with["cut"], spec["cut"]["turns"])
        store.write(episodes, snakemake.output[0], spec, made_with)
