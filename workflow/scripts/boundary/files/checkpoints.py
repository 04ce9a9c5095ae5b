"""What a folder of weights holds: a model, an adapter, or what a training run left there. Light: runs at parse time.

No file is loaded: names tell, and the index that lists the shards of a large model.
"""

import json
from pathlib import Path
from typing import NamedTuple

INDEX = "*.safetensors.index.json"


class Found(NamedTuple):
    """kind: `model`, `adapter` (PEFT), `unfinished` (still being written), `shards` (of FSDP, no model yet), `other`.
    said: what is wrong and how to go on, of the last three."""

    kind: str
    said: str | None = None


def found_in(folder: Path) -> Found:
    """What a folder holds."""
    if (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        if not any(folder.glob("adapter_model.*")):
            return Found("unfinished", "the folder has adapter_config.json, and no adapter_model.safetensors (yet)")
        return Found("adapter")
    if missing := _missing_shards(folder):
        return Found("unfinished", f"{missing[0]} is missing ({len(missing)} of the files in its index are)")
    if not (folder / "config.json").is_file():
        if any(folder.glob("**/model_world_size_*_rank_*.pt")):
            return Found("shards", _merge_command(folder))
        return Found("other", "the folder has no config.json")
    if any(folder.glob("*.safetensors")) or any(folder.glob("*.bin")):
        return Found("model")
    if any(folder.glob("**/model_world_size_*_rank_*.pt")):
        return Found("shards", _merge_command(folder))
    return Found("unfinished", "the folder has no weights (*.safetensors or *.bin)")


def _missing_shards(folder: Path) -> list[str]:
    """Files that the index of a large model names and that are not there."""
    for index in sorted(folder.glob(INDEX)):
        try:
            named = set(json.loads(index.read_text())["weight_map"].values())
        except (OSError, ValueError, KeyError, AttributeError):
            return [f"{index.name}, in a form that can be read,"]
        return sorted(name for name in named if not (folder / name).is_file())
    return []


def _merge_command(folder: Path) -> str:
    """verl's own command for its shards."""
    return (
        "these are FSDP shards of verl (model_world_size_*_rank_*.pt) and no weights of a model yet; merge them by\n"
        f"  python -m verl.model_merger merge --backend fsdp --local_dir {folder} --target_dir {folder}/merged\n"
        f"and give {folder}/merged"
    )


def chat_template(folder: str) -> str | None:
    """The chat template of a local folder's tokenizer; None where it has none, or where it is no local folder."""
    path = Path(folder, "chat_template.jinja")
    if path.is_file():
        return path.read_text()
    try:
        said = json.loads(Path(folder, "tokenizer_config.json").read_text()).get("chat_template")
    except (OSError, ValueError, AttributeError):
        return None
    return said if said is None or isinstance(said, str) else json.dumps(said)
