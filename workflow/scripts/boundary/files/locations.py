"""Places of a user's files: relative paths are searched next to the configuration, then in the working folder."""

import glob
import os
import re
from functools import cache
from pathlib import Path

COMMIT = re.compile(r"@[0-9a-f]{40}$")


def is_gguf(weights: str) -> bool:
    """Whether `weights` names a GGUF file, which is converted into a folder of weights first."""
    return weights.endswith(".gguf")


@cache
def is_folder(weights: str) -> bool:
    """Whether `weights` names a local folder rather than a hub id such as org/name or org/name@revision."""
    if is_gguf(weights):
        return False
    return Path(weights).is_dir() or weights.startswith(("/", ".", "~")) or weights.partition("@")[0].count("/") != 1


def if_folder(name: str | None) -> str | None:
    """`name` if it is a local folder."""
    return name if name and is_folder(name) else None


def is_hub_id(weights: str) -> bool:
    return bool(weights) and not is_folder(weights) and not is_gguf(weights)


def located(path: str, places: list[Path]) -> str:
    """`path` as seen from the working folder: in the first of `places` that has it; else unchanged.

    Unchanged if that is the same file in the working folder, so that results do not depend on how it was found.
    """
    for place in places:
        found = place / Path(path).expanduser()
        if found.exists():
            same = Path(path).exists() and os.path.samefile(found, path)
            return path if same else os.path.relpath(found)
    return path


def all_located(given: str | list[str], places: list[Path]) -> str | list[str]:
    """The files of a path, a pattern such as `seed-*.jsonl`, or a list of them: sorted, each once.

    A single file is text, independent of how it was named. Files that do not exist are unchanged.
    """
    found: set[str] = set()
    for one in [given] if isinstance(given, str) else given:
        found.update(located(file, places) for file in _fitting(one, places) or [one])
    return sorted(found) if len(found) > 1 else found.pop()


def _fitting(pattern: str, places: list[Path]) -> list[str]:
    """The files that fit a pattern, in the first of `places` that has any, as paths below it; none of a mere path."""
    if not set(pattern) & set("*?["):
        return []
    pattern = os.path.expanduser(pattern)
    return next(filter(None, (glob.glob(pattern, root_dir=place, recursive=True) for place in places)), [])


def looked_in(path: str, places: list[Path]) -> str:
    """The places in which a relative `path` was searched, in words."""
    if Path(path).expanduser().is_absolute():
        return ""
    return f" (looked in {' and '.join(dict.fromkeys(str(place.resolve()) for place in places))})"
