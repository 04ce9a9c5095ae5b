"""Trainings: weights that are made in this run, by recipes. Light: runs at parse time."""

from pathlib import Path
from typing import Any

from boundary.config.trainings import start_model
from boundary.contracts import Start, StepSpec, Trained, TrainingSpec
from boundary.files.locations import if_folder, is_gguf
from boundary.grid import Grid
from boundary.identity import TRAINING_PROTOCOL, weights_identity
from boundary.paths import TRAINED
from boundary.weights.plan import Weights
from boundary.zoo.recipes import root_of, seeds_of, start_of, steps_of

CHANGE_NO_WEIGHTS = {"checkpoints", "seeds", "measured", "start", "prompt"}  # of a recipe; the last two stand elsewhere


class Trainings:
    """Inputs and specs of trainings, by recipe and seed."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def start(self, recipe: str, seed: str) -> list[str]:
        """Inputs of a recipe's training: the training from which it starts, or the downloaded weights."""
        start = start_of(self.config["recipes"], recipe)
        if "recipe" in start:
            return [TRAINED.format(**start)]
        return Weights(self.grid).download(start["model"]) if start else []

    def trained(self, model: str, **_) -> list[str]:
        """The training behind a model's weights."""
        training = self.grid.models[model].get("training")
        return [TRAINED.format(**training)] if training and not self.grid.opened else []

    def seeds_of_recipe(self, recipe: str) -> list[str]:
        """Every training of a recipe, by its seeds."""
        return [TRAINED.format(recipe=recipe, seed=seed) for seed in seeds_of(self.config["recipes"][recipe])]

    def every_model_of_the_zoo(self) -> list[str]:
        """Every training of a recipe that starts from random weights."""
        recipes = self.config["recipes"]
        own = [name for name in recipes if root_of(recipes, name) is None]
        return [path for name in own for path in self.seeds_of_recipe(name)]

    def spec(self, recipe: str, seed: str | int) -> TrainingSpec:
        """The spec of the weights of a training after each of its steps.

        The number of steps is not part of it, unless the learning rate falls towards the last one.
        """
        entry = self.config["recipes"][recipe]
        without = CHANGE_NO_WEIGHTS | (set() if "decay" in entry else {"steps"})
        spec: Any = {"protocol": TRAINING_PROTOCOL, "recipe": {k: v for k, v in entry.items() if k not in without}}
        if "prompt" in entry:
            spec["prompt"] = self.config["prompts"][entry["prompt"]]
        start = start_of(self.config["recipes"], recipe)
        if "recipe" in start:
            spec["start"] = self.step(start)
        elif start:
            start_model(self.config, recipe)
            spec["start"] = weights_identity(self.grid.models[start["model"]]["weights"])
        return spec | {"seed": int(seed)}

    def step(self, training: Trained | Start) -> StepSpec:
        """The spec of weights that are trained in this run: known before they exist."""
        return {"trained": self.spec(training["recipe"], training["seed"]), "step": training["step"]}

    def job(self, recipe: str, seed: str) -> dict:
        """The spec of a training, the steps that are kept, and whether model cards report accuracy."""
        entry = self.config["recipes"][recipe]
        measured = {"measured": True} if entry.get("measured") else {}
        return {"training": self.spec(recipe, seed), "checkpoints": steps_of(entry)} | measured

    def setup(self, recipe: str, seed: str, **_) -> dict:
        """folder: that of a start that is neither trained nor downloaded, or None; step: of a trained start; base:
        the base that an adapter names, or None if it continues a training."""
        start = start_of(self.config["recipes"], recipe)
        weights = self.grid.models[start["model"]]["weights"] if "model" in start else None
        base = (
            Path(weights).name if weights and is_gguf(weights) else weights
        )  # where a package lies, is of this machine
        return {"folder": if_folder(weights), "step": start.get("step"), "base": base}

    def threads(self, recipe: str, **_) -> int:
        return self.config["recipes"][recipe].get("threads", 1)
