"""Sizes of the weights that a run downloads, asked from the hub once and stored next to the lock, and whether they fit.

Light: heavy modules are imported only where they are used.
"""

import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import yaml

from boundary.errors import InputError
from boundary.files.hub import UnreachableError, weights_size

NOT_TRACKED = True
HEADER = "# Bytes of the weights that this configuration downloads, as the hub gave them. It may be deleted.\n"

BYTES_OF_TOKEN = 4  # of a sample on the disk, at most: text is about four characters a token, and is packed
NOT_ENOUGH = "perhaps not enough, --directory names another place"

log = logging.getLogger(__name__)


def sizes_file(lock: Path) -> Path:
    """The file next to the lock: mine.sizes.yaml for mine.lock.yaml."""
    return lock.with_name(lock.name.replace(".lock.", ".sizes."))


def ask_sizes(path: Path, names: Iterable[str]) -> dict[str, int | None]:
    """Bytes of the weights of hub ids: those in the file `path`, else asked from the hub and stored there.

    None if unknown: the hub cannot be reached, or does not show the model.
    """
    known, reached = _read(path), True
    found: dict[str, int | None] = {}
    for name in names:
        found[name] = known.get(name)
        try:
            if name not in known and reached:
                found[name] = weights_size(name)
        except InputError as error:
            reached = not isinstance(error, UnreachableError)
            log.info("the size of %s is not known: %s", name, error)
    fresh = {name: size for name, size in found.items() if size}
    if fresh.keys() - known.keys():
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_text(HEADER + yaml.safe_dump(_read(path) | fresh, sort_keys=True))
            os.replace(temporary, path)
        except OSError as error:  # a folder where one may not write
            log.info("%s cannot be written: %s", path, error)
    return found


def _read(path: Path) -> dict[str, int]:
    try:
        return yaml.safe_load(path.read_text()) or {}
    except (OSError, yaml.YAMLError):
        return {}


def cache_folder() -> Path:
    """Where the hub's client keeps what it downloads, below HF_HOME."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def left_to_download(sizes: dict[str, int | None]) -> dict[str, int | None]:
    """The part of each that is not in the hub's cache yet; parts of earlier attempts count as present."""
    left = {}
    for name, size in sizes.items():
        blobs = cache_folder() / f"models--{name.partition('@')[0].replace('/', '--')}" / "blobs"
        there = sum(path.stat().st_size for path in blobs.glob("*")) if blobs.is_dir() else 0
        left[name] = size and max(0, size - there)
    return left


def free_bytes(folder: Path) -> int:
    """Free space on the disk of a folder, which need not exist yet."""
    folder = folder.absolute()
    return shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists())).free


def require_room(name: str, sizes: dict[str, int | None]) -> None:
    """InputError if the weights of `name` do not fit on the disk; a warning if not all of `sizes` do."""
    free, left = free_bytes(cache_folder()), left_to_download(sizes)
    where = f"{gigabytes(free)} are free in {cache_folder()}; HF_HOME names a larger place"
    if (own := left[name] or 0) > free:
        raise InputError(f"{name} does not fit: {gigabytes(own)} are to be downloaded, and {where}")
    if (every := sum(filter(None, left.values()))) > free:
        log.warning("not all weights of this run will fit: %s are to be downloaded, and %s", gigabytes(every), where)


def room_for_samples(tokens: int, results: Path) -> str:
    """Disk space for samples of so many tokens, and the free space there; empty if there are none."""
    needed, free = BYTES_OF_TOKEN * tokens, free_bytes(results)
    short = f": {NOT_ENOUGH}" if needed > free else ""
    said = f"Samples to keep: {gigabytes(needed)} if they have these tokens. Free in {results}: {gigabytes(free)}"
    return f"{said}{short}." if needed else ""


def gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"


def _models(number: int) -> str:
    return f"{number} model{'' if number == 1 else 's'}"


def in_words(sizes: dict[str, int | None]) -> str:
    """Downloads and whether they fit, as `plan` reports it; empty if there are none."""
    left = left_to_download(sizes)
    known = [size for size in left.values() if size is not None]
    every, free, unknown = sum(known), free_bytes(cache_folder()), len(left) - len(known)
    words = [f"{gigabytes(every)} of {_models(sum(map(bool, known)))}"] if every else []
    words += [f"of {_models(unknown)} not known (the hub was not reached, or does not show them)"] if unknown else []
    if not words:
        return ""
    short = ": not enough, HF_HOME names a larger place" if every > free else ""
    return f"Weights to download: {', '.join(words)}. Free in {cache_folder()}: {gigabytes(free)}{short}."
