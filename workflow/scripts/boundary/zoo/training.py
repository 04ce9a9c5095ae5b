"""One training: continues from its saved state, saves the requested steps, and keeps everything needed to continue.

The state of a training is in a hidden folder under its identity, hidden from Snakemake: weights and log after each
checkpoint, and a state to continue from, written after every checkpoint and every few minutes. A changed key of a
recipe is another folder; changing it back finds the former one. On one machine the same seed gives the same weights.
"""

import hashlib
import importlib
import json
import logging
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import torch

from boundary.contracts import TrainingJob, TrainingSpec
from boundary.files import store
from boundary.names import Training
from boundary.sampling.blocks import locked
from boundary.zoo import card, model
from boundary.zoo.recipes import is_reinforced

log = logging.getLogger(__name__)

BETWEEN_STATES, FIRST_LINE, BETWEEN_LINES = 120, 5, 60  # seconds
STATE, LOG = "state.pt", "training.parquet"


def run(
    spec: TrainingJob, start: str | None, folder: Path, log_file: Path, names: Training, base: str | None = None
) -> None:
    """Make `folder`, the weights after each step of the spec's `checkpoints`, and `log_file`, a row for every step.

    spec: see `Trainings.job`. start: folder of the weights from which training starts. base: their name, which an
    adapter's configuration has instead of a folder of this machine.
    """
    kept = folder.with_name(f".{folder.name}.{identity(spec['training'])}")
    with locked(folder.with_name(f".{folder.name}.lock")):
        name = f"{names.recipe}, seed-{names.seed}"
        if left := [step for step in spec["checkpoints"] if not place(kept, step).exists()]:
            train(name, spec["training"], left, start, kept, spec.get("measured", False), base)
        else:
            log.info("%s: nothing is left to train", name)
        give(kept, spec["checkpoints"], folder, log_file, names)


def identity(training: TrainingSpec) -> str:
    """A digest of everything that decides the weights of a training."""
    return hashlib.sha256(json.dumps(training, sort_keys=True).encode()).hexdigest()[:12]


def place(kept: Path, step: int) -> Path:
    return kept / f"step-{step}"


def train(
    name: str, training: TrainingSpec, left: list[int], start: str | None, kept: Path, measured: bool, base: str | None
) -> None:
    """Train up to the last of the steps in `left`, and save the weights after each of them, with a card."""
    recipe = training["recipe"]
    torch.set_num_threads(recipe.get("threads", 1))
    learner = learner_of(training, start)
    if base and model.is_adapted(learner.policy):
        learner.policy.peft_config["default"].base_model_name_or_path = base
    kept.mkdir(parents=True, exist_ok=True)
    done, rows = resume(learner, kept, left)
    progress, saved = Progress(name, done, left[-1]), time.monotonic()
    for step in range(done + 1, left[-1] + 1):
        begun = time.monotonic()
        rows.append({"step": step, **learner.step(step), "seconds": time.monotonic() - begun})
        if step in left:
            save(learner, step, training, name, kept, measured)
        if step in left or time.monotonic() - saved > BETWEEN_STATES:
            keep(kept, {"step": step, "rows": rows, "learner": learner.state()}, training)
            saved = time.monotonic()
        progress.add(rows)


def learner_of(training: TrainingSpec, start: str | None):
    """The learner of a recipe: a policy that learns from rewards, or a model that learns from documents."""
    recipe = training["recipe"]
    task = importlib.import_module(f"boundary.zoo.tasks.{recipe['task']}")
    if is_reinforced(recipe) and start is not None:
        from boundary.zoo.reinforcement.learner import Reinforcement

        return Reinforcement(task, recipe, training["seed"], start, training.get("prompt"))
    from boundary.zoo.fitting import Fitting

    return Fitting(task, recipe, training["seed"], start, training.get("prompt"))


def resume(learner, kept: Path, left: list[int]) -> tuple[int, list[dict]]:
    """Continue from the saved state, unless weights of an earlier step are needed: steps done, and their log."""
    if not (kept / STATE).exists():
        return 0, []
    state = torch.load(kept / STATE)
    if state["step"] >= left[0]:
        log.info("weights of step %d are needed, and the state is of step %d: starting again", left[0], state["step"])
        return 0, []
    learner.restore(state["learner"])
    log.info("going on after step %d", state["step"])
    return state["step"], state["rows"]


def keep(kept: Path, state: dict, training: TrainingSpec) -> None:
    """Write the state and the log, each completely or not at all."""
    temporary = kept / f".{STATE}.{os.getpid()}"
    torch.save(state, temporary)
    os.replace(temporary, kept / STATE)
    store.fsync(kept / STATE)
    store.write(pl.DataFrame(state["rows"], infer_schema_length=None), kept / LOG, training)


def save(learner, step: int, training: TrainingSpec, name: str, kept: Path, measured: bool) -> None:
    """Write the weights after a step, completely or not at all."""
    temporary = kept / f".step-{step}.{os.getpid()}"
    with torch.random.fork_rng():
        model.save(learner.policy, learner.tokenizer, temporary)
        card.write(temporary, learner, training, f"{name}, step {step}", measured)
    shutil.rmtree(place(kept, step), ignore_errors=True)
    os.replace(temporary, place(kept, step))


def give(kept: Path, steps: list[int], folder: Path, log_file: Path, names: Training) -> None:
    """Make the saved results available as `folder` and `log_file`, as hard links."""
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    for step in steps:
        for path in sorted(place(kept, step).iterdir()):
            target = temporary / f"step-{step}" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            store.link(path, target)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(temporary, folder)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    store.write(store.read(kept / LOG), log_file, store.about(kept / LOG)["spec"], names=names._asdict())


class Progress:
    """A line now and then: progress of a training, its results so far, and the remaining time."""

    def __init__(self, name: str, done: int, total: int):
        self.name, self.first, self.total = name, done, total
        self.begun = time.monotonic()
        self.next_line = self.begun + FIRST_LINE

    def add(self, rows: list[dict]) -> None:
        now, step = time.monotonic(), rows[-1]["step"]
        if now < self.next_line and step < self.total:
            return
        self.next_line = now + BETWEEN_LINES
        recent = rows[-10:]
        facts = [key for key in ("loss", "reward", "length", "entropy", "kl") if key in rows[-1]]
        said = [f"{key} {sum(row[key] for row in recent) / len(recent):.3g}" for key in facts]
        each = (now - self.begun) / (step - self.first)
        left = timedelta(seconds=round(each * (self.total - step)))
        where = f"{self.name}: step {step} of {self.total}"
        log.info("%s, %s, %.2g s/step, %s left", where, ", ".join(said), each, left)
