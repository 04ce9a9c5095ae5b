"""One file of many: a gzipped tar with a manifest of checksums first. The same contents are the same bytes."""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from boundary.errors import InputError

MANIFEST = "bundle/manifest.json"
PIECE = 1 << 20  # bytes that are read at once


def write(archive: Path, files: Mapping[str, Path | bytes], about: dict) -> None:
    """Pack `files`, by their names inside: a path, or the contents. about: what else the manifest says."""
    listed = {name: {"sha256": _digest(source), "bytes": _size(source)} for name, source in sorted(files.items())}
    manifest = json.dumps(about | {"files": listed}, indent=1, ensure_ascii=False).encode()
    with (
        archive.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, source in {MANIFEST: manifest, **dict(sorted(files.items()))}.items():
            member = tarfile.TarInfo(name)
            member.size = _size(source)
            with _opened(source) as file:
                tar.addfile(member, file)


def read(archive: Path, folder: Path) -> dict:
    """Unpack into `folder`, which is empty, and check every file; the manifest.

    InputError naming the file that is not what the manifest says, or behind which the archive cannot be read.
    """
    last = MANIFEST
    try:
        with gzip.open(archive) as raw, tarfile.open(fileobj=raw, mode="r|") as tar:
            manifest = None
            for member in tar:
                last = member.name
                if manifest is None:
                    manifest = _manifest(archive, tar, member, folder)
                else:
                    _unpack(archive, tar, member, folder, manifest["files"].get(member.name))
            for _ in _pieces(raw):  # to the end, where gzip has a checksum of all
                pass
    except (tarfile.TarError, zlib.error, OSError, EOFError) as error:
        raise InputError(f"{archive} is damaged at or after {last}: {error}") from error
    if manifest is None:
        raise InputError(f"{archive} is no bundle: it is empty")
    if missing := [name for name in manifest["files"] if not (folder / name).is_file()]:
        raise InputError(f"{archive} is damaged: {missing[0]} is missing")
    return manifest


def _manifest(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict:
    if member.name != MANIFEST:
        raise InputError(f"{archive} is no bundle: it does not begin with {MANIFEST}")
    text = tar.extractfile(member).read()
    (folder / MANIFEST).parent.mkdir(parents=True)
    (folder / MANIFEST).write_bytes(text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"{archive} is damaged: {MANIFEST} cannot be read: {error}") from error


def _unpack(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, listed: dict | None) -> None:
    """One file, if the manifest knows it and it is a plain one within the folder."""
    place = folder / member.name
    if listed is None or not member.isreg() or not place.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{archive}: {member.name} is not in its manifest")
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with place.open("wb") as file:
        for piece in _pieces(tar.extractfile(member)):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != listed["sha256"]:
        raise InputError(f"{archive} is damaged: {member.name} is not what its manifest says (sha256)")


def _opened(source: Path | bytes):
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _size(source: Path | bytes) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def _digest(source: Path | bytes) -> str:
    with _opened(source) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pieces(file) -> Iterator[bytes]:
    return iter(lambda: file.read(PIECE), b"")
