"""Files that were deleted: blocks of samples whose verdicts exist, and parts of what the report links.

They were deleted to free disk space, or lost; either way nothing is sampled again without a request. Light: runs at
parse time; heavy modules are imported only if something is missing.
"""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from boundary import paths
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.names import Block
from boundary.sampling.plan import Sampling

RESAMPLE, LEAVE = "resample", "leave"  # values of the key `missing_samples`


def blocks_left(grid: Grid, targets: Collection[str] | None) -> frozenset[Block]:
    """The blocks with deleted samples, if the configuration says to leave them; none if they are sampled again.

    targets: paths that are made whatever the configuration says; None in a process of a job. InputError if samples that
    took a GPU are deleted under both of their names, their verdicts exist, and neither `missing_samples` nor a target
    says what to do.
    """
    asked = grid.config.get("missing_samples")
    if asked == RESAMPLE or (asked is None and targets is None):
        return frozenset()
    gone = [block for block in _gone(grid) if paths.SAMPLES.of(block) not in (targets or ())]
    gone = [block for block in gone if _is_lost(block, Sampling(grid))]
    if gone and asked != LEAVE:
        raise InputError(_in_words(gone))
    return frozenset(gone)


def mend_pages(lists: Iterable[str]) -> None:
    """Have pages of samples made again if one of their files is deleted, by deleting their list of files too.

    lists: of `paths.BROWSE_FILES`, an output next to the pages: Snakemake sees only the name of a folder.
    """
    for listed in map(Path, lists):
        if listed.is_file() and not all(map(os.path.exists, listed.read_text().splitlines())):
            listed.unlink()


def _gone(grid: Grid) -> list[Block]:
    """Blocks that took a GPU, without samples and with verdicts."""
    curves = [curve for curve in grid.sampled_curves if grid.has_samples(curve.benchmark)]
    blocks = (Block(*curve, block) for curve in curves for block in grid.blocks(curve.model, curve.benchmark))
    return [
        block
        for block in blocks
        if not Path(paths.SAMPLES.of(block)).exists() and Path(paths.VERDICTS.of(block)).exists()
    ]


def _is_lost(block: Block, sampling: Sampling) -> bool:
    """Whether samples of today's setting were verified, and are no longer there under their second name either."""
    from boundary.files import store

    path, spec = Path(paths.SAMPLES.of(block)), sampling.spec(*block[:3])
    kept = path.parent.glob(f".{path.stem}.*.parquet")
    return store.has_spec(paths.VERDICTS.of(block), spec) and not any(store.has_spec(one, spec) for one in kept)


def _in_words(gone: list[Block]) -> str:
    from boundary.analysis.tally import samples_and_tokens

    verdicts = [paths.VERDICTS.of(block) for block in gone]
    samples, tokens = (sum(part) for part in zip(*map(samples_and_tokens, verdicts), strict=True))
    more = f" and {len(gone) - 1} more files" if len(gone) > 1 else ""
    return (
        f"{samples:,} samples ({tokens:,} tokens) are gone, though their verdicts are here: "
        f"{paths.SAMPLES.of(gone[0])}{more}. Say `missing_samples: leave` to go on without them (what was counted "
        "stays, and the report says what is left out), or `missing_samples: resample` to sample them again; to sample "
        "one file again, name it as a target"
    )
