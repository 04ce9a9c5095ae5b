"""What the distributions of next tokens say: log-probabilities and entropies, from logits."""

from typing import NamedTuple

import torch

from boundary.contracts import Parameters
from boundary.sampling.decoding import truncates
from boundary.sampling.engines.picking import FEW, last_kept


class Steps(NamedTuple):
    """Of every step of a response, each (steps,): the natural log-probability of its token at temperature 1; and in
    nats the entropy of the distribution at the decoding's temperature, whole and as sampled, where they are asked for.
    """

    logprobs: torch.Tensor
    entropy: torch.Tensor | None = None
    entropy_sampled: torch.Tensor | None = None

    def at(self, chosen: torch.Tensor) -> "Steps":
        """Some of the steps, on the CPU."""
        entropy, sampled = (None if e is None else e[chosen].cpu() for e in (self.entropy, self.entropy_sampled))
        return Steps(self.logprobs[chosen].cpu(), entropy, sampled)


def steps_of(logits: torch.Tensor, tokens: torch.Tensor, ends: torch.Tensor, decoding: Parameters | None) -> Steps:
    """What the logits (steps, vocabulary) say of `tokens` (steps,); of a token that ends a response, of any of `ends`.

    decoding: under which entropies are asked for, or None.
    """
    logprobs = logits.float().log_softmax(-1)
    own = logprobs.gather(1, tokens[:, None]).squeeze(1)
    if len(ends) > 1:
        ended = torch.isin(tokens, ends)
        own[ended] = logprobs[ended][:, ends].logsumexp(-1)
    if decoding is None:
        return Steps(own)
    if decoding["temperature"] == 0:  # the limit
        return Steps(own, torch.zeros_like(own, dtype=torch.float64), torch.zeros_like(own, dtype=torch.float64))
    if decoding["temperature"] != 1:
        logprobs = (logits.float() / decoding["temperature"]).log_softmax(-1)
    probabilities = logprobs.exp()
    entropy = -(probabilities * logprobs.clamp(min=torch.finfo(torch.float32).min)).sum(-1, dtype=torch.float64)
    return Steps(own, entropy, entropy_as_sampled(probabilities, decoding) if truncates(decoding) else entropy)


def entropy_as_sampled(probabilities: torch.Tensor, decoding: Parameters) -> torch.Tensor:
    """Entropy in nats (rows,) of what min_p, top_k and top_p leave of `probabilities` (rows, vocabulary)."""
    ordered = probabilities.topk(min(FEW, probabilities.shape[1])).values
    entropy, known = _of_kept(probabilities, ordered, decoding)
    if not known.all():
        whole = probabilities[~known]
        entropy[~known], _ = _of_kept(whole, whole.sort(-1, descending=True).values, decoding)
    return entropy


def _of_kept(probabilities, ordered, decoding: Parameters) -> tuple[torch.Tensor, torch.Tensor]:
    """Entropy of what is kept, and whether the tokens that are sorted decide it."""
    cumulative = ordered.cumsum(-1, dtype=torch.float64)
    last, _, known = last_kept(probabilities, ordered, cumulative, decoding)
    known = known & (last < ordered.shape[1])
    last = last.clamp(max=ordered.shape[1] - 1)
    terms = torch.special.entr(ordered.double()).cumsum(-1).gather(1, last)  # of -p log p
    mass = cumulative.gather(1, last)
    return (terms / mass + mass.log()).squeeze(1), known.squeeze(1)
