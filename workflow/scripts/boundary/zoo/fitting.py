"""Fitting a model to documents by next-token loss, step by step. supervised/ has the documents.

Muon on the matrices, AdamW on embeddings and norms. All random numbers of a step are drawn from its seed and its
number.
"""

import importlib
from collections.abc import Callable
from random import Random

import torch
from torch.nn import functional as F

from boundary.contracts import Recipe, Template
from boundary.zoo.model import load, new_model

Document = Callable[[Random], tuple[str, str]]  # draws one (prompt, response)


class Fitting:
    """A model that learns documents. start: folder of weights, or None for random weights."""

    def __init__(self, task, recipe: Recipe, seed: int, start: str | None, template: Template | None = None):
        kind = importlib.import_module(f"boundary.zoo.supervised.{recipe['algorithm']}")
        self.data, self.recipe, self.seed = kind.DATA, recipe, seed
        torch.manual_seed(seed)
        if start is None:
            self.tokenizer = task.tokenizer()
            self.policy = new_model(self.tokenizer, **recipe.get("size", {}))
        else:
            self.policy, self.tokenizer = load(start)
        self.draw: Document = kind.documents(task, recipe, seed, self.policy, self.tokenizer)
        named = list(self.policy.named_parameters())
        matrices = [p for name, p in named if p.ndim == 2 and "embed" not in name]
        others = [p for name, p in named if p.ndim != 2 or "embed" in name]
        self.rates = recipe["muon_lr"], recipe["adam_lr"]
        self.optimizers = [
            torch.optim.Muon(matrices, lr=recipe["muon_lr"], momentum=0.95, weight_decay=0.05),
            torch.optim.AdamW(others, lr=recipe["adam_lr"], betas=(0.9, 0.95), weight_decay=0.0),
        ]

    def step(self, number: int) -> dict:
        """Take one step; returns its log entry."""
        rng, recipe = Random(f"{self.seed}/{number}"), self.recipe
        documents = [self.draw(rng) for _ in range(recipe["documents"])]
        ids, weights = _batch(self.tokenizer, documents, recipe["prompt_weight"])
        logits = self.policy(ids[:, :-1]).logits
        losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        loss = (losses * weights[:, 1:].flatten()).sum() / weights[:, 1:].sum()
        loss.backward()
        for optimizer, rate in zip(self.optimizers, self.rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate * self._share(number - 1)
            optimizer.step()
            optimizer.zero_grad()
        return {"loss": loss.item()}

    def _share(self, done: int) -> float:
        """Of the learning rate: it rises over `warmup` steps, and falls linearly over the last `decay` of all steps."""
        return min(1, (done + 1) / self.recipe["warmup"], (1 - done / self.recipe["steps"]) / self.recipe["decay"])

    def state(self) -> dict:
        """Everything on which later steps depend."""
        weights = {name: p.detach() for name, p in self.policy.named_parameters()}
        return {"weights": weights, "optimizers": [optimizer.state_dict() for optimizer in self.optimizers]}

    def restore(self, state: dict) -> None:
        self.policy.load_state_dict(state["weights"], strict=False)
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)


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
