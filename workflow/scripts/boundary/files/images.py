"""Images that a benchmark's file names by path: part of its identity, although they are outside the file."""

import hashlib
from pathlib import Path

from boundary.files.digests import file_digest
from boundary.files.memo import remembered


def images_digest(file: Path, column: str) -> str | None:
    """Digest of the images that `column` of a data file names by path; None if it names none."""
    named = remembered(f"images in {column} of", file, [file], lambda: _named(file, column))
    if not named:
        return None
    digest = hashlib.sha256()
    for name in named:
        path = file.parent / name
        digest.update(f"{name}:{file_digest(str(path)) if path.is_file() else None}\n".encode())
    return "sha256:" + digest.hexdigest()


def _named(file: Path, column: str) -> list[str]:
    from boundary.files.rows import read_rows  # heavy, and needed once per file

    return sorted({name for row in read_rows(file) if (name := image_path(row.get(column)))})


def image_path(value) -> str | None:
    """The path of an image next to its file; None if its bytes are in the column."""
    if isinstance(value, dict):  # how the datasets library keeps images in parquet
        value = None if value.get("bytes") else value.get("path")
    return value if isinstance(value, str) else None
