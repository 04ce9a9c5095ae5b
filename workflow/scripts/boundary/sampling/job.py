"""One sampling job: existing samples are reused, the rest is sampled on devices of its own and stored twice."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import polars as pl

from boundary import paths
from boundary.contracts import (
    DeviceSetup,
    EngineModel,
    Fetched,
    ModelSpec,
    SampleSpec,
    SamplingSetup,
    Server,
    StepSpec,
    StopRules,
)
from boundary.errors import InputError
from boundary.files import store
from boundary.files.digests import fresh_weights_digest
from boundary.files.hub import folder_of
from boundary.sampling import block_store
from boundary.sampling.beginnings import tell_of_lost_beginning
from boundary.sampling.blocks import block_requests, expected, finished_samples, is_complete, locked, sample_block
from boundary.sampling.chat import tokenizer_of
from boundary.sampling.devices import lease_gpus
from boundary.sampling.engines import SERVER, choose_engine, open_engine
from boundary.sampling.lengths import of_other_lengths, reuse
from boundary.sampling.progress import Progress
from boundary.sampling.renames import former_names, take_over
from boundary.sampling.trained import require_same, used_weights

log = logging.getLogger(__name__)

Kind = Literal["weights", "adapter"]
SAMPLES = Path("results/samples")  # of all models


def run(
    output: Path,
    name: str,
    prompts: pl.DataFrame,
    spec: SampleSpec,
    setup: SamplingSetup,
    fetched: Fetched,
    threads: int,
    temperature: float | None = None,
):
    """Make `output`, the samples of the block in its name. name: of the job, for people.

    setup: see `Setup.of_job`. fetched: manifests of `weights` and `adapter`, or None for a folder. temperature: the one
    found, if `spec` says how.
    """
    decoding = spec["decoding"] | ({} if temperature is None else {"temperature": temperature})
    first, last = map(int, output.stem.split("-"))
    requests = block_requests(prompts, first, last, spec["seed"], stream(setup["model"], setup))
    if setup.get("images") and not any(request.images for request in requests):
        raise InputError(
            f"{name}: the benchmark has images, and its file of prompts brings none, so the model would be asked about "
            "pictures that it does not see: delete that file below results/prompts and run again"
        )
    block, trained = block_store.path_of(output, spec, prompts), used_weights(spec["model"], setup)
    partial = block.with_suffix(".partial")
    if trained:  # what is begun with other weights is not gone on with
        partial = block.with_suffix(f".{trained['weights'][-12:]}.partial")
    with locked(output.with_name(f".{output.stem}.lock")):
        names = [setup["model"], *former_names(SAMPLES, setup["model"])]
        wanted = expected(requests, prompts, spec["seed"], [stream(one, setup) for one in names])
        if is_complete(block, spec, wanted):
            log.info("%s has these samples already: nothing is sampled", block)
        else:
            require_same(SAMPLES / setup["model"], spec["model"], trained)
            finished = finished_samples(files(names, setup, first, last), spec, wanted)
            if len(finished) < len(requests) and (more := _take_over(setup, first, last, spec)):
                names += more
                wanted = expected(requests, prompts, spec["seed"], [stream(one, setup) for one in names])
                finished = finished_samples(files(names, setup, first, last), spec, wanted)
            others = files(names, setup, first, last)
            reused = reuse(others, spec, wanted, set(finished), _tokenizer(spec, setup, fetched))
            if reused.facts:
                log.info("of samples under another max_tokens: %s", reused.facts)
            samples, made_with = sample_block(
                requests,
                lambda left: _engine(left, spec, setup, fetched, threads),
                partial,
                spec,
                Progress(name, len(requests)),
                finished | reused.rows,
                reused.continued,
                decoding,
                block_store.identity(spec, prompts),
            )
            if not made_with:  # nothing was sampled: what sampled those that were there
                sources = (path for path in files(names, setup, first, last) if store.has_spec(path, spec))
                made_with = next((store.about(path)["made_with"] for path in sources), {})
            made_with |= trained
            made_with |= {} if temperature is None else {"temperature": temperature}
            made_with |= {"other_max_tokens": reused.facts} if reused.facts else {}
            hashes = prompts.select("problem_id", "prompt_hash")
            store.set_aside(block)  # one of this setting with samples of other seeds, if there is one
            store.write(samples.join(hashes, on="problem_id", maintain_order="left"), block, spec, made_with)
            store.fsync(block)
        partial.unlink(missing_ok=True)
        store.publish(block, output)


def stream(model: str, setup: SamplingSetup) -> str:
    """The random stream of a model's samples: the part of their seeds besides `seed`, problem and index."""
    return f"{model}/{setup['stream']}/{setup['decoding']}"


def files(models: list[str], setup: SamplingSetup, first: int, last: int) -> Iterator[Path]:
    """The stored files of models that may have some of the samples first..last: of any benchmark of the same stream."""
    for model in models:
        for pattern in (paths.SAMPLES, paths.topup(paths.SAMPLES)):
            for benchmark in setup["benchmarks"]:
                place = pattern.format(model=model, benchmark=benchmark, decoding=setup["decoding"], block="x")
                yield from block_store.overlapping(Path(place).parent, first, last)


def formerly(setup: SamplingSetup, first: int, last: int, spec: SampleSpec) -> list[str]:
    """Names that no model of the run has any more and that have samples of this spec."""
    names = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()) if SAMPLES.exists() else []
    others = [name for name in names if name not in setup["models"]]
    return [name for name in others if _has_samples(list(files([name], setup, first, last)), spec)]


def _has_samples(found: list[Path], spec: SampleSpec) -> bool:
    """Whether one of the files is of this spec, max_tokens aside."""
    return any(store.has_spec(path, spec) for path in found) or any(True for _ in of_other_lengths(found, spec))


def _take_over(setup: SamplingSetup, first: int, last: int, spec: SampleSpec) -> list[str]:
    """Names that are no model of the run any more, whose samples of this spec are the model's from now on."""
    found = []
    with locked(SAMPLES / ".taking-over.lock"):
        for name in formerly(setup, first, last, spec):
            if take_over(SAMPLES, setup["model"], name, setup["models"]):
                log.info("taking over the samples of %s, which is no model of this run any more", name)
                found.append(name)
    return found


def _tokenizer(spec: SampleSpec, setup: SamplingSetup, fetched: Fetched) -> Callable | None:
    """What gives the model's tokenizer, without its weights; None for a model on a server, of which nobody has it."""
    return (
        None
        if "server" in spec["model"]
        else lambda: tokenizer_of(folder_of_model("weights", spec["model"], setup, fetched))
    )


def _engine(requests: list, spec: SampleSpec, setup: SamplingSetup, fetched: Fetched, threads: int):
    """The engine, started only where there is something left to sample."""
    source: str | Server
    model: StopRules
    if "server" in spec["model"] and setup["server"] is not None:
        name, source, model = SERVER, setup["server"] | {"named": setup["model"]}, spec["model"]
    else:
        name, source, model = on_devices(spec["model"], setup, fetched, threads)
        tell_of_lost_beginning(setup["model"], source, spec, {request.prompt for request in requests})
    engine = open_engine(
        name,
        source,
        model,
        setup["options"].get(name, {}),
        {request.prompt for request in requests},
        spec["decoding"],
        images=any(request.images for request in requests),
    )
    log.info("sampling with %s", ", ".join(f"{key} {value}" for key, value in engine.description.items()))
    return engine


def on_devices(planned: ModelSpec, setup: DeviceSetup, fetched: Fetched, threads: int) -> tuple[str, str, EngineModel]:
    """The name of an engine with GPUs of its own, the folder of the weights, and the model for the engine."""
    more = {"tensor_parallel_size": setup["tensor_parallel_size"], "trust_remote_code": setup["trust_remote_code"]}
    model: Any = {**planned, **more}
    model["adapter"] = folder_of_model("adapter", planned, setup, fetched) if "adapter" in planned else None
    folder = folder_of_model("weights", planned, setup, fetched)
    share = setup["options"].get("vllm", {}).get("gpu_memory_utilization", 0.9)
    lease_gpus(setup["gpus"], share)
    import torch  # after the lease: it looks at the visible GPUs once

    torch.set_num_threads(threads)
    return choose_engine(setup["engine"]), folder, model


def folder_of_model(kind: Kind, model: ModelSpec, setup: DeviceSetup, fetched: Fetched) -> str:
    """The folder of the weights, or of the adapter. InputError if it has changed since planning."""
    return folder_as_planned(model[kind], setup[kind] or "", fetched[kind])


def folder_as_planned(planned: str | StepSpec, folder: str, manifest: str | None) -> str:
    """`folder`, or the one that a manifest of a download names. InputError if it has changed since planning."""
    if isinstance(planned, dict):  # trained in this run
        return folder
    if manifest:
        source = json.loads(Path(manifest).read_text())["source"]
        if source != planned:
            raise InputError(f"{manifest} is of {source}, not of {planned}: delete it and run again")
        return folder_of(manifest)
    if fresh_weights_digest(folder) != planned:
        raise InputError(
            f"the weights in {folder!r} have changed since this run was planned: run again, when whatever "
            "writes them has finished"
        )
    return folder
