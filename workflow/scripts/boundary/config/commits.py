"""Commits in place of the branches of hub ids: the identity of what is downloaded. Light: runs at parse time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boundary.contracts import Config
from boundary.files.hub import write_lock
from boundary.files.locations import COMMIT, is_hub_id

OF_MODELS = {"weights", "adapter", "tokenizer"}  # keys that may hold a hub id


class Commits:
    """The hub ids of a configuration that have no commit yet, and how they get one."""

    def __init__(self, config: Config, lock: Path):
        self.config, self.lock = config, lock
        self.missing = [] if "opened" in config["bundle"] else unlocked(config)  # nothing is fetched for a bundle

    def take(self, look_up: bool) -> None:
        """Put a commit in place of every branch, once, looked up at the hub. look_up: false leaves all as it is."""
        if self.missing and look_up:
            take_commits(self.config, write_lock(self.lock, self.missing))
            self.missing.clear()


def take_commits(config: Config, locked: Mapping[str, str]) -> None:
    """Put commits in place of the branches of hub ids; an id that `locked` does not know stays as it is."""
    model: Any
    for model in config["models"].values():
        for key in OF_MODELS & model.keys():
            model[key] = locked.get(f"model {model[key]}", model[key])
    for benchmark in config["benchmarks"].values():
        if "hub" in benchmark:
            benchmark["hub"] = locked.get(f"dataset {benchmark['hub']}", benchmark["hub"])


def unlocked(config: Config) -> list[str]:
    """The hub ids of a resolved configuration that name no commit, as `model org/name` or `dataset org/name`."""
    models: Any = config["models"]
    named = [model[key] for model in models.values() for key in sorted(OF_MODELS & model.keys())]
    ids = [f"model {name}" for name in named if is_hub_id(name)]
    ids += [f"dataset {entry['hub']}" for entry in config["benchmarks"].values() if entry["source"] == "hub"]
    return [name for name in dict.fromkeys(ids) if not COMMIT.search(name)]
