"""Training of the tiny models: language-model fitting (pretraining, distillation) and GRPO. Knows nothing about tasks.

Every function is deterministic in its seed on one thread of one machine.
"""

import logging
from collections.abc import Callable
from random import Random

import torch
import transformers
from torch.nn import functional as F
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase

log = logging.getLogger(__name__)
transformers.logging.disable_progress_bar()
Document = Callable[[Random], tuple[str, str]]  # draws one (prompt, response)


def new_model(tokenizer: PreTrainedTokenizerBase) -> LlamaForCausalLM:
    """A Llama of about 0.6 million parameters with random weights."""
    config = LlamaConfig(
        vocab_size=128,
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=256,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    for name, weight in model.named_parameters():
        if weight.ndim == 2 and "embed" not in name:
            into_stream = name.endswith(("o_proj.weight", "down_proj.weight"))
            torch.nn.init.normal_(weight, std=0.016 if into_stream else 0.06)
    return model


def fit(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerBase,
    draw: Document,
    *,
    steps: int,
    documents: int,
    seed: int,
    muon_lr: float,
    adam_lr: float,
    warmup: int,
    decay: float,
    prompt_weight: float,
) -> None:
    """Minimise next-token loss on fresh documents: Muon on the matrices, AdamW on embeddings and norms.

    The learning rate rises over `warmup` steps and falls linearly over the last `decay` share of all steps.
    Tokens of the prompt count `prompt_weight` in the loss.
    """
    rng = Random(seed)
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    others = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
    optimizers = [
        torch.optim.Muon(matrices, lr=muon_lr, momentum=0.95, weight_decay=0.05),
        torch.optim.AdamW(others, lr=adam_lr, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    schedules = [
        torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1, (step + 1) / warmup, (1 - step / steps) / decay)
        )
        for optimizer in optimizers
    ]
    for step in range(steps):
        ids, weights = _batch(tokenizer, [draw(rng) for _ in range(documents)], prompt_weight)
        logits = model(ids[:, :-1]).logits
        losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        loss = (losses * weights[:, 1:].flatten()).sum() / weights[:, 1:].sum()
        loss.backward()
        for optimizer, schedule in zip(optimizers, schedules, strict=True):
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        if (step + 1) % 50 == 0 or step + 1 == steps:
            log.info("step %d of %d: loss %.4f", step + 1, steps, loss.item())


def _batch(tokenizer, documents: list[tuple[str, str]], prompt_weight: float):
    """Right-padded token ids and the loss weight of every token, both (documents, longest)."""
    prompts = tokenizer([prompt for prompt, _ in documents])["input_ids"]
    responses = tokenizer([response for _, response in documents], add_special_tokens=False)["input_ids"]
    rows = [p + r + [tokenizer.eos_token_id] for p, r in zip(prompts, responses, strict=True)]
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), tokenizer.pad_token_id)
    weights = torch.zeros(len(rows), longest)
    for i, (row, prompt) in enumerate(zip(rows, prompts, strict=True)):
        ids[i, : len(row)] = torch.tensor(row)
        weights[i, : len(prompt)] = prompt_weight
        weights[i, len(prompt) : len(row)] = 1.0
    return ids, weights


def grpo(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerBase,
    draw_problem: Callable[[Random], tuple[str, str]],
    reward: Callable[[str, str], bool],
    *,
    steps: int,
    problems: int,
    rollouts: int,
    kl: float,
    learning_rate: float,
    max_new_tokens: int,
    seed: int,
    save: Callable[[int], None],
) -> None:
    """Group relative policy optimisation (Shao et al. 2024, arXiv 2402.03300) with a 0/1 reward.

    One update per batch of `problems` x `rollouts` samples at temperature 1, so the importance ratio is 1 and clipping
    never binds; advantages are (reward - mean) / std within a group; the KL term is the k3 estimate against the
    starting weights. `save(step)` is called after every step.
    """
    rng = Random(seed)
    torch.manual_seed(seed)
    reference = LlamaForCausalLM(model.config)
    reference.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.95), weight_decay=0.0)
    recent: list[float] = []
    for step in range(1, steps + 1):
        prompts, golds = zip(*[draw_problem(rng) for _ in range(problems)], strict=True)
        inputs = tokenizer(list(prompts), padding=True, return_tensors="pt", return_token_type_ids=False)
        ids = model.generate(
            **inputs,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            num_return_sequences=rollouts,
            max_new_tokens=max_new_tokens,
        )
        start = inputs["input_ids"].shape[1]
        texts = tokenizer.batch_decode(ids[:, start:], skip_special_tokens=True)
        rewards = torch.tensor([float(reward(golds[i // rollouts], text)) for i, text in enumerate(texts)])
        groups = rewards.view(problems, rollouts)
        advantages = (groups - groups.mean(1, keepdim=True)) / (groups.std(1, correction=0, keepdim=True) + 1e-6)
        advantages = advantages.flatten()
        kept = advantages != 0
        if kept.any():
            loss = _grpo_loss(model, reference, ids[kept], advantages[kept], start, kl, tokenizer) / len(ids)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
        recent = ([*recent, rewards.mean().item()])[-10:]
        if step % 10 == 0 or step == steps:
            log.info("step %d of %d: reward %.3f", step, steps, sum(recent) / len(recent))
        save(step)


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


def scaled(recipe: dict, scale: float) -> dict:
    """The recipe with its steps and checkpoints times `scale`, at least 1: for trying out the training itself."""
    recipe = dict(recipe, steps=max(1, round(recipe["steps"] * scale)))
    if "save" in recipe:
        recipe["save"] = sorted({max(1, round(step * scale)) for step in recipe["save"]})
    return recipe
