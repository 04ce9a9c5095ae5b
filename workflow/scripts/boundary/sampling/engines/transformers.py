"""The transformers engine: batched decoding on one device, for small models and machines without vLLM.

Each row draws its tokens by inverting the cumulative distribution at its own stream of uniform numbers, so a sample is
a function of its seed and not of the batch it happens to be in. Prompts are encoded once for all their samples, and
finished rows leave the batch.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, Cache
from transformers.cache_utils import DynamicLayer

from boundary.errors import InputError
from boundary.sampling.engines import Request, Response, cannot_start, context_needed, token_ids

transformers.logging.disable_progress_bar()

STOP_CHECK_EVERY = 16  # tokens between searches for stop strings
SHRINK_BELOW = 0.75  # drop finished rows once fewer than this share are alive
ROOM = 64  # tokens for which a cache gets room at a time


class Engine:
    def __init__(
        self, weights: str, model: dict, options: dict, prompts: set[str], decoding: dict, images: bool = False
    ):
        if images:
            raise InputError("prompts with images need the vLLM engine: engine: vllm")
        repository, _, revision = weights.partition("@")
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.batch_size = options.get("batch_size", 256)
        try:
            self.tokenizer = AutoTokenizer.from_pretrained(repository, revision=revision or None, padding_side="left")
            self.model = AutoModelForCausalLM.from_pretrained(
                repository, revision=revision or None, dtype=_dtype(model["dtype"], self.device)
            )
            self.model.to(self.device).eval()
        except (OSError, ValueError, RuntimeError) as error:
            raise cannot_start(weights, error) from error
        longest = getattr(self.model.config.get_text_config(), "max_position_embeddings", None)
        context_needed(self.tokenizer, prompts, decoding, longest)
        if self.tokenizer.pad_token_id is None:
            self.tokenizer.pad_token = self.tokenizer.eos_token
        ends = self.model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends] if ends is not None else []
        self.ends = torch.tensor(sorted({*ends, *model["stop_token_ids"]}), device=self.device)
        self.stop = model["stop"]
        self.description = {
            "engine": "transformers",
            "transformers": transformers.__version__,
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name() if self.device == "cuda" else "cpu",
            "dtype": str(self.model.dtype).removeprefix("torch."),
        }

    def generate(self, requests: Sequence[Request], decoding: dict) -> Iterator[list[Response]]:
        """Responses of one batch after the other."""
        for start in range(0, len(requests), self.batch_size):
            yield self._sample(requests[start : start + self.batch_size], decoding)

    @torch.inference_mode()
    def _sample(self, requests: Sequence[Request], decoding: dict) -> list[Response]:
        longest = decoding["max_tokens"]
        uniforms = torch.from_numpy(
            np.stack([np.random.Generator(np.random.Philox(key=r.seed)).random(longest) for r in requests])
        ).to(self.device)
        logits, cache, mask = self._prefill(requests)

        rows = torch.arange(len(requests), device=self.device)  # which request each row of the batch is
        tokens = torch.full((len(requests), longest), self.tokenizer.pad_token_id, device=self.device)
        lengths = torch.zeros(len(requests), dtype=torch.long, device=self.device)
        logprobs = torch.zeros(len(requests), longest, device=self.device)
        ended = torch.zeros(len(requests), dtype=torch.bool, device=self.device)
        for step in range(longest):
            picked = pick(logits, uniforms[rows, step], decoding)
            alive = ~ended[rows]
            now = rows[alive]
            tokens[now, step] = picked[alive]
            lengths[now] += 1
            logprobs[now, step] = logits.log_softmax(-1).gather(1, picked[:, None]).squeeze(1)[alive]
            ended[now] |= torch.isin(picked[alive], self.ends)
            if self.stop and step % STOP_CHECK_EVERY == STOP_CHECK_EVERY - 1:
                for row, text in zip(now.tolist(), self._decode(tokens[now, : step + 1]), strict=True):
                    ended[row] |= self._find_stop(text) is not None
            alive = ~ended[rows]
            if step + 1 == longest or not alive.any():
                break
            if alive.sum() < SHRINK_BELOW * len(rows):
                rows, picked, mask = rows[alive], picked[alive], mask[alive]
                cache.batch_select_indices(alive.nonzero().squeeze(1))
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], 1)
            output = self.model(
                picked[:, None],
                attention_mask=mask,
                position_ids=mask.sum(1, keepdim=True) - 1,
                past_key_values=cache,
                use_cache=True,
            )
            logits = output.logits[:, -1].float()

        responses = []
        for i, request in enumerate(requests):
            length = int(lengths[i])
            text = self._text(request, tokens[i : i + 1, :length])
            stop = self._find_stop(text)
            if stop is not None:  # the tokens up to the one that completed the stop string; the text before it
                while length > 1 and self._find_stop(self._decode(tokens[i : i + 1, : length - 1])[0]) is not None:
                    length -= 1
                text = text[:stop]
            reason = "stop" if stop is not None or ended[i] else "length"
            logprob = float(logprobs[i, :length].double().sum())
            single = logprobs[i, :length].tolist() if decoding.get("logprobs") else None
            responses.append(Response(request, text, length, reason, logprob, single))
        return responses

    def _find_stop(self, text: str) -> int | None:
        """Where the first stop string begins."""
        return min((at for stop in self.stop if (at := text.find(stop)) >= 0), default=None)

    def _prefill(self, requests: Sequence[Request]):
        """Next-token logits, key-value cache and attention mask of every prompt; equal prompts are encoded once."""
        prompts = [(request.prompt, request.prefix) for request in requests]
        distinct = dict(zip(prompts, requests, strict=True))
        ids = [token_ids(self.tokenizer, request) for request in distinct.values()]
        inputs = self.tokenizer.pad({"input_ids": ids}, return_tensors="pt").to(self.device)
        mask = inputs["attention_mask"]
        positions = (mask.cumsum(1) - 1).clamp(min=0)
        output = self.model(**inputs, position_ids=positions, use_cache=True, logits_to_keep=1)
        index = {prompt: i for i, prompt in enumerate(distinct)}
        rows = torch.tensor([index[prompt] for prompt in prompts], device=self.device)
        output.past_key_values.batch_select_indices(rows)
        return output.logits[rows, -1].float(), with_room(output.past_key_values), mask[rows]

    def _text(self, request: Request, tokens: torch.Tensor) -> str:
        """The text of the new tokens; after a prefix they are decoded with it, as a token may begin amid a word."""
        if not request.prefix:
            return self._decode(tokens)[0]
        before = self.tokenizer(request.prefix, add_special_tokens=False)["input_ids"]
        whole, begun = self.tokenizer.batch_decode([before + tokens[0].tolist(), before], skip_special_tokens=True)
        return whole[len(begun) :]

    def _decode(self, tokens: torch.Tensor) -> list[str]:
        return self.tokenizer.batch_decode(tokens, skip_special_tokens=True)


class RoomyLayer(DynamicLayer):
    """Keys and values in buffers with room to spare: a new token is written to its place, and not all copied for it."""

    def __init__(self):
        super().__init__()
        self.buffers: dict[str, torch.Tensor] = {}

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *_, **__) -> tuple:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        self.keys = self._append("keys", self.keys, key_states)
        self.values = self._append("values", self.values, value_states)
        return self.keys, self.values

    def _append(self, name: str, old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
        start = old.shape[-2] if old.numel() else 0
        end = start + new.shape[-2]
        buffer = self.buffers.get(name)
        if buffer is None or buffer.shape[-2] < end:
            rows, heads, _, size = new.shape
            self.buffers[name] = buffer = new.new_empty(rows, heads, end + ROOM, size)
            if start:
                buffer[:, :, :start] = old
        buffer[:, :, start:end] = new
        return buffer[:, :, :end]

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        super().batch_select_indices(indices)
        self.buffers.clear()


def with_room(cache: Cache) -> Cache:
    """The cache with its plain layers exchanged for roomy ones; layers of another kind (sliding windows) stay."""
    for i, layer in enumerate(cache.layers):
        if type(layer) is DynamicLayer:
            cache.layers[i] = RoomyLayer()
            cache.layers[i].update(layer.keys, layer.values)
    return cache


def pick(logits: torch.Tensor, uniforms: torch.Tensor, decoding: dict) -> torch.Tensor:
    """One token per row, drawn at temperature, top_k and top_p by inversion at `uniforms`.

    logits: (rows, vocabulary). uniforms: (rows,) in [0, 1). Returns token ids, (rows,). Temperature 0 is greedy.
    """
    if decoding["temperature"] == 0:
        return logits.argmax(-1)
    ordered, ids = (logits / decoding["temperature"]).softmax(-1).sort(-1, descending=True)
    cumulative = ordered.cumsum(-1, dtype=torch.float64)
    vocabulary = cumulative.shape[1]
    last = min(decoding["top_k"] or vocabulary, vocabulary) - 1  # top_k first, then top_p of what it left
    kept = torch.searchsorted(cumulative, decoding["top_p"] * cumulative[:, last : last + 1]).clamp(max=last)
    target = uniforms.to(cumulative.dtype)[:, None] * cumulative.gather(1, kept)
    return ids.gather(1, torch.searchsorted(cumulative, target, right=True).clamp(max=kept)).squeeze(1)


def _dtype(wanted: str, device: str):
    """`auto` is the dtype of the weights on a GPU; on CPU, where 16-bit arithmetic is slow, float32."""
    if wanted == "auto":
        return "auto" if device == "cuda" else torch.float32
    return getattr(torch, wanted)
