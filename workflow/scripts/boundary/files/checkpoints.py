"""Contents of a folder of weights: a model, an adapter, or another state of a training run. Light: runs at parse time.

No tensor is read and no pickle is opened. Names, the index of the shards of a large model, and the header of a
safetensors file, which has its length, suffice.
"""

import json
import os
import shlex
from fnmatch import filter as matching
from pathlib import Path
from typing import NamedTuple

from boundary.files.hub import ADAPTER
from boundary.files.memo import remembered


class Found(NamedTuple):
    """kind: `model`, `adapter` (PEFT), `unfinished` (still being written), `shards` (of FSDP, no model yet),
    `other`. said: for the last three, what is wrong and how to continue."""

    kind: str
    said: str | None = None


def found_in(folder: Path) -> Found:
    """The contents of a folder."""
    names = sorted(os.listdir(folder))
    adapter = matching(names, "adapter_model.*")
    weights = [name for name in matching(names, "*.safetensors") if name not in adapter]
    weights = weights or matching(names, "pytorch_model*.bin")
    if not weights and (adapter or "adapter_config.json" in names):  # beside it may be the config.json of its base
        return _adapter(folder, names, adapter)
    if incomplete := _incomplete(folder, names, weights):
        return Found("unfinished", incomplete)
    if weights and "config.json" in names:
        return Found("model")
    if shards := _verl_shards(folder):
        return shards
    if "config.json" not in names:
        return Found("other", "the folder has no config.json")
    return Found("unfinished", "the folder has no weights (*.safetensors or pytorch_model*.bin)")


def checkpoint_in(folder: Path) -> Found:
    """The contents of a folder that a trainer may be writing to: it is complete only when the trainer's last file
    exists."""
    try:
        found, names = found_in(folder), os.listdir(folder)
    except FileNotFoundError:
        return Found("other", "it is being removed")
    if found.kind not in ("model", "adapter"):
        return found
    if folder.name.startswith("checkpoint-") and "training_args.bin" in names and "trainer_state.json" not in names:
        return Found("unfinished", "the folder has no trainer_state.json, which its trainer writes last")
    if found.kind == "model" and not matching(names, "tokenizer*"):
        return Found("unfinished", "the folder has no tokenizer")
    return found


def _adapter(folder: Path, names: list[str], tensors: list[str]) -> Found:
    if tensors == ["adapter_model.bin"]:
        return Found("other", "adapter_model.bin is a pickle, and none is opened; save it as adapter_model.safetensors")
    for part in ADAPTER:
        if part not in names:
            return Found("unfinished", f"the folder has a part of an adapter, and no {part}")
    cut = _cut_short(folder, tensors)
    return Found("unfinished", cut) if cut else Found("adapter")


def _incomplete(folder: Path, names: list[str], weights: list[str]) -> str | None:
    """What is missing of a model's weights: by their index, by their names, and by the end of each file."""
    indexes = matching(names, "*.safetensors.index.json") or (
        [] if matching(weights, "*.safetensors") else matching(names, "*.bin.index.json")
    )
    for index in indexes:
        try:
            named = set(json.loads((folder / index).read_text())["weight_map"].values())
            if not all(isinstance(name, str) for name in named):
                raise TypeError("a file without a name")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return f"{index} cannot be read"
        if missing := sorted(named.difference(names)):
            return f"{missing[0]} is missing ({len(missing)} of the files in its index are)"
    if not indexes and matching(weights, "*-of-*"):
        return f"{weights[0]} is one of several files, and the index that lists them is missing"
    return _cut_short(folder, weights)


def _cut_short(folder: Path, names: list[str]) -> str | None:
    for name in matching(names, "*.safetensors"):
        path = folder / name
        if not remembered("whole", path, [path], lambda path=path: _is_whole(path)):
            return f"{name} is cut short"
    return None


def _is_whole(path: Path) -> bool:
    """Whether a safetensors file is as long as its header says: 8 bytes, the length of the header, JSON, tensors."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length >= size:
            return False
        try:
            header = json.loads(file.read(length))
            ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
            return size >= 8 + length + max(ends, default=0)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return False


def _verl_shards(folder: Path) -> Found | None:
    """The shards of FSDP that verl leaves in `actor`, with the configuration of the model in `actor/huggingface`."""
    places = [folder, folder / "actor"] + ([folder.parent] if folder.name == "huggingface" else [])
    for place in places:
        if shards := sorted(path.name for path in place.glob("model_world_size_*_rank_*.pt")):
            ranks = int(shards[0].removeprefix("model_world_size_").partition("_")[0])
            if len(shards) < ranks:
                return Found("unfinished", f"{len(shards)} of the {ranks} FSDP shards of verl are there")
            merged = place / "huggingface"
            return Found(
                "shards",
                "these are FSDP shards of verl (model_world_size_*_rank_*.pt) and no weights of a model yet; merge "
                f"them by\n  python -m verl.model_merger merge --backend fsdp --local_dir {shlex.quote(str(place))} "
                f"--target_dir {shlex.quote(str(merged))}\nand give {merged}",
            )
    return None


def chat_template(folder: str | None) -> str | None:
    """The chat template of a local folder's tokenizer; None if it has none, or if it is not a local folder."""
    if folder is None:
        return None
    path = Path(folder, "chat_template.jinja")
    if path.is_file():
        return path.read_text(errors="replace")
    try:
        said = json.loads(Path(folder, "tokenizer_config.json").read_text()).get("chat_template")
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return said if said is None or isinstance(said, str) else json.dumps(said)
