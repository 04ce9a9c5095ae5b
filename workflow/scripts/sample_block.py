"""Adapter of rule sample_block: what varies is in `spec`; how fast it goes is in the config's `engines`."""

import logging
from pathlib import Path

from boundary import store
from boundary.engines import choose_engine, open_engine
from boundary.job import logged
from boundary.progress import Progress
from boundary.sampling import block_requests, sample_block

if __name__ == "__main__":
    with logged(snakemake):
        spec, config, names = snakemake.params.spec, snakemake.config, snakemake.wildcards
        stream = f"{names.model}/{names.benchmark}/{names.decoding}"
        output = Path(snakemake.output[0])
        prompts = store.read(snakemake.input.prompts, ["problem_id", "prompt", "prompt_hash"])
        first, last = map(int, names.block.split("-"))
        requests = block_requests(prompts, first, last, spec["seed"], stream)
        engine = None

        def generate(pending):
            """The engine is started only where there is something left to sample."""
            global engine
            import torch

            torch.set_num_threads(snakemake.threads)
            model = config["models"][names.model]
            name = choose_engine(config["engine"])
            engine = open_engine(name, model["weights"], model, config["engines"].get(name, {}))
            logging.info("sampling with %s", engine.description)
            return engine.generate(pending, spec["decoding"])

        partial = output.with_suffix(".partial")
        samples = sample_block(requests, generate, partial, spec, Progress(f"{stream}/{names.block}", len(requests)))
        samples = samples.join(prompts.select("problem_id", "prompt_hash"), on="problem_id", maintain_order="left")
        store.write(samples, output, spec, engine.description if engine else None)
        partial.unlink()
