"""What a run that is not dry does once, as its rules are read. Light: runs at parse time."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from boundary.errors import InputError

DECIDES_NOTHING = True


def require_writable() -> None:
    """InputError where a folder of results cannot be written to."""
    for folder in (Path("results"), Path("logs"), Path("benchmarks")):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise InputError(f"{folder.resolve()} cannot be written to: make it writable, or run with --directory")


def keep_blocks(blocks: Iterable[tuple[str, Callable[[], dict]]]) -> None:
    """Keep finished blocks that have no second name, such as one that somebody put back: see `kept.keep`.

    blocks: path, and the spec it should have. Cheap where nothing is to do: a file that is kept has two names.
    """
    if any(Path(".snakemake/locks").glob("*")):
        return  # another run is at work here
    single = [(path, spec) for path, spec in blocks if os.path.exists(path) and os.stat(path).st_nlink == 1]
    if single:
        from boundary.sampling.kept import keep  # heavy, and seldom needed

        keep(single)
