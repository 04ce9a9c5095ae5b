"""Adapter of rule sample_block: what varies is in `spec`; how fast it goes is in the config's `engines`."""

import logging
from pathlib import Path

from boundary import store
from boundary.devices import lease_gpus
from boundary.hub import folder_of
from boundary.job import logged
from boundary.progress import Progress
from boundary.sampling import block_requests, finished_rows, is_what_was_asked, locked, sample_block


def open_configured_engine(requests):
    """The engine on GPUs of its own, started only where there is something left to sample."""
    engines, wanted = snakemake.config["engines"], snakemake.config["engine"]
    model = snakemake.config["models"][snakemake.wildcards.model]
    share = engines.get("vllm", {}).get("gpu_memory_utilization", 0.9)
    lease_gpus(1 if wanted == "transformers" else model["tensor_parallel_size"], share)
    import torch  # after the lease: it looks at the visible GPUs once

    from boundary.engines import choose_engine, open_engine

    torch.set_num_threads(snakemake.threads)
    name = choose_engine(wanted)
    prompts, decoding = {request.prompt for request in requests}, snakemake.params.spec["decoding"]
    downloaded = snakemake.input.get("weights")  # of a hub; else it is a folder
    weights = folder_of(downloaded[0]) if downloaded else model["weights"]
    images = any(request.images for request in requests)
    engine = open_engine(name, weights, model, engines.get(name, {}), prompts, decoding, images=images)
    logging.info("sampling with %s", engine.description)
    return engine


if __name__ == "__main__":
    with logged(snakemake):
        spec, names, output = snakemake.params.spec, snakemake.wildcards, Path(snakemake.output[0])
        benchmarks = snakemake.config["benchmarks"]
        shared = {name: entry.get("stream", name) for name, entry in benchmarks.items()}
        stream = f"{names.model}/{shared[names.benchmark]}/{names.decoding}"
        prompts = store.read(snakemake.input.prompts, ["problem_id", "prompt", "prompt_hash"])
        if snakemake.input.get("plan"):  # a top-up: of these problems only
            prompts = prompts.join(store.read(snakemake.input.plan), on="problem_id", how="semi")
        first, last = map(int, names.block.split("-"))
        requests = block_requests(prompts, first, last, spec["seed"], stream)
        kept = output.with_name(f".{output.name}")  # a finished block, where Snakemake does not delete it
        partial = output.with_suffix(".partial")
        with locked(kept.with_suffix(".lock")):
            if is_what_was_asked(kept, spec, prompts):
                logging.info("%s is what was asked for already: nothing is sampled", kept)
            else:
                folders = [
                    Path(f"results/{kind}/{names.model}/{benchmark}/{names.decoding}")
                    for kind in ("samples", "topup/samples")
                    for benchmark in benchmarks
                    if shared[benchmark] == shared[names.benchmark]
                ]
                finished = finished_rows(folders, first, last, spec, prompts)
                store.set_aside(kept)
                progress = Progress(f"{names.model}/{names.benchmark}/{names.decoding}/{names.block}", len(requests))
                samples, made_with = sample_block(requests, open_configured_engine, partial, spec, progress, finished)
                hashes = prompts.select("problem_id", "prompt_hash")
                store.write(samples.join(hashes, on="problem_id", maintain_order="left"), kept, spec, made_with)
            partial.unlink(missing_ok=True)
            store.give(kept, output)
