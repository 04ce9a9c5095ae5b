"""Finished blocks are kept under their identity, beside the files that Snakemake knows and out of its reach.

`.0000-0127.<digest>.parquet` holds samples 0 to 127 under one spec with one set of prompts: another setting is another
name, nothing is ever moved or written over, and going back to a former setting is a look-up. What is set aside there
(`….set-aside-…`: the same setting with other samples, or damaged) is read too.
"""

import filecmp
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from boundary.contracts import SampleSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.files.memo import remembered

log = logging.getLogger(__name__)

NAME = re.compile(r"\.(\d+)-(\d+)\.\w+\.parquet(\.set-aside-.*)?")


def identity(spec: Mapping[str, Any], prompts: pl.DataFrame) -> str:
    """A digest of what a block's samples are, given their range: the spec and the prompts (problem_id, prompt_hash)."""
    asked = sorted(prompts.select("problem_id", "prompt_hash").unique().iter_rows())
    return hashlib.sha256(json.dumps([spec, asked], sort_keys=True).encode()).hexdigest()[:12]


def path_of(output: Path, spec: SampleSpec, prompts: pl.DataFrame) -> Path:
    """Where the finished block `output` is kept."""
    return output.with_name(f".{output.stem}.{identity(spec, prompts)}.parquet")


def overlapping(folder: Path, first: int, last: int) -> Iterator[Path]:
    """The kept files of a folder that hold any of the samples first..last."""
    for path in sorted(folder.glob(".*-*.parquet*")):
        found = NAME.fullmatch(path.name)
        if found and int(found[1]) <= last and first <= int(found[2]):
            yield path


def keep(blocks: Iterable[tuple[str, Callable[[], SampleSpec]]]) -> None:
    """Keep blocks that have no second name, such as one that somebody put back: Snakemake may delete it.

    blocks: path, and the spec it should have. One of another spec is taken out of its place once it is kept, so that
    the job is planned that finds the right one.
    """
    for output, wanted in ((Path(path), wanted) for path, wanted in blocks):
        try:
            second = _second_name(output)
            if second and not store.has_spec(output, wanted()):
                log.warning("%s is of another setting; it is kept as %s", output, second.name)
                output.unlink()
        except (OSError, InputError):  # unreadable, or a folder that cannot be written
            continue


def _second_name(output: Path) -> Path | None:
    """A kept file with the very content of `output`, made where there is none."""
    prompts = pl.concat(store.batches(output, ["problem_id", "prompt_hash"]))
    kept = path_of(output, store.about(output)["spec"], prompts)
    if not kept.exists():
        store.link(output, kept)
    elif not _equal(output, kept):  # of the same setting, with other samples, or damaged
        kept = kept.with_name(f"{kept.name}.set-aside-{int(output.stat().st_mtime)}")
        if not kept.exists():
            store.link(output, kept)
    elif not os.path.samefile(output, kept):  # as after a copy of the whole folder
        store.link(output, kept, copy=False)
    return kept if _equal(output, kept) else None


def _equal(one: Path, other: Path) -> bool:
    """Whether two files have the same content; remembered, as a file system without links has two of each."""
    return remembered("equal", one, [one, other], lambda: filecmp.cmp(one, other, shallow=False))
