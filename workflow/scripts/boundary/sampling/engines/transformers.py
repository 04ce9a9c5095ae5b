"""The transformers engine: batched decoding on one device, for small models and machines without vLLM.

Each sample draws its tokens by inverting the cumulative distribution at its own stream of uniform numbers, so it
depends on its seed and not on its batch. Samples with the same tokens so far share a row of the batch, and waiting
requests take the places of finished ones.
"""

import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import psutil
import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from boundary.contracts import EngineModel, Options, Parameters
from boundary.errors import InputError
from boundary.sampling.decoding import penalties
from boundary.sampling.engines import (
    HEARTBEAT,
    Request,
    Response,
    Unfinished,
    cannot_start,
    context_needed,
    longest_context,
    require_words,
    token_ids,
)
from boundary.sampling.engines.attention import use_shared_keys
from boundary.sampling.engines.picking import penalised, pick
from boundary.sampling.engines.rows import Rows

transformers.logging.disable_progress_bar()

STOP_CHECK_EVERY = 16  # tokens between searches for stop strings
REFILL = 1 / 8  # share of the batch that is free before waiting requests are taken in
LARGEST = 4096  # responses at once: more are no faster
UNKNOWN = 256  # of an architecture that does not say what it keeps of a token
SHARE = 1 / 2  # of the memory that is free, for keys, values and distributions; they get room before they need it


class Engine:
    def __init__(
        self,
        weights: str,
        model: EngineModel,
        options: Options,
        prompts: set[str],
        decoding: Parameters,
        images: bool = False,
    ):
        if images:
            raise InputError("prompts with images need the vLLM engine: engine: vllm")
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        trusted = {"trust_remote_code": model.get("trust_remote_code", False)}
        try:
            config = AutoConfig.from_pretrained(weights, **trusted)
            config.update(model.get("hf_overrides", {}))
            self.tokenizer: Any = AutoTokenizer.from_pretrained(weights, **trusted)
            require_words(self.tokenizer, prompts)
            dtype = _dtype(model["dtype"], self.device)
            self.model: Any = AutoModelForCausalLM.from_pretrained(weights, config=config, dtype=dtype, **trusted)
            if adapter := model.get("adapter"):
                from peft import PeftModel

                self.model = PeftModel.from_pretrained(self.model, adapter).merge_and_unload()
            self.model.to(self.device).eval()
            use_shared_keys(self.model)
        except InputError:
            raise
        except (OSError, ValueError, RuntimeError) as error:
            raise cannot_start(weights, error) from error
        tokens = context_needed(self.tokenizer, prompts, decoding, longest_context(self.model.config))
        self.batch_size = options.get("batch_size") or fitting(self.model, tokens)
        ends = self.model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends] if ends is not None else []
        self.end_ids = {*ends, *model["stop_token_ids"]}
        self.ends = torch.tensor(sorted(self.end_ids), device=self.device)
        self.stop = model["stop"]
        self.generated = 0
        self.flight: _Flight | None = None
        self.description = {
            "engine": "transformers",
            "transformers": transformers.__version__,
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name() if self.device == "cuda" else "cpu",
            "dtype": str(self.model.dtype).removeprefix("torch."),
        }

    def generate(self, requests: Sequence[Request], decoding: Parameters) -> Iterator[list[Response]]:
        """Responses as they finish."""
        penalised_by = penalties(decoding)
        waiting, rows = deque(requests), Rows(self.model, histories=bool(penalised_by))
        self.flight = flight = _Flight(min(self.batch_size, len(requests)), decoding["max_tokens"], self.device)
        shown = time.monotonic()
        while waiting or flight.live:
            free = flight.size - flight.live
            if waiting and (not flight.live or (rows.can_grow and free >= REFILL * flight.size)):
                self._take_in(flight, waiting, rows)
            logits = penalised(rows.logits, decoding, rows.in_prompt, rows.in_output) if penalised_by else rows.logits
            slots = flight.slots()
            picked = pick(logits, flight.uniforms[slots, flight.lengths[slots]], decoding, flight.rows[slots])
            flight.add(slots, picked, rows.logits)
            self.generated += len(slots)
            ended = torch.isin(picked, self.ends) | (flight.lengths[slots] >= decoding["max_tokens"])
            if self.stop:
                ended |= self._stopped(flight, slots)
            finished = [self._response(one, decoding) for one in flight.land(slots[ended])]
            if flight.live:
                going = slots[~ended]
                pairs = flight.rows[going] * logits.shape[1] + picked[~ended]
                distinct, which = pairs.unique(return_inverse=True)
                flight.rows[going] = rows.advance(distinct // logits.shape[1], distinct % logits.shape[1])[which]
            else:
                rows.clear()
            if finished or time.monotonic() - shown > HEARTBEAT:
                yield finished
                shown = time.monotonic()
        self.flight = None

    def unfinished(self) -> list[Unfinished]:
        """The generated part of unfinished responses."""
        return self.flight.unfinished(self.flight.slots()) if self.flight else []

    def _take_in(self, flight: "_Flight", waiting: deque[Request], rows: Rows) -> None:
        """As many waiting requests as there are free slots; those that begin alike share a row."""
        if flight.live:
            needed, which = flight.rows[flight.slots()].unique(return_inverse=True)
            rows.select(needed)
            flight.rows[flight.slots()] = which
        else:
            rows.clear()
        taken = [waiting.popleft() for _ in range(min(len(waiting), flight.size - flight.live))]
        distinct = {(request.prompt, request.prefix, request.begun): request for request in taken}
        number = {key: len(rows) + i for i, key in enumerate(distinct)}
        rows.add(
            [token_ids(self.tokenizer, request) for request in distinct.values()],
            [list(request.begun) for request in distinct.values()],
        )
        flight.take(taken, [number[request.prompt, request.prefix, request.begun] for request in taken])

    def _stopped(self, flight: "_Flight", slots: torch.Tensor) -> torch.Tensor:
        """Which of the slots hold a stop string; looked for now and then, as it means decoding."""
        due = (flight.lengths[slots] % STOP_CHECK_EVERY == 0).tolist()
        found = [
            look and self._find_stop(self._decode(flight.tokens[slot, : flight.lengths[slot]].tolist())) is not None
            for slot, look in zip(slots.tolist(), due, strict=True)
        ]
        return torch.tensor(found, device=self.device)

    def _response(self, landed: Unfinished, decoding: Parameters) -> Response:
        request, ids, logprobs = landed
        text, ended = self._text(request, ids), ids[-1] in self.end_ids
        stop = self._find_stop(text)
        if stop is not None:  # the tokens up to the one that completed the stop string; the text before it
            length = len(ids)
            while length > 1 and self._find_stop(self._decode(ids[: length - 1])) is not None:
                length -= 1
            text, logprobs = text[:stop], logprobs[:length]
        reason = "stop" if stop is not None or ended else "length"
        kept = logprobs if decoding.get("logprobs") else None
        return Response(request, text, len(logprobs), reason, float(np.sum(logprobs, dtype=np.float64)), kept)

    def _find_stop(self, text: str) -> int | None:
        """Where the first stop string begins."""
        return min((at for stop in self.stop if (at := text.find(stop)) >= 0), default=None)

    def _text(self, request: Request, ids: list[int]) -> str:
        """The text of the new tokens; after a prefix they are decoded with it, as a token may begin amid a word."""
        if not request.prefix:
            return self._decode(ids)
        before = self.tokenizer(request.prefix, add_special_tokens=False)["input_ids"]
        return self._decode(before + ids)[len(self._decode(before)) :]

    def _decode(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=True)


class _Flight:
    """The responses in flight, one slot each: tokens, log-probabilities, and the row that the next token comes from."""

    def __init__(self, size: int, longest: int, device: str):
        self.size, self.longest, self.device = size, longest, device
        self.requests: list[Request | None] = [None] * size
        self.taken = torch.zeros(size, dtype=torch.bool, device=device)
        self.tokens = torch.zeros(size, longest, dtype=torch.long, device=device)
        self.logprobs = torch.zeros(size, longest, device=device)
        self.uniforms = torch.zeros(size, longest, dtype=torch.float64, device=device)
        self.lengths = torch.zeros(size, dtype=torch.long, device=device)
        self.rows = torch.zeros(size, dtype=torch.long, device=device)
        self.live = 0

    def slots(self) -> torch.Tensor:
        return self.taken.nonzero().squeeze(1)

    def take(self, requests: list[Request], rows: list[int]) -> None:
        """Give each request a free slot. rows: the row of its first token."""
        slots = (~self.taken).nonzero().squeeze(1)[: len(requests)]
        streams = (np.random.Generator(np.random.Philox(key=request.seed)) for request in requests)
        drawn = np.stack([stream.random(self.longest) for stream in streams])
        self.uniforms[slots] = torch.from_numpy(drawn).to(self.device)
        self.rows[slots] = torch.tensor(rows, device=self.device)
        self.lengths[slots] = torch.tensor([len(request.begun) for request in requests], device=self.device)
        self.taken[slots] = True
        for slot, request in zip(slots.tolist(), requests, strict=True):
            self.requests[slot] = request
            if request.begun:
                self.tokens[slot, : len(request.begun)] = torch.tensor(request.begun)
                self.logprobs[slot, : len(request.begun)] = torch.tensor(request.begun_logprobs)
        self.live += len(requests)

    def add(self, slots: torch.Tensor, picked: torch.Tensor, logits: torch.Tensor) -> None:
        """Add one token to each slot. logits: those of the model itself, by row."""
        at, rows = self.lengths[slots], self.rows[slots]
        self.tokens[slots, at] = picked
        self.logprobs[slots, at] = logits[rows, picked] - logits.logsumexp(-1)[rows]
        self.lengths[slots] += 1

    def land(self, slots: torch.Tensor) -> list[Unfinished]:
        """The results of the responses in these slots, which are free from now on."""
        landed = self.unfinished(slots)
        self.taken[slots] = False
        for slot in slots.tolist():
            self.requests[slot] = None
        self.live -= len(slots)
        return landed

    def unfinished(self, slots: torch.Tensor) -> list[Unfinished]:
        lengths = self.lengths[slots].tolist()
        longest = max(lengths, default=0)
        ids, logprobs = (kept[slots, :longest].tolist() for kept in (self.tokens, self.logprobs))
        return [
            Unfinished(self.requests[slot], its[:length], own[:length])
            for slot, length, its, own in zip(slots.tolist(), lengths, ids, logprobs, strict=True)
        ]


def fitting(model, tokens: int) -> int:
    """Number of responses that fit into memory at once if no two are alike; at most LARGEST.

    tokens: of the longest prompt and response. On a CPU with several jobs, a job has the same share of the memory as of
    the cores.
    """
    said = model.config.get_text_config()
    try:
        heads = getattr(said, "num_key_value_heads", None) or said.num_attention_heads
        size = getattr(said, "head_dim", None) or said.hidden_size // said.num_attention_heads
        kept = 2 * said.num_hidden_layers * heads * size * model.dtype.itemsize  # of a token: its keys and values
    except AttributeError:
        return UNKNOWN
    drawn = 8 * torch.float32.itemsize * said.vocab_size  # logits, probabilities, and them sorted
    if model.device.type == "cuda":
        free = torch.cuda.mem_get_info(model.device)[0]
    else:
        free = psutil.virtual_memory().available * min(1, torch.get_num_threads() / (os.cpu_count() or 1))
    return max(1, min(LARGEST, int(SHARE * free / (tokens * kept + drawn))))


def _dtype(wanted: str, device: str):
    """`auto` is the dtype of the weights on a GPU; on CPU, where 16-bit arithmetic is slow, float32."""
    if wanted == "auto":
        return "auto" if device == "cuda" else torch.float32
    return getattr(torch, wanted)
