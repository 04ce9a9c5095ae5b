"""Picking tokens: one for every sample, by inverting the cumulative distribution at the sample's own uniform number."""

import torch

from boundary.contracts import Parameters

FEW = 64  # likeliest tokens that are sorted at first; nearly every pick is one of them


def pick(
    logits: torch.Tensor, uniforms: torch.Tensor, decoding: Parameters, rows: torch.Tensor | None = None
) -> torch.Tensor:
    """One token per sample, drawn by temperature, min_p, top_k and top_p, in this order, as in vLLM.

    logits: (rows, vocabulary). uniforms: (samples,) in [0, 1). rows: (samples,) the row of each sample; by default one
    sample per row. Returns token ids, (samples,). Temperature 0 is greedy.
    """
    rows = torch.arange(len(logits), device=logits.device) if rows is None else rows
    if decoding["temperature"] == 0:
        return logits.argmax(-1)[rows]
    probabilities = (logits / decoding["temperature"]).softmax(-1)
    few = min(FEW, probabilities.shape[1])
    likeliest = probabilities.topk(few)
    picked, known = _inverted(probabilities, likeliest.values, likeliest.indices, uniforms, decoding, rows)
    if not known.all():
        left = ~known
        needed, own = rows[left].unique(return_inverse=True)
        whole = probabilities[needed]
        ordered, ids = whole.sort(-1, descending=True)
        picked[left], _ = _inverted(whole, ordered, ids, uniforms[left], decoding, own)
    return picked


def _inverted(probabilities, ordered, ids, uniforms, decoding: Parameters, rows) -> tuple[torch.Tensor, torch.Tensor]:
    """The token of every sample, and whether the tokens that are sorted decide it.

    ordered, ids: (rows, tokens) the likeliest tokens of each row, from the likeliest on.
    """
    cumulative = ordered.cumsum(-1, dtype=torch.float64)
    last, mass, known = last_kept(probabilities, ordered, cumulative, decoding)
    shown = ordered.shape[1] - 1
    target = uniforms.to(torch.float64)[:, None] * mass[rows]
    place = torch.minimum(torch.searchsorted(cumulative[rows], target, right=True), last[rows])
    return ids[rows].gather(1, place.clamp(max=shown)).squeeze(1), (known[rows] & (place <= shown)).squeeze(1)


def last_kept(
    probabilities: torch.Tensor, ordered: torch.Tensor, cumulative: torch.Tensor, decoding: Parameters
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Place of the last token that min_p, top_k and top_p keep, the mass up to it, and whether `ordered` suffices for
    both.

    probabilities: (rows, vocabulary). ordered, cumulative: (rows, tokens) those of the likeliest tokens, in descending
    order, and their sums. Each returned as (rows, 1).
    """
    vocabulary, shown = probabilities.shape[1], ordered.shape[1] - 1
    count = torch.full((len(ordered), 1), decoding["top_k"] or vocabulary, device=ordered.device)
    if min_p := decoding.get("min_p"):
        count = torch.minimum(count, (probabilities >= min_p * ordered[:, :1]).sum(-1, keepdim=True))
    last = count.clamp(max=vocabulary) - 1
    left_out = last < vocabulary - 1
    mass = torch.where(left_out & (last <= shown), cumulative.gather(1, last.clamp(max=shown)), 1.0)
    known = (last <= shown) | ~left_out
    if decoding["top_p"] < 1:
        last = torch.minimum(last, torch.searchsorted(cumulative, decoding["top_p"] * mass))
        known &= last <= shown
        mass = cumulative.gather(1, last.clamp(max=shown))
    return last, mass, known


def penalised(logits: torch.Tensor, decoding: Parameters, prompt: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    """Logits after repetition_penalty (Keskar et al. 2019, of prompt and output) and presence_penalty (of output).

    prompt, output: (rows, vocabulary) whether a token has occurred there.
    """
    repetition = decoding.get("repetition_penalty", 1.0)
    scaled = torch.where(logits > 0, logits / repetition, logits * repetition)
    return torch.where(prompt | output, scaled, logits) - decoding.get("presence_penalty", 0.0) * output
