"""Adapters: LoRA in the layout of PEFT, on top of a model's weights. Light: runs at parse time."""

import json
from pathlib import Path

from boundary.errors import InputError
from boundary.files.hub import ADAPTER

CONFIG, WEIGHTS = ADAPTER


def adapter_config(folder: str) -> dict:
    """The configuration of an adapter. InputError if a folder has none, or one of another kind than LoRA."""
    for name in ADAPTER:
        if not Path(folder, name).is_file():
            raise InputError(f"the folder has no {name}, so it is no adapter in the layout of PEFT")
    try:
        said = json.loads(Path(folder, CONFIG).read_text())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"its {CONFIG} cannot be read: {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("base_model_name_or_path") or "", str):
        raise InputError(f"its {CONFIG} is none of PEFT")
    if said.get("peft_type") != "LORA":
        raise InputError(f"its peft_type is {said.get('peft_type')!r}, and only LORA is known")
    return said


def of_another_base(folder: str, weights: str) -> str | None:
    """The base that an adapter names, if it differs from the name of `weights`; None if nothing contradicts it.

    Names are compared without folders and commits, because the same weights are in many places.
    """
    said = adapter_config(folder).get("base_model_name_or_path")
    if not said:
        return None
    names = [Path(name.partition("@")[0].rstrip("/")).name.casefold() for name in (said, weights)]
    return said if names[0] != names[1] else None
