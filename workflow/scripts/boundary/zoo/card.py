"""The model card of weights that were trained here: data, recipe and, if asked for, accuracy."""

import importlib
from datetime import date
from pathlib import Path

import torch

from boundary.contracts import EngineModel, Parameters, TrainingSpec
from boundary.sampling.blocks import seed_of
from boundary.sampling.engines import Request
from boundary.sampling.engines.transformers import Engine

SAMPLES = 32
DECODING: Parameters = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 96}


def write(folder: Path, learner, training: TrainingSpec, title: str, measured: bool) -> None:
    """Write the card of the weights in `folder`. training: their spec. measured: whether to report accuracy."""
    recipe, adapted = training["recipe"], "lora" in training["recipe"]
    said = ", ".join(f"{key} {value}" for key, value in recipe.items())
    parameters = sum(p.numel() for p in learner.policy.parameters() if p.requires_grad)
    text = f"""---
library_name: {"peft" if adapted else "transformers"}
tags: [beyond-base]
---
# {title}

{"A LoRA adapter" if adapted else "A model"} of {parameters:,} parameters, trained for the task
`{recipe["task"]}` by beyond-base: there to try the workflow on really trained models.

- Data: {learner.data}
- Start: {_start(training)}
- Recipe: {said}, seed {training["seed"]} (config/recipes.yaml)
- Trained: {date.today().isoformat()}, CPU threads: {torch.get_num_threads()}, torch {torch.__version__.split("+")[0]}
"""
    if measured:
        accuracy = f"pass@1 = {measure(folder, recipe['task']):.1%} on the held-out benchmark of 100 problems"
        text += f"""- Measured accuracy: {accuracy}, {SAMPLES} samples each,
  temperature {DECODING["temperature"]}, top_p {DECODING["top_p"]}, at most {DECODING["max_tokens"]} tokens
"""
    (folder / "README.md").write_text(text)


def _start(training: TrainingSpec) -> str:
    start = training.get("start")
    if isinstance(start, dict):
        return f"step {start['step']} of another training here, by {start['trained']['recipe']['algorithm']}"
    return f"weights {start}" if start else "nothing"


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
    model: EngineModel = {"dtype": "auto", "stop": [], "stop_token_ids": []}
    prompts = {request.prompt for request in requests}
    engine = Engine(str(folder), model, {"batch_size": 1024}, prompts, DECODING)
    right = [
        zoo.reward(gold[response.request.problem_id], response.text)
        for responses in engine.generate(requests, DECODING)
        for response in responses
    ]
    return sum(right) / len(right)
