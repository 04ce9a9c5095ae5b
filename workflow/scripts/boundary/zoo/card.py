"""Saving a zoo model: 16-bit weights, tokenizer, and a model card with its measured accuracy."""

import importlib
from datetime import date
from pathlib import Path

import torch

from boundary.sampling.blocks import seed_of
from boundary.sampling.engines import Request
from boundary.sampling.engines.transformers import Engine

SAMPLES = 32
DECODING = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 96}


def save(model, tokenizer, folder: Path, *, task: str, title: str, data: str, recipe: dict) -> None:
    """Write the model to `folder` in half precision, sample it from there, and write the card."""
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    state = {name: weight.to(torch.float16) for name, weight in model.state_dict().items()}
    model.save_pretrained(folder, state_dict=state)
    tokenizer.save_pretrained(folder)
    accuracy = measure(folder, task)
    card = f"""---
library_name: transformers
tags: [beyond-base]
---
# {title}

A Llama of {model.num_parameters():,} parameters for the task `{task}`: part of the tiny zoo of beyond-base, there to
try the workflow on really trained models. It knows nothing else.

- Data: {data}
- Recipe: {", ".join(f"{key} {value}" for key, value in recipe.items())} (config/recipes.yaml)
- Trained: {date.today().isoformat()}, on one CPU thread, torch {torch.__version__.split("+")[0]}, by `snakemake zoo`
- Measured accuracy: pass@1 = {accuracy:.1%} on the held-out benchmark of 100 problems, {SAMPLES} samples each,
  temperature {DECODING["temperature"]}, top_p {DECODING["top_p"]}, at most {DECODING["max_tokens"]} tokens
"""
    (folder / "README.md").write_text(card)


def measure(folder: Path, task: str) -> float:
    """pass@1 on the task's held-out benchmark."""
    zoo = importlib.import_module(f"boundary.zoo.tasks.{task}")
    problems = zoo.benchmark(100, seed=2024)
    gold = {problem["problem_id"]: problem["answers"][0] for problem in problems}
    requests = [
        Request(
            problem["problem_id"], i, problem["question"] + zoo.SUFFIX, seed_of(0, "card", problem["problem_id"], i)
        )
        for problem in problems
        for i in range(SAMPLES)
    ]
    model = {"dtype": "auto", "stop": [], "stop_token_ids": []}
    prompts = {request.prompt for request in requests}
    engine = Engine(str(folder), model, {"batch_size": 1024}, prompts, DECODING)
    right = [
        zoo.reward(gold[response.request.problem_id], response.text)
        for responses in engine.generate(requests, DECODING)
        for response in responses
    ]
    return sum(right) / len(right)
