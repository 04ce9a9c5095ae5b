"""Digests of files and folders as the identity of their contents, independent of their place."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from boundary.files.memo import remembered

SPOTS, SPOT = 128, 65_536  # how many places of a large file are read, evenly spaced, and bytes at each
OF_TOKENIZER = ("tokenizer*", "chat_template*", "special_tokens_map.json", "vocab.*", "merges.txt")
OF_WEIGHTS = {".safetensors", ".bin", ".json", ".jinja", ".txt", ".model"}


@cache
def file_digest(path: str) -> str:
    """sha256 of a file; of a folder, of the names and contents of the programs below it."""
    files = programs_below(Path(path)) if Path(path).is_dir() else [Path(path)]
    return remembered("sha256", path, files, lambda: _sha256(path) if files == [Path(path)] else _of_folder(path))


def programs_below(folder: Path) -> list[Path]:
    """The programs in a folder that has a folder for each problem, in the order of their numbers."""
    found = folder.glob("*/*.py")
    return sorted(found, key=lambda path: (path.parent.name, len(path.stem), path.stem))


def _of_folder(folder: str) -> str:
    digest = hashlib.sha256()
    for path in programs_below(Path(folder)):
        digest.update(f"{path.relative_to(folder)}:{_sha256(str(path))}\n".encode())
    return digest.hexdigest()


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
    """`digest_of` the files of a folder that are the model's."""
    return digest_of(weights_files(folder))


@cache
def gguf_digest(path: str) -> str:
    """`digest_of` a GGUF file, remembered while it does not change; its name and place do not count."""
    return remembered("gguf", path, [Path(path)], lambda: digest_of([Path(path)], named=False))


@cache
def tokenizer_digest(folder: str) -> str:
    """`digest_of` the files that decide how a chat is rendered and tokenised."""
    paths = sorted({path for pattern in OF_TOKENIZER for path in Path(folder).glob(pattern)})
    return remembered("tokenizer", folder, paths, lambda: digest_of(paths))


@cache
def code_digest(folder: str) -> str:
    """`digest_of` the Python files next to a model's weights, which `trust_remote_code` runs."""
    paths = sorted(Path(folder).glob("*.py"))
    return remembered("code", folder, paths, lambda: digest_of(paths))


def digest_of(paths: Iterable[Path], named: bool = True) -> str:
    """Digest of names, sizes and contents: files up to 8 MB completely, larger ones at 128 evenly spaced places."""
    digest = hashlib.sha256()
    for path in paths:
        size = path.stat().st_size
        digest.update(f"{path.name if named else ''}:{size}\n".encode())
        with path.open("rb") as file:
            step = max(SPOT, (size - SPOT) // (SPOTS - 1))
            for start in range(0, size, step):
                file.seek(start)
                digest.update(file.read(SPOT))
    return "sha256:" + digest.hexdigest()
