"""Rows: the distinct beginnings of responses that are in flight, with the key-value cache of each.

Samples of one prompt that have drawn the same tokens so far share a row; where they draw another one, the row is split.
Rows come and go while others go on: shorter ones are padded on the left.
"""

from collections.abc import Sequence

import torch
from transformers import Cache
from transformers.cache_utils import DynamicLayer

ROOM = 64  # tokens for which a cache gets room at a time
AT_ONCE = 16_384  # tokens of prompts, with their padding, that are encoded together
SHRINK_BELOW = 0.75  # drop rows that nobody needs once fewer than this share are needed
SLACK = 32  # columns that are padding in all rows, from which they are cut off


class Rows:
    """The rows of one model. logits: (rows, vocabulary) of the next token of each.

    histories: whether to keep which tokens have occurred, `in_prompt` and `in_output`, both (rows, vocabulary).
    """

    def __init__(self, model, histories: bool = False):
        self.model, self.histories = model, histories
        self.clear()

    def __len__(self) -> int:
        return 0 if self.logits is None else len(self.logits)

    def clear(self) -> None:
        self.logits = self.mask = self.in_prompt = self.in_output = None
        self.cache: Cache | None = None

    @property
    def can_grow(self) -> bool:
        """Whether rows can be added while others go on; caches of another kind, as of sliding windows, cannot."""
        return self.cache is None or all(type(layer) is RoomyLayer for layer in self.cache.layers)

    @torch.inference_mode()
    def add(self, prompts: Sequence[list[int]], begun: Sequence[list[int]]) -> None:
        """A row for each prompt, with what is generated after it already."""
        start = 0
        while start < len(prompts):
            end = start + 1
            longest = len(prompts[start]) + len(begun[start])
            while end < len(prompts):
                longest = max(longest, len(prompts[end]) + len(begun[end]))
                if longest * (end + 1 - start) > AT_ONCE:
                    break
                end += 1
            self._join(prompts[start:end], begun[start:end])
            start = end

    def _join(self, prompts: Sequence[list[int]], begun: Sequence[list[int]]) -> None:
        whole = [[*prompt, *more] for prompt, more in zip(prompts, begun, strict=True)]
        width, device = max(map(len, whole)), self.model.device
        ids = torch.tensor([[0] * (width - len(row)) + row for row in whole], device=device)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in whole], device=device)
        positions = (mask.cumsum(1) - 1).clamp(min=0)
        output = self.model(
            input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=True, logits_to_keep=1
        )
        logits, cache = output.logits[:, -1].float(), with_room(output.past_key_values)
        seen = [occurred(tokens, logits) for tokens in (prompts, begun)] if self.histories else [None, None]
        if self.cache is None:
            self.logits, self.mask, self.cache, (self.in_prompt, self.in_output) = logits, mask, cache, seen
            return
        width = max(mask.shape[1], self.mask.shape[1])
        for layer, other in zip(self.cache.layers, cache.layers, strict=True):
            layer.join(other, width)
        self.mask = torch.cat([_padded(self.mask, width), _padded(mask, width)])
        self.logits = torch.cat([self.logits, logits])
        if self.histories:
            self.in_prompt, self.in_output = (
                torch.cat(pair) for pair in zip((self.in_prompt, self.in_output), seen, strict=True)
            )

    def select(self, chosen: torch.Tensor) -> None:
        """Keep the rows of these numbers, in this order; one that is named twice becomes two."""
        self.cache.batch_select_indices(chosen)
        self.logits, self.mask = self.logits[chosen], self.mask[chosen]
        if self.histories:
            self.in_prompt, self.in_output = self.in_prompt[chosen], self.in_output[chosen]
        padding = int(self.mask.any(0).to(torch.uint8).argmax())
        if padding >= SLACK and self.can_grow:
            self.mask = self.mask[:, padding:]
            for layer in self.cache.layers:
                layer.cut(padding)

    @torch.inference_mode()
    def advance(self, parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """Go on with rows by one token each; the others may go. Returns the number of each row from now on.

        parents: (new rows,) row numbers, ascending. tokens: (new rows,) token ids.
        """
        split = bool((parents[1:] == parents[:-1]).any())
        if split or len(parents) < SHRINK_BELOW * len(self):
            self.select(parents)
            places = torch.arange(len(parents), device=parents.device)
        else:
            places = parents
        ids = torch.zeros(len(self), dtype=torch.long, device=parents.device)
        ids[places] = tokens
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(self), 1)], 1)
        output = self.model(
            input_ids=ids[:, None],
            attention_mask=self.mask,
            position_ids=self.mask.sum(1, keepdim=True) - 1,
            past_key_values=self.cache,
            use_cache=True,
        )
        self.logits = output.logits[:, -1].float()
        if self.histories:
            self.in_output.scatter_(1, ids[:, None], True)
        return places


def occurred(tokens: Sequence[list[int]], like: torch.Tensor) -> torch.Tensor:
    """(rows, vocabulary) whether a token is in a row's list."""
    seen = torch.zeros_like(like, dtype=torch.bool)
    for row, ids in zip(seen, tokens, strict=True):
        row[ids] = True
    return seen


def _padded(mask: torch.Tensor, width: int) -> torch.Tensor:
    return torch.cat([mask.new_zeros(len(mask), width - mask.shape[1]), mask], 1)


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
        for name in ("keys", "values"):
            old = getattr(self, name)
            _, heads, end, size = old.shape
            self.buffers[name] = buffer = old.new_empty(len(indices), heads, end + ROOM, size)
            buffer[:, :, :end] = old.index_select(0, indices)
            setattr(self, name, buffer[:, :, :end])

    def join(self, other: "RoomyLayer", width: int) -> None:
        """Put the rows of another one below; both padded on the left to `width`."""
        for name in ("keys", "values"):
            upper, lower = getattr(self, name), getattr(other, name)
            rows, heads, _, size = upper.shape
            buffer = upper.new_zeros(rows + len(lower), heads, width + ROOM, size)  # padding must be finite
            buffer[:rows, :, width - upper.shape[2] : width] = upper
            buffer[rows:, :, width - lower.shape[2] : width] = lower
            self.buffers[name] = buffer
            setattr(self, name, buffer[:, :, :width])

    def cut(self, columns: int) -> None:
        """Drop the first columns."""
        for name in ("keys", "values"):
            self.buffers[name] = self.buffers[name][:, :, columns:]
            setattr(self, name, getattr(self, name)[:, :, columns:])


def with_room(cache: Cache) -> Cache:
    """The cache with its plain layers exchanged for roomy ones; layers of another kind (sliding windows) stay."""
    for i, layer in enumerate(cache.layers):
        if type(layer) is DynamicLayer:
            cache.layers[i] = RoomyLayer()
            cache.layers[i].update(layer.keys, layer.values)
    return cache
