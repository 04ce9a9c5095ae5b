"""Training a model of the zoo by its recipe. On one CPU thread, and deterministic there."""

import importlib
from pathlib import Path

import torch

from boundary.zoo import card


def run(task: str, name: str, recipe: dict, scale: float, start: str | None, folder: Path) -> None:
    """Train the model `name` of a task into `folder`, checkpoints into its `step-N`. start: folder of weights."""
    torch.set_num_threads(1)
    plain = {key: value for key, value in scaled(recipe, scale).items() if key not in ("algorithm", "start")}
    algorithm = importlib.import_module(f"boundary.zoo.algorithms.{recipe['algorithm']}")
    data = algorithm.DATA.format(start=f"{task}-{recipe.get('start')}")
    shown = {key: value for key, value in plain.items() if key != "checkpoints"}

    def save(model, tokenizer, step: int | None = None) -> None:
        title = f"{task}-{name}" if step is None else f"{task}-{name}, step {step}"
        into = folder if step is None else folder / f"step-{step}"
        with torch.random.fork_rng():  # measuring must not disturb training
            card.save(model, tokenizer, into, task=task, title=title, data=data, recipe=shown)

    algorithm.train(importlib.import_module(f"boundary.zoo.tasks.{task}"), start, save, **plain)


def scaled(recipe: dict, scale: float) -> dict:
    """The recipe with its steps and checkpoints times `scale`, at least 1: for trying out the training itself."""
    recipe = dict(recipe, steps=max(1, round(recipe["steps"] * scale)))
    if "checkpoints" in recipe:
        recipe["checkpoints"] = sorted({max(1, round(step * scale)) for step in recipe["checkpoints"]})
    return recipe
