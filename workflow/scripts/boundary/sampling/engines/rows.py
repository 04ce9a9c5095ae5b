"""Rows: the distinct beginnings of unfinished responses, with the key-value cache of each.

Samples of one prompt with the same tokens so far share a row; if they draw different tokens, the row is split. Rows
come and go while others continue: shorter ones are padded on the left.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import Cache
from transformers.cache_utils import DynamicLayer

ROOM = 64  # tokens for which a cache gets room at a time
AT_ONCE = 16_384  # tokens of prompts, with their padding, that are encoded together
MORE_ROWS = 1.5  # times the rows that are needed, where there is no room for them
SHRINK_BELOW = 0.75  # drop rows that nobody needs once fewer than this share are needed
SLACK = 32  # columns that are padding in all rows, from which they are cut off


class Rows:
    """The rows of one model. logits: (rows, vocabulary) of the next token of each.

    histories: whether to record which tokens have occurred, `in_prompt` and `in_output`, both (rows, vocabulary).
    """

    def __init__(self, model, histories: bool = False):
        self.model, self.histories = model, histories
        self.clear()

    def __len__(self) -> int:
        return len(self.logits)

    def clear(self) -> None:
        self.logits = self.mask = self.in_prompt = self.in_output = torch.empty(0)
        self.cache: Any = None  # a Cache; its layers are RoomyLayer where it can grow

    @property
    def can_grow(self) -> bool:
        """Whether rows can be added while others continue; caches of another kind, such as sliding windows, cannot."""
        return self.cache is None or all(type(layer) is RoomyLayer for layer in self.cache.layers)

    @torch.inference_mode()
    def add(self, prompts: Sequence[list[int]], begun: Sequence[list[int]]) -> None:
        """Add a row for each prompt, including the tokens already generated after it."""
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
        seen = [occurred(tokens, logits) for tokens in (prompts, begun)] if self.histories else [torch.empty(0)] * 2
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

    @torch.inference_mode()
    def select(self, chosen: torch.Tensor) -> None:
        """Make row i what row chosen[i] was; a row that is named twice becomes two. A row that stays in place costs
        nothing."""
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
        """Advance rows by one token each and drop the others. Returns the new number of each row.

        parents: (new rows,) row numbers, ascending. tokens: (new rows,) token ids.
        """
        chosen, places = arranged(parents, len(self))
        if len(chosen) != len(self) or not torch.equal(chosen, torch.arange(len(self), device=chosen.device)):
            self.select(chosen)
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


def arranged(parents: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Splitting and dropping rows with few copies: the source of each row (see `Rows.select`), and the place of each
    new row.

    parents: (new rows,) ascending numbers of the `size` rows, each as often as needed. A needed row stays in place; its
    further copies take places of rows that are not needed. Such places are filled from the end once they exceed a
    share.
    """
    numbers = torch.arange(size, device=parents.device)
    free = numbers[~torch.isin(numbers, parents)]
    again = torch.zeros_like(parents, dtype=torch.bool)
    again[1:] = parents[1:] == parents[:-1]
    extra = again.nonzero().squeeze(1)
    more = torch.arange(size, size + max(0, len(extra) - len(free)), device=parents.device)
    chosen, places = torch.cat([numbers, more]), parents.clone()
    places[extra] = torch.cat([free, more])[: len(extra)]
    chosen[places[extra]] = parents[extra]
    holes = free[len(extra) :]
    if len(parents) < SHRINK_BELOW * size:
        last = (places >= len(parents)).nonzero().squeeze(1)
        holes = holes[holes < len(parents)]
        chosen[holes] = chosen[places[last]]
        places[last] = holes
        chosen = chosen[: len(parents)]
    return chosen, places


def occurred(tokens: Sequence[list[int]], like: torch.Tensor) -> torch.Tensor:
    """(rows, vocabulary) whether a token is in a row's list."""
    seen = torch.zeros_like(like, dtype=torch.bool)
    for row, ids in zip(seen, tokens, strict=True):
        row[ids] = True
    return seen


def _padded(mask: torch.Tensor, width: int) -> torch.Tensor:
    return torch.cat([mask.new_zeros(len(mask), width - mask.shape[1]), mask], 1)


class RoomyLayer(DynamicLayer):
    """Keys and values in buffers with room for more rows and tokens: new ones are written in place, and little is
    copied. Both buffers are (rows, heads, tokens, size)."""

    keys: torch.Tensor
    values: torch.Tensor

    def __init__(self):
        super().__init__()
        self.buffers: dict[str, torch.Tensor] = {}

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *_, **__) -> tuple:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        for name, new in (("keys", key_states), ("values", value_states)):
            old = getattr(self, name)
            end = old.shape[-2] if old.numel() else 0
            whole = self._sized(name, len(new), end + new.shape[-2], like=new)
            whole[:, :, end:] = new
        return self.keys, self.values

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        rows, end = self.keys.shape[0], self.keys.shape[-2]
        moved = (indices != torch.arange(len(indices), device=indices.device)).nonzero().squeeze(1)
        for name in ("keys", "values"):
            taken = getattr(self, name).index_select(0, indices[moved])
            whole = self._sized(name, max(rows, len(indices)), end)
            whole.index_copy_(0, moved, taken)
            setattr(self, name, whole[: len(indices)])

    def join(self, other: "RoomyLayer", width: int) -> None:
        """Append the rows of another layer; both are padded on the left to `width`."""
        rows, end = self.keys.shape[0], self.keys.shape[-2]
        for name in ("keys", "values"):
            old, lower = getattr(self, name), getattr(other, name)
            if width > end:
                self.buffers.pop(name)
                setattr(self, name, torch.cat([old.new_zeros(*old.shape[:2], width - end, old.shape[3]), old], 2))
            whole = self._sized(name, rows + len(lower), width)
            whole[rows:, :, : width - lower.shape[2]] = 0  # padding must be finite
            whole[rows:, :, width - lower.shape[2] :] = lower

    def cut(self, columns: int) -> None:
        """Drop the first columns."""
        for name in ("keys", "values"):
            self.buffers[name] = self.buffers[name][:, :, columns:]
            setattr(self, name, getattr(self, name)[:, :, columns:])

    def _sized(self, name: str, rows: int, end: int, like: torch.Tensor | None = None) -> torch.Tensor:
        """Keys or values made as large, with what they held; what is new in them is not set."""
        old, buffer = getattr(self, name), self.buffers.get(name)
        like = old if like is None else like
        if buffer is None or buffer.shape[0] < rows or buffer.shape[2] < end:
            _, heads, _, size = like.shape
            room = rows if buffer is None else buffer.shape[0]
            room = room if room >= rows else int(MORE_ROWS * rows)
            self.buffers[name] = fresh = like.new_empty(room, heads, end + ROOM, size)
            if old.numel():
                fresh[: len(old), :, : old.shape[2]] = old
            buffer = fresh
        setattr(self, name, buffer[:rows, :, :end])
        return getattr(self, name)


def with_room(cache: Cache) -> Cache:
    """The cache with its plain layers replaced by roomy ones; layers of another kind (sliding windows) stay."""
    for i, layer in enumerate(cache.layers):
        if type(layer) is DynamicLayer and layer.keys is not None and layer.values is not None:
            cache.layers[i] = roomy = RoomyLayer()
            roomy.update(layer.keys, layer.values)
    return cache
