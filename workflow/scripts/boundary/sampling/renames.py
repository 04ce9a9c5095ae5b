"""Renamed models: a model finds the samples of its old name, with their old seeds, if no model has that name any more.

A file records which model took over which samples, so two models of one run never have the same samples. Light: runs at
parse time.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from boundary.errors import InputError

TAKEN_OVER = ".taken-over.json"  # in a model's folder: the former names whose samples it holds


def former_names(samples: Path, model: str) -> list[str]:
    """The former names of a model whose samples it took over. samples: the folder of all models' samples."""
    path = samples / model / TAKEN_OVER
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise InputError(f"{path} says whose samples {model} holds, and cannot be read: {error}") from error


def require_own_samples(samples: Path, models: Iterable[str]) -> None:
    """InputError if two models of a run have samples, or random numbers, of one name because one took over the
    other's."""
    holder: dict[str, str] = {}
    for model in models:
        for name in (model, *former_names(samples, model)):
            if (other := holder.setdefault(name, model)) != model:
                raise InputError(
                    f"config: models {other!r} and {model!r} would hold the same samples or random numbers: those of "
                    f"the name {name!r} were taken over when it was renamed. Leave one of them out; or, where a name "
                    "came back for other weights, give these another name"
                )


def take_over(samples: Path, model: str, name: str, models: Iterable[str]) -> bool:
    """Record that `model` has the samples of the former name `name`; false if another model of the run has them.

    Called under a lock of `samples`.
    """
    if name in former_names(samples, model):
        return True
    if any(name in former_names(samples, other) for other in models if other != model):
        return False
    folder = samples / model
    folder.mkdir(parents=True, exist_ok=True)
    held = {one for other in models if other != model for one in (other, *former_names(samples, other))}
    more = [one for one in former_names(samples, name) if one not in held]
    names = [*former_names(samples, model), name, *more]
    temporary = folder / f"{TAKEN_OVER}.{os.getpid()}"
    temporary.write_text(json.dumps(list(dict.fromkeys(names))))
    os.replace(temporary, folder / TAKEN_OVER)
    return True
