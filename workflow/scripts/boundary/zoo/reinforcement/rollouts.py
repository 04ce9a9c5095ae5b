"""Drawing responses from a model at temperature 1. Those that begin alike share a row, as in sampling."""

from collections.abc import Sequence

import torch
from torch.nn import functional as F

from boundary.sampling.engines.rows import Rows


def draw(
    model, prompts: Sequence[list[int]], each: int, limit: int, ends: Sequence[int], greedy: bool = False
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """`each` responses to every prompt: tokens, mask, log-probabilities, all (responses, limit).

    ends: tokens that end a response, which is cut at `limit`. greedy: the most likely token every time.
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
    """Of the tokens of a batch under a model: log-probabilities, entropies of the whole distributions, and where asked
    for what the model makes of the text before each token. All (responses, most tokens), the last one x width."""
    most, longest = batch.mask.shape[1], int(batch.mask.sum(1).max())
    width = max(map(len, batch.prompts))
    prompts = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in batch.prompts])
    ids = torch.cat([prompts, batch.tokens[:, :longest]], 1)
    padding = torch.tensor([width - len(prompt) for prompt in batch.prompts])
    there = (torch.arange(ids.shape[1] - 1) >= padding[:, None]).long()
    output = model(
        input_ids=ids[:, :-1],
        attention_mask=there,
        position_ids=(there.cumsum(1) - 1).clamp(min=0),
        logits_to_keep=longest,
        output_hidden_states=hidden,
        use_cache=False,
    )
    every = output.logits.float().log_softmax(-1)
    chosen = every.gather(2, batch.tokens[:, :longest, None]).squeeze(2)
    entropy = -(every.exp() * every).sum(-1)
    read = F.pad(output.hidden_states[-1][:, -longest:], (0, 0, 0, most - longest)) if hidden else None
    return F.pad(chosen, (0, most - longest)), F.pad(entropy, (0, most - longest)), read
