"""Training runs on disk: every checkpoint that matches a group's pattern becomes a model of the run.

Light: runs at parse time, between the schema and the checks, which see only what a user could have written by hand. A
checkpoint that is still being written is left for the next start.
"""

import glob
import re
from pathlib import Path
from typing import Any

from boundary.config.explanations import suggest
from boundary.contracts import Config, Group, Model
from boundary.errors import InputError, listed
from boundary.files.checkpoints import checkpoint_in
from boundary.files.locations import located, looked_in

STEP = "{step}"  # in a pattern: a number, the place of a checkpoint on the group's axis
INSIDE = ("lora_adapter", "actor", "model", "huggingface")  # where verl puts weights; of the base, beside an adapter
OF_BASE: tuple[str, ...] = (
    "prompt",
    "stop",
    "stop_token_ids",
    "dtype",
    "tensor_parallel_size",
    "benchmarks",
    "decodings",
    "samples",
)
OF_BASE += ("hf_overrides", "trust_remote_code")


def add_checkpoints(config: Config, places: list[Path], names: dict[str, Any]) -> None:
    """Add the checkpoints that match patterns to `models`, and to the `members` of their groups, in order of steps.

    places: folders for relative patterns. names: the schema of a model's name. A group with a pattern gets `left_out`,
    sentences about incomplete checkpoints. InputError if a pattern matches no complete checkpoint.
    """
    group: Any
    for title, group in config["groups"].items():
        if "pattern" in group["members"]:
            group["members"], group["left_out"] = _members(config, title, group, places, names)


def left_out(config: Config) -> list[str]:
    """Messages of a start about checkpoints that are not models (yet)."""
    return [line for group in config["groups"].values() for line in group.get("left_out", ())]


def group_file(title: object) -> str:
    """The name of a group in file names, and as a target."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", str(title))


def _members(
    config: Config, title: object, group: Any, places: list[Path], names: dict[str, Any]
) -> tuple[dict, list[str]]:
    """Step -> name of the model, each added to the configuration, and what was left out."""
    key, pattern, changes = f"config: groups.{title}", group["members"]["pattern"], group["members"].get("model", {})
    base = _base(key, group, config["models"])
    members, left = {}, []
    for step, folder in find_checkpoints(pattern, places):
        weights, said = _weights(folder, base)
        if said:
            left.append(f"groups.{title}: {folder} is left out of this start: {said}")
            continue
        name = f"{group_file(title).strip('-')}-{step}"
        _require_name(key, folder, name, names, config["models"])
        members[step] = name
        known: Any = base
        config["models"][name] = {k: known[k] for k in OF_BASE if k in known} | changes | weights
    if not members:
        raise InputError(
            f"{key}.members.pattern = {pattern!r}: no checkpoint that is whole yet{looked_in(pattern, places)}:\n"
            + "\n".join(left[:5] or [_seen(pattern, places)])
        )
    return members, left


def _base(key: str, group: Group, models: dict[str, Model]) -> Model:
    """The entry of a group's base."""
    if "base" not in group:
        raise InputError(f"{key}: needs a `base`: its checkpoints are compared with it")
    if group["base"] not in models:
        raise InputError(
            f"{key}.base = {group['base']!r} is not a model of this run{suggest(group['base'], models)}; "
            f"models: {listed(models)}"
        )
    return models[group["base"]]


def _require_name(key: str, folder: str, name: str, names: dict[str, Any], models: dict[str, Model]) -> None:
    """InputError where the model of a checkpoint cannot have its name."""
    if not re.search(names["pattern"], name) or len(name) > names["maxLength"]:
        raise InputError(
            f"{key}: its checkpoint {folder} would be the model {name!r}, and a name must be {names['description']}; "
            "rename the group"
        )
    if name in models:
        raise InputError(
            f"{key}: its checkpoint {folder} would be the model {name!r}, which there is already; rename the group, "
            "that model or the folder"
        )


def find_checkpoints(pattern: str, places: list[Path]) -> list[tuple[int, str]]:
    """(step, folder) of all folders that match a pattern, by step: in the first of `places` that has any."""
    text = str(Path(pattern).expanduser())
    for place in places:
        whole = str(place / text)
        number = re.escape(whole).replace(re.escape(STEP), "([0-9]+)", 1).replace(re.escape(STEP), r"\1")
        there = glob.glob(glob.escape(whole).replace(STEP, "*"))
        steps = [found[1] for path in there if (found := re.fullmatch(number, path)) and Path(path).is_dir()]
        if steps:
            return sorted((int(step), located(text.replace(STEP, step), places)) for step in steps)
    return []


def _weights(folder: str, base: Model) -> tuple[dict, str | None]:
    """The keys of a model that say where a checkpoint's weights are, or why it has none."""
    trained = _trained(Path(folder))
    found = checkpoint_in(trained)
    if found.kind == "adapter" and "weights" not in base:
        return {}, "it is an adapter, and the base of the group has no `weights`"
    if found.kind == "adapter":
        return {"weights": base["weights"], "adapter": str(trained)}, None
    return {"weights": str(trained)}, found.said


def _trained(folder: Path) -> Path:
    """Where the weights of a checkpoint are: its folder, or one inside it."""
    return next((_trained(folder / inner) for inner in INSIDE if (folder / inner).is_dir()), folder)


def _seen(pattern: str, places: list[Path]) -> str:
    """What there is where the checkpoints of a pattern should be."""
    above = Path(str(Path(pattern).expanduser()).partition(STEP)[0] + "x").parent
    folder = next((place / above for place in places if (place / above).is_dir()), None)
    if folder is None:
        return f"there is no folder {above}"
    return f"{folder} holds {listed(sorted(path.name for path in folder.iterdir()), most=5) or 'nothing'}"
