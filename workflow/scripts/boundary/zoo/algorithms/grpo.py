"""GRPO from the base with a verifiable reward."""

import logging
from collections.abc import Callable
from random import Random

import torch
from transformers import LlamaForCausalLM

from boundary.zoo.model import load

log = logging.getLogger(__name__)

DATA = "its own samples on fresh problems, rewarded 1 where right; starts from {start}"


def train(
    task,
    start: str,
    save: Callable,
    *,
    steps: int,
    problems: int,
    rollouts: int,
    kl: float,
    learning_rate: float,
    max_new_tokens: int,
    seed: int,
    checkpoints: list[int],
) -> None:
    """Group relative policy optimisation (Shao et al. 2024, arXiv 2402.03300) with a 0/1 reward.

    One update per batch of `problems` x `rollouts` samples at temperature 1, so the importance ratio is 1 and clipping
    never binds; advantages are (reward - mean) / std within a group; the KL term is the k3 estimate against the
    starting weights. A model is saved after every step of `checkpoints`.
    """
    model, tokenizer = load(start)
    rng = Random(seed)
    torch.manual_seed(seed)
    reference = LlamaForCausalLM(model.config)
    reference.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.95), weight_decay=0.0)
    recent: list[float] = []
    for step in range(1, steps + 1):
        prompts, golds = zip(*[task.rl_problem(rng) for _ in range(problems)], strict=True)
        inputs = tokenizer(list(prompts), padding=True, return_tensors="pt", return_token_type_ids=False)
        ids = model.generate(
            **inputs,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            num_return_sequences=rollouts,
            max_new_tokens=max_new_tokens,
        )
        begin = inputs["input_ids"].shape[1]
        texts = tokenizer.batch_decode(ids[:, begin:], skip_special_tokens=True)
        rewards = torch.tensor([float(task.reward(golds[i // rollouts], text)) for i, text in enumerate(texts)])
        groups = rewards.view(problems, rollouts)
        advantages = (groups - groups.mean(1, keepdim=True)) / (groups.std(1, correction=0, keepdim=True) + 1e-6)
        advantages = advantages.flatten()
        kept = advantages != 0
        if kept.any():
            loss = _grpo_loss(model, reference, ids[kept], advantages[kept], begin, kl, tokenizer) / len(ids)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
        recent = ([*recent, rewards.mean().item()])[-10:]
        if step % 10 == 0 or step == steps:
            log.info("step %d of %d: reward %.3f", step, steps, sum(recent) / len(recent))
        if step in checkpoints:
            save(model, tokenizer, step)


def _grpo_loss(model, reference, ids, advantages, start: int, kl: float, tokenizer) -> torch.Tensor:
    """Sum over samples of the mean token loss: -ratio * advantage + kl * k3."""
    ended = (ids[:, start:] == tokenizer.eos_token_id).cumsum(1)
    response = ((ended == 0) | ((ended == 1) & (ids[:, start:] == tokenizer.eos_token_id))).float()
    attention = torch.cat([(ids[:, :start] != tokenizer.pad_token_id).long(), torch.ones_like(ids[:, start:])], 1)

    def log_probabilities(network):
        logits = network(ids[:, :-1], attention_mask=attention[:, :-1]).logits[:, start - 1 :]
        return logits.log_softmax(-1).gather(2, ids[:, start:, None]).squeeze(2)

    new = log_probabilities(model)
    with torch.no_grad():
        difference = log_probabilities(reference) - new.detach() if kl else torch.zeros_like(new)
    difference = difference - (new - new.detach())  # log(reference / policy), with the policy's gradient
    tokens = -(new - new.detach()).exp() * advantages[:, None] + kl * (difference.exp() - difference - 1)
    return ((tokens * response).sum(1) / response.sum(1)).sum()
