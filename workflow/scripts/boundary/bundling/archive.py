"""One file of many: a gzipped tar with a manifest of checksums first. The same contents are the same bytes."""

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from boundary.errors import InputError

MANIFEST = "bundle/manifest.json"
PIECE = 1 << 20  # bytes that are read at once
MOST_BYTES = 100 * 10**9  # that an archive unpacks to, unless more is said
MOST_OF_MANIFEST = 64 << 20
OVERHEAD = 20_480  # bytes of a file in an archive beside its own: headers, a long name, and what blocks are filled with


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


def read(archive: Path, folder: Path, most: int = MOST_BYTES) -> dict:
    """Unpack into `folder`, which is empty, check every file, and return the manifest. most: bytes of all files
    together.

    InputError naming the file that differs from the manifest, or after which the archive cannot be read.
    """
    last = MANIFEST
    try:
        with gzip.open(archive) as raw, tarfile.open(fileobj=(tape := _Tape(raw)), mode="r|") as tar:
            manifest, waiting = None, {}
            for member in tar:
                last = member.name
                if manifest is None:
                    manifest = _manifest(archive, tar, member, folder)
                    tape.allow(_total(archive, manifest, most) + OVERHEAD * (len(manifest["files"]) + 1))
                    waiting = dict(manifest["files"])
                else:
                    _unpack(archive, tar, member, folder, waiting.pop(member.name, None))
            for _ in _pieces(tape):  # to the end, where gzip has a checksum of all
                pass
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{archive} is damaged at or after {last!r}: {error}") from error
    except OSError as error:
        raise InputError(f"{archive} cannot be unpacked, at {last!r}: {error}") from error
    if manifest is None:
        raise InputError(f"{archive} is no bundle: it is empty")
    if waiting:
        raise InputError(f"{archive} is damaged: {next(iter(waiting))} is missing")
    return manifest


class _Tape(io.BufferedIOBase):
    """What is read of an archive, of which no more is unpacked than was allowed: few bytes can stand for terabytes."""

    def __init__(self, raw: gzip.GzipFile):
        self.raw, self.left = raw, MOST_OF_MANIFEST + 3 * OVERHEAD

    def allow(self, more: int) -> None:
        self.left += more

    def read(self, size: int | None = -1, /) -> bytes:
        most = self.left + 1
        data = self.raw.read(most if size is None or size < 0 else min(size, most))
        self.left -= len(data)
        if self.left < 0:
            raise tarfile.ReadError("there is more in it than its manifest says")
        return data


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = tar.extractfile(member)
    if found is None:
        raise tarfile.ReadError(f"{member.name} is no file")
    return found


def _manifest(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict:
    if member.name != MANIFEST or not _is_plain(member):
        raise InputError(f"{archive} is no bundle: it does not begin with {MANIFEST}")
    if member.size > MOST_OF_MANIFEST:
        raise InputError(f"{archive} is no bundle: {MANIFEST} is larger than {MOST_OF_MANIFEST >> 20} MB")
    text = _content(tar, member).read()
    (folder / MANIFEST).parent.mkdir(parents=True)
    (folder / MANIFEST).write_bytes(text)
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{archive} is damaged: {MANIFEST} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise InputError(f"{archive} is no bundle: {MANIFEST} lists no files")
    for name, listed in manifest["files"].items():
        _require_listed(archive, name, listed)
    return manifest


def _require_listed(archive: Path, name: str, listed: object) -> None:
    """InputError where a manifest lists what no bundle has: another place, a hidden file, or no checksum."""
    parts = name.split("/")
    kind, fits = parts[0], name.isprintable() and "\\" not in name and not {"", ".", ".."} & set(parts)
    results = kind == "results" and name.endswith(".parquet") and not any(part.startswith(".") for part in parts)
    if not fits or len(parts) < 2 or not (results or kind == "bundle") or name == MANIFEST:
        raise InputError(f"{archive}: {name!r:.200} is no name of a file of a bundle")
    said = listed if isinstance(listed, dict) else {}
    size, digest = said.get("bytes"), said.get("sha256")
    if type(size) is not int or size < 0 or not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
        raise InputError(f"{archive}: {MANIFEST} does not say the sha256 and bytes of {name!r:.200}")


def _total(archive: Path, manifest: dict, most: int) -> int:
    """Bytes of all files. InputError where they are more than `most`."""
    total = sum(listed["bytes"] for listed in manifest["files"].values())
    if total > most:
        raise InputError(
            f"{archive} unpacks to {total / 1e9:,.1f} GB, and at most {most / 1e9:,.1f} GB are unpacked: to allow "
            "more, give the number of GB as the third argument"
        )
    return total


def _is_plain(member: tarfile.TarInfo) -> bool:
    """Whether a member is a file as `write` packs it: no link, device or folder, and not sparse."""
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and member.sparse is None


def _unpack(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, listed: dict | None) -> None:
    """One file, if the manifest knows it and it is a plain one."""
    if listed is None or not _is_plain(member):
        raise InputError(f"{archive}: {member.name!r:.200} is not in its manifest, or no plain file, or there twice")
    place = folder / member.name
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with place.open("wb") as file:
        for piece in _pieces(_content(tar, member)):
            digest.update(piece)
            file.write(piece)
    if member.size != listed["bytes"] or digest.hexdigest() != listed["sha256"]:
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
