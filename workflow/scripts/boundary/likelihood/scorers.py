"""Teacher forcing: scores of existing responses by a loaded engine. One function for each engine."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import torch
from scipy.special import logsumexp
from transformers import DynamicCache

from boundary.contracts import Parameters
from boundary.likelihood.distribution import Steps, steps_of
from boundary.sampling.engines import Request, prompt_ids, token_ids


class Scorer(Protocol):
    """A function that scores with the loaded engine whose file names it (`engines.ENGINES`). requests: each prompt,
    with the whole response as `prefix`. ended: whether the response is followed by an end. decoding: the one for
    entropies, or None. Yields batches as they finish, in any order."""

    def __call__(
        self, engine: Any, requests: Sequence[Request], ended: Sequence[bool], decoding: Parameters | None
    ) -> Iterator[list[tuple[Request, Steps]]]: ...


LOGITS = 1 << 28  # that are in memory at once
OUTSTANDING = 1024  # responses that vLLM is given at once


def read(tokenizer, request: Request) -> tuple[list[int], int]:
    """The tokens of prompt and response (the request's prefix), and the number of the prompt's."""
    return token_ids(tokenizer, request), len(prompt_ids(tokenizer, request.prompt))


def with_transformers(
    engine, requests: Sequence[Request], ended: Sequence[bool], decoding: Parameters | None
) -> Iterator[list[tuple[Request, Steps]]]:
    """Batches of responses of similar length, the longest first: a batch that does not fit fails at once."""
    rows = []
    for request, end in zip(requests, ended, strict=True):
        ids, start = read(engine.tokenizer, request)
        rows.append((ids + engine.ends[:1].tolist() * end, start))
    order = sorted(range(len(rows)), key=lambda i: -len(rows[i][0]))
    room = LOGITS // engine.model.get_output_embeddings().weight.shape[0]  # for steps
    while order:
        fitting = max(1, min(room // len(rows[order[0]][0]), engine.batch_size))
        batch, order = order[:fitting], order[fitting:]
        found = _scored(engine, [rows[i] for i in batch], room, decoding)
        yield [(requests[i], steps) for i, steps in zip(batch, found, strict=True)]


@torch.inference_mode()
def _scored(engine, rows: list[tuple[list[int], int]], room: int, decoding: Parameters | None) -> list[Steps]:
    """Of rows together, padded on the right, where nothing sees it. room: for the logits of so many steps at once."""
    width, device = max(len(row) for row, _ in rows), engine.model.device
    ids = torch.tensor([row + [0] * (width - len(row)) for row, _ in rows], device=device)
    starts = torch.tensor([start for _, start in rows], device=device)[:, None]
    ends = torch.tensor([len(row) for row, _ in rows], device=device)[:, None]
    size = max(1, room // len(rows))
    cache = DynamicCache(config=engine.model.config) if width - 1 > size else None
    found, whose = [], []
    for first in range(0, width - 1, size):
        last = min(first + size, width - 1)
        output = engine.model(input_ids=ids[:, first:last], past_key_values=cache, use_cache=cache is not None)
        at = torch.arange(first + 1, last + 1, device=device)  # places of the tokens that are predicted
        wanted = (at >= starts) & (at < ends)
        found.append(steps_of(output.logits[wanted], ids[:, first + 1 : last + 1][wanted], engine.ends, decoding))
        whose.append(wanted.nonzero()[:, 0])
    row = torch.cat(whose)
    whole = Steps(
        torch.cat([one.logprobs for one in found]),
        _together([one.entropy for one in found]),
        _together([one.entropy_sampled for one in found]),
    )
    return [whole.at(row == i) for i in range(len(rows))]


def _together(parts: list[torch.Tensor | None]) -> torch.Tensor | None:
    known = [part for part in parts if part is not None]
    return torch.cat(known) if known else None


def with_vllm(
    engine, requests: Sequence[Request], ended: Sequence[bool], decoding: Parameters | None
) -> Iterator[list[tuple[Request, Steps]]]:
    """Log-probabilities that vLLM gives of a prompt, and of ending; no entropies, because it gives no whole
    distributions."""
    import vllm

    told = engine.llm.llm_engine.model_config
    ends = told.try_get_generation_config().get("eos_token_id", told.hf_config.eos_token_id)
    ends = ends if isinstance(ends, list) else [ends] if ends is not None else []
    ends = sorted({*ends, *engine.stop_token_ids})
    asked = vllm.SamplingParams(temperature=0, max_tokens=1, prompt_logprobs=0, logprob_token_ids=ends)
    rows = [read(engine.tokenizer, request) for request in requests]
    for first in range(0, len(requests), OUTSTANDING):
        part = slice(first, first + OUTSTANDING)
        prompts = [{"prompt_token_ids": ids} for ids, _ in rows[part]]
        outputs = engine.llm.generate(prompts, asked, lora_request=engine.adapter, use_tqdm=False)
        yield [
            (request, Steps(torch.tensor(_given(output, *row, ends if end else []), dtype=torch.float64)))
            for request, row, end, output in zip(requests[part], rows[part], ended[part], outputs, strict=True)
        ]


def _given(output, ids: list[int], start: int, ends: list[int]) -> list[float]:
    """The log-probability of each token from `start` on, and where there are `ends` of any of them as the next one."""
    steps = zip(output.prompt_logprobs[start:], ids[start:], strict=True)
    found = [step[token].logprob for step, token in steps]
    after = output.outputs[0].logprobs[0]
    return found + [logsumexp([after[end].logprob for end in ends])] * bool(ends)
