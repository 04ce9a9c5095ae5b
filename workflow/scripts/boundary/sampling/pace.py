"""Durations of blocks of samples, estimated from finished ones: which to begin first, and the time that remains.

Under the same limit, a model with responses five times as long takes twenty times as long. Therefore measurements of a
model count, and the maximum number of tokens counts only without any measurement. Light: runs at parse time.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from boundary.paths import FORMER_MEASUREMENTS, MEASUREMENTS

NOT_TRACKED = True


class Block(NamedTuple):
    """curve: (model, benchmark, decoding). path: of the samples. measured: Snakemake's measurements of the job.
    tokens: maximum number."""

    curve: tuple[str, str, str]
    path: str
    measured: str
    tokens: int


class Pace:
    """blocks: all blocks that the run samples."""

    def __init__(self, blocks: Iterable[Block]):
        self.blocks = {block.path: block for block in blocks}

    def among(self, paths: Iterable[str]) -> list[Block]:
        """Those files that are blocks."""
        return [self.blocks[path] for path in paths if path in self.blocks]

    def seconds(self) -> dict[str, float]:
        """Seconds of every block, by its path: from the finished blocks of its curve, else of its model, else of
        all; without any, its tokens."""
        rates: dict[object, list[float]] = {}
        for block in self.blocks.values():
            if block.tokens and Path(block.path).exists() and (took := seconds_of_job(block.measured)):
                for key in (block.curve, block.curve[0], None):
                    rates.setdefault(key, []).append(took / block.tokens)
        return {path: block.tokens * _mean(rates, block.curve) for path, block in self.blocks.items()}

    @property
    def is_known(self) -> bool:
        """Whether any block was measured, so that `seconds` are really seconds."""
        return any(Path(block.path).exists() and seconds_of_job(block.measured) for block in self.blocks.values())

    def left(self, running: dict[str, float], at_once: int) -> float | None:
        """Seconds that missing blocks still take, `at_once` in parallel; None if unknown.

        running: seconds that running blocks have taken so far, by path.
        """
        if not self.is_known:
            return None
        seconds = {path: took for path, took in self.seconds().items() if not Path(path).exists()}
        if not all(seconds.values()):
            return None
        left = [max(0.0, took - running.get(path, 0.0)) for path, took in seconds.items()]
        return max(sum(left) / max(1, at_once), max(left, default=0.0))


def _mean(rates: dict[object, list[float]], curve: tuple) -> float:
    found = next((rates[key] for key in (curve, curve[0], None) if key in rates), [1.0])
    return sum(found) / len(found)


@cache
def _read(path: str, changed: float) -> float | None:
    try:
        return json.loads(Path(path).read_text().splitlines()[-1])["s"]
    except (OSError, ValueError, KeyError, IndexError):
        return None


def seconds_of_job(path: str) -> float | None:
    """The wall time of a job in seconds, from Snakemake's measurements at `path` or at the path of earlier versions;
    None if there are none."""
    for place in (path, path.replace(MEASUREMENTS, FORMER_MEASUREMENTS, 1)):
        try:
            return _read(place, Path(place).stat().st_mtime)
        except OSError:
            continue
    return None
