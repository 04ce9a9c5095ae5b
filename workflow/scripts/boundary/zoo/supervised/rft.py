"""Rejection fine-tuning: on the start's own correct responses (Yuan et al. 2023, arXiv 2308.01825)."""

from random import Random

import torch

from boundary.errors import InputError
from boundary.sampling.engines import prompt_ids
from boundary.zoo.model import ends_of
from boundary.zoo.pool import drawn
from boundary.zoo.reinforcement.rollouts import draw, texts

DATA = "its own responses at temperature 1 that are right"
AT_ONCE = 32  # problems


def documents(task, recipe, seed, model, tokenizer):
    right = own_right(task, recipe, seed, model, tokenizer)
    return lambda rng: rng.choice(right)


def own_right(task, recipe, seed, model, tokenizer) -> list[tuple[str, str]]:
    """(prompt, response) of the correct ones among `rollouts` responses to each of `problems` problems, each once."""
    rng = Random(f"{seed}/own")
    found: dict[tuple[str, str], None] = {}
    problems = drawn(task, recipe, rng)
    torch.manual_seed(rng.getrandbits(63))
    for first in range(0, len(problems), AT_ONCE):
        some = problems[first : first + AT_ONCE]
        prompts = [prompt_ids(tokenizer, prompt) for prompt, _ in some]
        tokens, mask, _ = draw(model, prompts, recipe["rollouts"], recipe["max_new_tokens"], ends_of(model, tokenizer))
        for i, text in enumerate(texts(tokenizer, tokens, mask)):
            prompt, gold = some[i // recipe["rollouts"]]
            if task.reward(gold, text):
                found[prompt, text] = None
    if not found:
        raise InputError("none of the start's own responses is right, so there is nothing to fit: take more problems")
    return list(found)
