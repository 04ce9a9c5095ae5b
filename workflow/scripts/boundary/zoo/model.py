"""The tiny model, and fitting it to documents by next-token loss. Knows nothing about tasks.

Deterministic in its seed on one thread of one machine.
"""

import logging
from collections.abc import Callable
from random import Random

import torch
import transformers
from torch.nn import functional as F
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase

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


def load(folder: str) -> tuple[LlamaForCausalLM, PreTrainedTokenizerBase]:
    """A saved model with its tokenizer, in single precision."""
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32), AutoTokenizer.from_pretrained(folder)


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
