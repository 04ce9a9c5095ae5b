"""Packing: the results of a run, everything made from them, and their origin, into one archive."""

import hashlib
import logging
import os
import platform
import subprocess
import tempfile
import tomllib
from importlib import metadata
from pathlib import Path

import yaml

from boundary.bundling import archive
from boundary.bundling.contents import LABELS
from boundary.bundling.withheld import told
from boundary.closure import SCRIPTS
from boundary.files import store
from boundary.grid import unpublished

log = logging.getLogger(__name__)

ROOT = SCRIPTS.parent.parent  # of the workflow
RUN = "bundle/config.yaml"
ORIGINAL = "bundle/original"
PINS = "envs/requirements.txt"


def pack(files: dict[str, list[str]], run: dict, user_files: list[str], output: Path) -> None:
    """Write a bundle, completely or not at all.

    files: by kind, from `contents.packed`. run: of `contents.run_of`. user_files: configuration and lock.
    """
    text = yaml.safe_dump(run, sort_keys=False, allow_unicode=True, width=120)
    found: dict[str, Path | bytes] = {RUN: text.encode(), f"bundle/{PINS}": ROOT / PINS}
    for name in files["results"]:
        store.require_whole(name)
    found |= {f"{ORIGINAL}/{name.removeprefix('results/')}": Path(name) for name in files["original"]}
    found |= {f"bundle/{LABELS}/{i}-{Path(name).name}": Path(name) for i, name in enumerate(files["labels"])}
    found |= {f"{ORIGINAL}/config/{Path(name).name}": Path(name) for name in user_files}
    temporary = output.with_name(f".{output.name}.{os.getpid()}")
    hidden = unpublished(run["config"]["benchmarks"])
    about = {"format": 1, "made_with": made_with(), "samples": run["config"]["bundle"]["samples"]}
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".bundle-") as folder:
        found |= {name: told(name, hidden, Path(folder)) for name in files["results"]}
        archive.write(temporary, found, about)
    with temporary.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    os.replace(temporary, output)
    log.info("%s: %d files, %d bytes, sha256 %s", output, len(found), output.stat().st_size, digest)


def made_with() -> dict:
    """Versions of this workflow, its commit if git knows it, Python, and the pinned packages."""
    project = ROOT / "pyproject.toml"
    pinned = [line.partition("==")[0] for line in (ROOT / PINS).read_text().splitlines() if "==" in line]
    return {
        "beyond-base": tomllib.loads(project.read_text())["project"]["version"] if project.exists() else None,
        "commit": _git("rev-parse", "HEAD"),
        "changed files": len((_git("status", "--porcelain", "--untracked-files=no") or "").splitlines()),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in sorted(pinned)},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _git(*arguments: str) -> str | None:
    """What git says of the workflow's folder; None where there is no git, or no repository."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
