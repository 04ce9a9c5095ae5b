"""Small files that jobs of one folder share: a JSON object each, one process at a time. Light."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OF_RUN = Path("results/.servers")  # what jobs of one run found out: it begins anew with every Snakemake


def of_run(*names: str) -> Path:
    """The file of a run about a subject, by its names."""
    digest = hashlib.blake2b(json.dumps(names).encode(), digest_size=8).hexdigest()
    return OF_RUN / f"{digest}.json"


def forget() -> None:
    """Drop the findings of an earlier run: servers come back, and may be others."""
    shutil.rmtree(OF_RUN, ignore_errors=True)


def read(path: Path) -> dict:
    """The content of a record; nothing if there is none, or if it cannot be read."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


@contextmanager
def changing(path: Path) -> Iterator[dict]:
    """The content of a record, to change in place: it is written at the end, and no other process has access
    meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = read(path)
        yield said
        new = path.with_suffix(".new")
        new.write_text(json.dumps(said))
        os.replace(new, path)
