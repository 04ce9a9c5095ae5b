"""One sampling job: what is there already is taken, the rest is sampled on devices of its own, and kept twice."""

import logging
from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.files import store
from boundary.files.digests import fresh_weights_digest
from boundary.files.hub import folder_of
from boundary.sampling.blocks import asked, block_requests, finished_rows, is_what_was_asked, locked, sample_block
from boundary.sampling.devices import lease_gpus
from boundary.sampling.engines import choose_engine, gpus, open_engine
from boundary.sampling.progress import Progress

log = logging.getLogger(__name__)


def run(output: Path, name: str, prompts: pl.DataFrame, spec: dict, setup: dict, weights: str | None, threads: int):
    """Make `output`, the samples of the block that its name says. name: for people, of the job.

    setup: see `Setup.of_job`. weights: the manifest of a download, or None. A finished block is kept under a second,
    hidden name, where Snakemake does not delete it.
    """
    first, last = map(int, output.stem.split("-"))
    requests = block_requests(prompts, first, last, spec["seed"], setup["stream"])
    wanted = asked(requests, prompts)
    kept, partial = output.with_name(f".{output.name}"), output.with_suffix(".partial")
    with locked(kept.with_suffix(".lock")):
        if is_what_was_asked(kept, spec, wanted):
            log.info("%s is what was asked for already: nothing is sampled", kept)
        else:
            finished = finished_rows(list(map(Path, setup["folders"])), first, last, spec, wanted)
            store.set_aside(kept)
            progress = Progress(name, len(requests))
            samples, made_with = sample_block(
                requests, lambda left: _engine(left, spec, setup, weights, threads), partial, spec, progress, finished
            )
            hashes = prompts.select("problem_id", "prompt_hash")
            store.write(samples.join(hashes, on="problem_id", maintain_order="left"), kept, spec, made_with)
        partial.unlink(missing_ok=True)
        store.give(kept, output)


def _engine(requests: list, spec: dict, setup: dict, weights: str | None, threads: int):
    """The engine on GPUs of its own, started only where there is something left to sample."""
    folder = _weights(spec, setup, weights)
    share = setup["options"].get("vllm", {}).get("gpu_memory_utilization", 0.9)
    lease_gpus(gpus(setup["engine"], setup), share)
    import torch  # after the lease: it looks at the visible GPUs once

    torch.set_num_threads(threads)
    name = choose_engine(setup["engine"])
    engine = open_engine(
        name,
        folder,
        spec["model"] | {"tensor_parallel_size": setup["tensor_parallel_size"]},
        setup["options"].get(name, {}),
        {request.prompt for request in requests},
        spec["decoding"],
        images=any(request.images for request in requests),
    )
    log.info("sampling with %s", engine.description)
    return engine


def _weights(spec: dict, setup: dict, manifest: str | None) -> str:
    """The folder of the weights. InputError where a local one is no longer what the run was planned with."""
    if manifest:
        return folder_of(manifest)
    if fresh_weights_digest(setup["weights"]) != spec["model"]["weights"]:
        raise InputError(
            f"the weights in {setup['weights']!r} have changed since this run was planned: run again, when whatever "
            "writes them has finished"
        )
    return setup["weights"]
