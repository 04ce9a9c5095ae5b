"""Digests of files and folders as the identity of what they hold: contents count, places do not."""

import hashlib
from functools import cache
from pathlib import Path

from boundary.files.memo import remembered

SPOTS, SPOT = 128, 65_536  # how many places of a large file are read, evenly spaced, and bytes at each
OF_WEIGHTS = {".safetensors", ".bin", ".json", ".jinja", ".txt", ".model"}


@cache
def file_digest(path: str) -> str:
    """sha256 of a file."""
    return remembered("sha256", path, [Path(path)], lambda: _sha256(path))


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def weights_digest(folder: str) -> str:
    """`fresh_weights_digest`, remembered while no file of the folder changes."""
    return remembered("weights", folder, weights_files(folder), lambda: fresh_weights_digest(folder))


def weights_files(folder: str) -> list[Path]:
    return [path for path in sorted(Path(folder).iterdir()) if path.suffix in OF_WEIGHTS]


def fresh_weights_digest(folder: str) -> str:
    """Digest of names, sizes and contents: of up to 8 MB whole, of larger files 128 evenly spaced spots."""
    digest = hashlib.sha256()
    for path in weights_files(folder):
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}\n".encode())
        with path.open("rb") as file:
            step = max(SPOT, (size - SPOT) // (SPOTS - 1))
            for start in range(0, size, step):
                file.seek(start)
                digest.update(file.read(SPOT))
    return "sha256:" + digest.hexdigest()
