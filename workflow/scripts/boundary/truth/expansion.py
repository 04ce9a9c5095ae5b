"""Responses of a model with their probabilities: responses by distinct prefixes, each followed once.

A walk follows every prefix that is at least so likely. The mass that it does not follow bounds the rest: the chance of
a right answer lies between the mass of the right responses found and the same plus that mass.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from boundary.contracts import Parameters
from boundary.sampling.decoding import truncates
from boundary.sampling.engines.picking import last_kept
from boundary.sampling.engines.rows import Rows

log = logging.getLogger(__name__)

LESS = 4.0  # by what the least probability is divided from one walk to the next
AT_ONCE = 4096  # prefixes that are followed together


class Found(NamedTuple):
    """Responses: the number of their prompt, tokens, probability, and whether they ended (else they were truncated)."""

    prompt: int
    tokens: list[int]
    probability: float
    ended: bool


class Walk(NamedTuple):
    """found: responses. missed: the mass that was not followed, per prompt. followed: prefixes, per prompt."""

    found: list[Found]
    missed: NDArray[np.float64]
    followed: NDArray[np.int64]


class _Live(NamedTuple):
    """Prefixes, a row each: prompt, tokens (rows, max_tokens), their number, and probability."""

    prompt: torch.Tensor
    tokens: torch.Tensor
    length: torch.Tensor
    mass: torch.Tensor

    def at(self, rows) -> "_Live":
        return _Live(*(part[rows] for part in self))


def expand(
    model, prompts: Sequence[list[int]], decoding: Parameters, ends: Sequence[int], unexplored: float, prefixes: int
) -> Walk:
    """A walk for every prompt, with `missed` at most `unexplored`, or one that followed `prefixes` or more.

    prompts: their tokens. ends: tokens that end a response. Walks are repeated with more prefixes until one suffices.
    The number of prefixes grows each time, so all walks together cost little more than the last.
    """
    missed, followed = np.ones(len(prompts)), np.zeros(len(prompts), dtype=np.int64)
    found: dict[int, list[Found]] = {}
    left, least = np.arange(len(prompts)), unexplored
    while len(left):
        again = walk(model, [prompts[i] for i in left.tolist()], decoding, ends, least)
        missed[left], followed[left] = again.missed, again.followed
        found |= {i: [] for i in left.tolist()}
        for one in again.found:
            prompt = int(left[one.prompt])
            found[prompt].append(one._replace(prompt=prompt))
        still = (missed[left] > unexplored) & (followed[left] < prefixes)
        log.info("prefixes of probability %.1g or more: %d of %d problems are left", least, still.sum(), len(prompts))
        left, least = left[still], least / LESS
    return Walk([one for i in sorted(found) for one in found[i]], missed, followed)


@torch.inference_mode()
def walk(model, prompts: Sequence[list[int]], decoding: Parameters, ends: Sequence[int], least: float) -> Walk:
    """Every response whose probability is `least` or more, found by following the prefixes of that probability."""
    found, rows = [], Rows(model)
    missed, followed = torch.zeros(len(prompts), dtype=torch.float64), torch.zeros(len(prompts), dtype=torch.long)
    none = torch.zeros(len(prompts), dtype=torch.long)
    tokens = torch.zeros(len(prompts), decoding["max_tokens"], dtype=torch.long)
    waiting = [_Live(torch.arange(len(prompts)), tokens, none, torch.ones(len(prompts), dtype=torch.float64))]
    final = torch.tensor(ends, dtype=torch.long)
    while waiting:
        live = waiting.pop()
        if len(live.mass) > AT_ONCE:
            waiting.append(live.at(slice(AT_ONCE, None)))
            live = live.at(slice(AT_ONCE))
        begun = [row[:length].tolist() for row, length in zip(live.tokens, live.length, strict=True)]
        rows.clear()
        rows.add([prompts[i] for i in live.prompt], begun)
        places = torch.arange(len(begun))
        while len(live.mass):
            followed.index_add_(0, live.prompt, torch.ones_like(live.prompt))
            logits = rows.logits[places]
            joint = live.mass[:, None] * chances(logits, decoding).cpu()
            kept = joint >= least
            missed.index_add_(0, live.prompt, (joint * ~kept).sum(1))
            parents, picked = kept.nonzero(as_tuple=True)
            live, places, mass = live.at(parents), places[parents], joint[parents, picked]
            live.tokens[torch.arange(len(parents)), live.length] = picked
            live = live._replace(length=live.length + 1, mass=mass)
            ended = torch.isin(picked, final)
            over = ended | (live.length == decoding["max_tokens"])
            found += _responses(live.at(over), ended[over])
            live, places = live.at(~over), places[~over]
            if len(live.mass) > 2 * AT_ONCE:  # the rest is read again, later
                waiting.append(live.at(slice(AT_ONCE, None)))
                live, places = live.at(slice(AT_ONCE)), places[:AT_ONCE]
            if len(live.mass):
                newest = live.tokens.gather(1, live.length[:, None] - 1).squeeze(1)
                places = rows.advance(places.to(model.device), newest.to(model.device)).cpu()
                places, order = places.sort()
                live = live.at(order)
    return Walk(found, missed.numpy(), followed.numpy())


def chances(logits: torch.Tensor, decoding: Parameters) -> torch.Tensor:
    """The distribution of the next token for sampling: after temperature, min_p, top_k and top_p (see picking.py).

    logits: (rows, vocabulary). Returns float64 of the same shape; rows sum to 1.
    """
    if decoding["temperature"] == 0:
        return torch.nn.functional.one_hot(logits.argmax(-1), logits.shape[1]).double()
    probabilities = (logits / decoding["temperature"]).softmax(-1)
    if not truncates(decoding):
        return probabilities.double() / probabilities.double().sum(-1, keepdim=True)
    ordered, tokens = probabilities.sort(-1, descending=True)
    last, _, _ = last_kept(probabilities, ordered, ordered.cumsum(-1, dtype=torch.float64), decoding)
    kept = ordered.double() * (torch.arange(logits.shape[1], device=logits.device) <= last)
    return torch.zeros_like(kept).scatter(1, tokens, kept / kept.sum(-1, keepdim=True))


def _responses(live: _Live, ended: torch.Tensor) -> list[Found]:
    rows = zip(live.prompt.tolist(), live.tokens, live.length.tolist(), live.mass.tolist(), ended.tolist(), strict=True)
    return [Found(prompt, tokens[:length].tolist(), mass, end) for prompt, tokens, length, mass, end in rows]
