"""Finished blocks are stored under their identity, next to the files that Snakemake manages and hidden from it.

`.0000-0127.<digest>.parquet` has samples 0 to 127 of one spec with one set of prompts. Another setting has another
name, nothing is ever moved or overwritten, and going back to a former setting finds its file. Files set aside there
(`….set-aside-…`: the same setting with other samples, or damaged) are read too.
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
    """A digest of the identity of a block's samples, given their range: the spec and the prompts (problem_id,
    prompt_hash)."""
    asked = sorted(prompts.select("problem_id", "prompt_hash").unique().iter_rows())
    return hashlib.sha256(json.dumps([spec, asked], sort_keys=True).encode()).hexdigest()[:12]


def path_of(output: Path, spec: SampleSpec, prompts: pl.DataFrame) -> Path:
    """The path of the finished block `output` in the store."""
    return output.with_name(f".{output.stem}.{identity(spec, prompts)}.parquet")


def overlapping(folder: Path, first: int, last: int) -> Iterator[Path]:
    """The stored files of a folder with any of the samples first..last."""
    for path in sorted(folder.glob(".*-*.parquet*")):
        found = NAME.fullmatch(path.name)
        if found and int(found[1]) <= last and first <= int(found[2]):
            yield path


def keep(blocks: Iterable[tuple[str, Callable[[], SampleSpec]]]) -> None:
    """Store blocks without a second name, such as a block that somebody restored: Snakemake may delete it.

    blocks: path, and the spec that it should have. A block of another spec is removed from its place after it is
    stored, so that the job is planned that finds the right one.
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
