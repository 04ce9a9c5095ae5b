"""Commits instead of the branches of hub ids: the identity of downloads. Light: runs at parse time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boundary.contracts import Config
from boundary.files.hub import write_lock
from boundary.files.locations import COMMIT, is_hub_id

OF_MODELS = {"weights", "adapter", "tokenizer"}  # keys that may hold a hub id


class Commits:
    """The hub ids of a configuration without a commit, and the way to lock them."""

    def __init__(self, config: Config, lock: Path):
        self.config, self.lock = config, lock
        self.missing = [] if "opened" in config["bundle"] else unlocked(config)  # nothing is fetched for a bundle

    def take(self, look_up: bool) -> None:
        """Replace every branch by a commit, once, looked up at the hub. look_up: false leaves everything unchanged."""
        if self.missing and look_up:
            take_commits(self.config, write_lock(self.lock, self.missing))
            self.missing.clear()


def take_commits(config: Config, locked: Mapping[str, str]) -> None:
    """Replace the branches of hub ids by commits; an id that is not in `locked` is unchanged."""
    model: Any
    for model in config["models"].values():
        for key in OF_MODELS & model.keys():
            model[key] = locked.get(f"model {model[key]}", model[key])
    for benchmark in config["benchmarks"].values():
        if "hub" in benchmark:
            benchmark["hub"] = locked.get(f"dataset {benchmark['hub']}", benchmark["hub"])


def unlocked(config: Config) -> list[str]:
    """The hub ids of a resolved configuration without a commit, as `model org/name` or `dataset org/name`."""
    models: Any = config["models"]
    named = [model[key] for model in models.values() for key in sorted(OF_MODELS & model.keys())]
    ids = [f"model {name}" for name in named if is_hub_id(name)]
    ids += [f"dataset {entry['hub']}" for entry in config["benchmarks"].values() if entry["source"] == "hub"]
    return [name for name in dict.fromkeys(ids) if not COMMIT.search(name)]
