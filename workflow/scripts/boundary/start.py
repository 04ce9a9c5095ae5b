"""What a run that is not dry does once, before the first of its jobs is planned."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from boundary.config.commits import Commits
from boundary.errors import InputError

DECIDES_NOTHING = True


class Start:
    """Sees that results can be written, keeps finished blocks that have no second name, locks branches of hubs."""

    def __init__(self, commits: Commits, blocks: Iterable[str]):
        self.commits, self.blocks, self.done = commits, blocks, False

    def __call__(self, real: Callable[[], bool]) -> None:
        """real: false in a dry run, which changes nothing."""
        if self.done or not real():
            return
        self.done = True
        for folder in (Path("results"), Path("logs"), Path("benchmarks")):
            if folder.exists() and not os.access(folder, os.W_OK):
                raise InputError(f"{folder.resolve()} cannot be written to: make it writable, or run with --directory")
        single = [block for block in self.blocks if os.path.exists(block) and os.stat(block).st_nlink == 1]
        if single:
            from boundary.sampling.kept import keep  # heavy, and seldom needed

            keep(single)
        self.commits.take(look_up=True)
