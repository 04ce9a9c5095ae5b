"""Adapter of rule cut_block: the samples of a block with fewer tokens, by the tokenizer of their model."""

import logging

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.sampling.chat import tokenizer_folder, tokenizer_of
from boundary.sampling.cut import cut_samples, said

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, setup = snakemake.input, snakemake.params.spec, snakemake.params.setup
        fetched = next(iter(given.get("weights") or []), None)
        where = fetched, setup["tokenizer"], spec["cut"].get("tokenizer")
        samples, made_with = cut_samples(given.samples, spec, lambda: tokenizer_of(tokenizer_folder(*where)))
        logging.info(said(len(samples), spec["decoding"]["max_tokens"], made_with["other_max_tokens"]))
        store.write(samples, snakemake.output[0], spec, made_with)
