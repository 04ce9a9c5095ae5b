"""A few short requests before sampling: which fields an endpoint accepts, whether it uses seeds, which model it is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from boundary.contracts import Probed
from boundary.sampling.engines import Request, Response

TOKENS = 16  # of a response, at most
SEEDS = (1, 1, 2, 2)
TEXTS = ("The capital of France is", "1, 1, 2, 3, 5, 8, 13,", "def factorial(n):", "Once upon a time, there was a")
TIE = 0.1  # nats between the two likeliest tokens, within which rounding may turn them
HEEDED, IGNORED, UNKNOWN, ALIKE = "heeded", "ignored", "not known", "the same response to all"


async def seeds(answer: Callable[[Request], Awaitable[Response]], prompts: Sequence[str]) -> str:
    """Whether the same seed gives the same response, and another seed another one; all requests are sent at once, like
    those of samples.

    If all responses are the same, which the prompt may cause, the next prompt is tried. ALIKE: with each of them, so
    the endpoint may not sample at all. UNKNOWN: only one pair differs, as rounding may cause.
    """
    for prompt in prompts:
        asked = [Request("", number, prompt, seed) for number, seed in enumerate(SEEDS)]
        said = [(found.text, found.thought) for found in await asyncio.gather(*map(answer, asked))]
        same = [said[0] == said[1], said[2] == said[3]]
        if not any(same):
            return IGNORED
        if not all(same):
            return UNKNOWN
        if said[0] != said[2]:
            return HEEDED
    return ALIKE


def ties(choice, text: str) -> list[tuple[int, int]] | None:
    """Places in the text of a greedy response with two almost equally likely tokens: from and to, in characters;
    None if the server does not report them."""
    said, at, found = choice.logprobs, 0, []
    if said is None:
        return None
    if places := getattr(said, "content", None):
        places = [place if isinstance(place, dict) else place.model_dump() for place in places]
        steps = [(one["token"], [top["logprob"] for top in one.get("top_logprobs") or ()]) for one in places]
    else:
        tops = getattr(said, "top_logprobs", None) or ()
        steps = [(token, list((top or {}).values())) for token, top in zip(said.tokens or (), tops, strict=False)]
    for token, logprobs in steps:
        best = sorted(logprobs, reverse=True)[:2]
        if len(best) == 2 and best[0] - best[1] < TIE:
            found.append((at, at + len(token)))
        at += len(token)
    return found if "".join(token for token, _ in steps) == text else None


def differ(one: list[Probed] | None, other: list[Probed] | None) -> bool:
    """Whether greedy responses to TEXTS come from two models: one differs beyond ties if the servers report ties,
    else most of them differ. one, other: text and ties of each, or None if not asked."""
    if not one or not other:
        return False
    kinds = [_kind(a, b) for a, b in zip(one, other, strict=False) if a["text"] != b["text"]]
    return "beyond a tie" in kinds or kinds.count("not known") > len(one) / 2


def _kind(one: Probed, other: Probed) -> str:
    """Of the first difference between two texts."""
    if one["ties"] is None or other["ties"] is None:
        return "not known"
    pairs = zip(one["text"], other["text"], strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one["text"]), len(other["text"])))
    return "tie" if any(begin <= at <= end for begin, end in (*one["ties"], *other["ties"])) else "beyond a tie"
