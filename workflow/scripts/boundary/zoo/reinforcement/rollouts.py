"""Drawing responses from a model at temperature 1. Responses with the same beginning share a row, as in sampling."""

from collections.abc import Sequence

import torch
from torch.nn import functional as F

from boundary.sampling.engines.rows import Rows


def draw(
    model, prompts: Sequence[list[int]], each: int, limit: int, ends: Sequence[int], greedy: bool = False
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """`each` responses to every prompt: tokens, mask, log-probabilities, all (responses, limit).

    ends: tokens that end a response, which is cut at `limit`. greedy: always the most likely token.
    """
    rows = Rows(model)
    rows.add(prompts, [[]] * len(prompts))
    count = len(prompts) * each
    where = torch.arange(len(prompts)).repeat_interleave(each)
    tokens, mask = torch.zeros(count, limit, dtype=torch.long), torch.zeros(count, limit)
    logs = torch.zeros(count, limit)
    live, stops = torch.arange(count), torch.tensor(list(ends))
    for t in range(limit):
        every = rows.logits.log_softmax(-1)
        own = every[where[live]]
        picked = own.argmax(1) if greedy else torch.multinomial(own.exp(), 1).squeeze(1)
        tokens[live, t], mask[live, t] = picked, 1.0
        logs[live, t] = own.gather(1, picked[:, None]).squeeze(1)
        going = ~torch.isin(picked, stops)
        live, picked = live[going], picked[going]
        if not len(live) or t + 1 == limit:
            break
        size = every.shape[1]
        distinct, which = (where[live] * size + picked).unique(return_inverse=True)
        where[live] = rows.advance(distinct // size, distinct % size)[which]
    return tokens, mask, logs


def texts(tokenizer, tokens: torch.Tensor, mask: torch.Tensor) -> list[str]:
    """The text of every response."""
    ids = [row[on.bool()].tolist() for row, on in zip(tokens, mask, strict=True)]
    return tokenizer.batch_decode(ids, skip_special_tokens=True)


def log_probabilities(model, batch, hidden: bool = False) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
    """For the tokens of a batch under a model: log-probabilities, entropies of the whole distributions, and if asked
    for the hidden state of the text before each token. All (responses, most tokens), the last one x width.

    Each prompt is read once, with its gradient, and its cache serves all responses to it.
    """
    most, longest = batch.mask.shape[1], int(batch.mask.sum(1).max())
    number = {prompt: n for n, prompt in enumerate(dict.fromkeys(map(tuple, batch.prompts)))}
    where = torch.tensor([number[tuple(prompt)] for prompt in batch.prompts])
    width = max(map(len, number))
    ids = torch.tensor([[0] * (width - len(prompt)) + list(prompt) for prompt in number])
    lengths = torch.tensor([len(prompt) for prompt in number])
    there = (torch.arange(width) >= width - lengths[:, None]).long()
    positions = (there.cumsum(1) - 1).clamp(min=0)
    read = model(
        input_ids=ids,
        attention_mask=there,
        position_ids=positions,
        logits_to_keep=1,
        output_hidden_states=hidden,
        use_cache=True,
    )
    parts = [read]
    if longest > 1:
        read.past_key_values.batch_select_indices(where)
        given = batch.tokens[:, : longest - 1]
        parts.append(
            model(
                input_ids=given,
                attention_mask=torch.cat([there[where], torch.ones_like(given)], 1),
                position_ids=lengths[where, None] + torch.arange(longest - 1),
                past_key_values=read.past_key_values,
                output_hidden_states=hidden,
            )
        )
    last = [read.logits[where], *(part.logits for part in parts[1:])]
    every = torch.cat(last, 1).float().log_softmax(-1)
    chosen = every.gather(2, batch.tokens[:, :longest, None]).squeeze(2)
    entropy = -(every.exp() * every).sum(-1)
    made = None
    if hidden:
        made = torch.cat([read.hidden_states[-1][where, -1:], *(part.hidden_states[-1] for part in parts[1:])], 1)
        made = F.pad(made, (0, 0, 0, most - longest))
    return F.pad(chosen, (0, most - longest)), F.pad(entropy, (0, most - longest)), made
