"""Finished blocks are kept under their identity, beside the files that Snakemake knows and out of its reach.

`.0000-0127.<digest>.parquet` holds samples 0 to 127 under one spec with one set of prompts: another setting is another
name, nothing is ever moved or written over, and going back to a former setting is a look-up. Names of earlier versions
(`.0000-0127.parquet`, `….set-aside-…`) are read too.
"""

import filecmp
import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.files import store

log = logging.getLogger(__name__)

NAME = re.compile(r"\.(\d+)-(\d+)\..*parquet(\.set-aside-.*)?")


def identity(spec: dict, prompts: pl.DataFrame) -> str:
    """A digest of what a block's samples are, given their range: the spec and the prompts (problem_id, prompt_hash)."""
    asked = sorted(prompts.select("problem_id", "prompt_hash").unique().iter_rows())
    return hashlib.sha256(json.dumps([spec, asked], sort_keys=True).encode()).hexdigest()[:12]


def path_of(output: Path, spec: dict, prompts: pl.DataFrame) -> Path:
    """Where the finished block `output` is kept."""
    return output.with_name(f".{output.stem}.{identity(spec, prompts)}.parquet")


def overlapping(folder: Path, first: int, last: int) -> Iterator[Path]:
    """The kept files of a folder that hold any of the samples first..last."""
    for path in sorted(folder.glob(".*-*.parquet*")):
        found = NAME.fullmatch(path.name)
        if found and int(found[1]) <= last and first <= int(found[2]):
            yield path


def keep(blocks: Iterable[tuple[str, Callable[[], dict]]]) -> None:
    """Keep blocks that have no second name, such as one that somebody put back: Snakemake may delete it.

    blocks: path, and the spec it should have. One of another spec gives its place to the kept block of this spec, or
    leaves it empty.
    """
    for output, wanted in ((Path(path), wanted) for path, wanted in blocks):
        try:
            prompts = pl.concat(store.batches(output, ["problem_id", "prompt_hash"]))
            spec = store.about(output)["spec"]
            kept = path_of(output, spec, prompts)
            if not kept.exists() or filecmp.cmp(output, kept, shallow=False):  # equal copies become two names of one
                store.link(output, kept)
            if store.has_spec(output, wanted()):
                continue
            right = [file for file in output.parent.glob(f".{output.stem}.*parquet*") if store.has_spec(file, wanted())]
            log.warning("%s is of another setting; it is kept as %s", output, kept.name)
            if right:
                store.give(right[0], output)
            else:
                output.unlink()
        except (OSError, InputError):  # unreadable, or a folder that cannot be written
            continue
