"""Renamed models: a model finds the samples of its old name, with their old seeds, where that name has left the run.

Who took over whose samples is written down, so that two models of one run never hold the same samples. Light: runs at
parse time.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from boundary.errors import InputError

TAKEN_OVER = ".taken-over.json"  # in a model's folder: the former names whose samples it holds


def former_names(samples: Path, model: str) -> list[str]:
    """The former names of a model whose samples it holds. samples: the folder of all models' samples."""
    try:
        return json.loads((samples / model / TAKEN_OVER).read_text())
    except (OSError, ValueError):
        return []


def require_own_samples(samples: Path, models: Iterable[str], weights_of: Callable[[str], str | None]) -> None:
    """InputError where two models of a run hold the same samples, because one took over those of the other's name.

    weights_of: the identity of a model's weights; a name that came back for other weights shares nothing.
    """
    holder: dict[str, str] = {}
    for model in models:
        for name in (model, *former_names(samples, model)):
            other = holder.setdefault(name, model)
            if other != model and weights_of(other) == weights_of(model):
                raise InputError(
                    f"config: models {other!r} and {model!r} would hold the same samples: those of {name!r} were taken "
                    "over when it was renamed, and two models of one run may not share samples. Leave one of the two "
                    f"out, or delete {samples / model} or {samples / other} to sample that one anew"
                )


def take_over(samples: Path, model: str, name: str, models: Iterable[str]) -> bool:
    """Write down that `model` holds the samples of the former name `name`; false where another model of the run does.

    Called under a lock of `samples`.
    """
    if name in former_names(samples, model):
        return True
    if any(name in former_names(samples, other) for other in models if other != model):
        return False
    folder = samples / model
    folder.mkdir(parents=True, exist_ok=True)
    names = [*former_names(samples, model), name, *former_names(samples, name)]
    temporary = folder / f"{TAKEN_OVER}.{os.getpid()}"
    temporary.write_text(json.dumps(list(dict.fromkeys(names))))
    os.replace(temporary, folder / TAKEN_OVER)
    return True
