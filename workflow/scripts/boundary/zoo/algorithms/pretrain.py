"""Language-model pretraining on a task's synthetic corpus."""

import torch

from boundary.zoo.model import fit, new_model

DATA = "a synthetic corpus of mixed quality, generated as it trains; held-out problems never occur in it"


def train(task, start, save, *, seed: int, **recipe) -> None:
    torch.manual_seed(seed)
    tokenizer = task.tokenizer()
    model = new_model(tokenizer)
    fit(model, tokenizer, task.document, seed=seed, **recipe)
    save(model, tokenizer)
