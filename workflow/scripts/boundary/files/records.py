"""Files without a record of Snakemake: after `.snakemake` was lost, or results were copied without it.

Snakemake notices changed parameters only by its records, and treats a file without a record as up to date. Therefore
each such file is checked itself: every result carries its `spec`. Runs at parse time and stays light: if records exist,
it only checks that they do.
"""

import logging
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from boundary.errors import InputError

log = logging.getLogger(__name__)

METADATA = Path(".snakemake/metadata")


def has_record(path: str) -> bool:
    """Whether Snakemake's file records know the output `path`."""
    return METADATA.joinpath(*_record(path)).exists()


def _record(path: str) -> list[str]:
    """Snakemake's name for the record of a file: one part, or folders and a file where it is long."""
    name, longest = urlsafe_b64encode(path.encode()).decode(), 254
    parts = [name[i : i + longest] for i in range(0, len(name), longest)]
    return [*("@" + part for part in parts[:-1]), parts[-1]]


def never_newer(scripts: Iterable[Path]) -> None:
    """Make scripts older than any output: Snakemake's trigger `code` reruns outputs older than their script.

    Profiles of this workflow leave that trigger out. Elsewhere (as a module of another workflow) it is on, and a git
    checkout would plan sampling. The relevant part of a script is in the params of its rule.
    """
    try:
        for script in scripts:
            if script.stat().st_mtime != 0:
                os.utime(script, (0, 0))
    except OSError as error:  # somebody else's installation
        log.debug("a newer time stamp of a script can plan its jobs again (%s); nothing is sampled twice", error)


def require_identity(files: Iterable[tuple[str, Callable[[], Mapping[str, Any]]]]) -> None:
    """InputError if a file without a record was made under another spec than it should have.

    files: (path, function for the spec) of results; files that do not exist or have a record are skipped.
    """
    recorded = set(os.listdir(METADATA)) if METADATA.is_dir() else set()
    unknown = [
        (path, spec)
        for path, spec in files
        if _record(path)[0] not in recorded and os.path.exists(path) and not has_record(path)
    ]
    if not unknown:
        return
    from boundary.files import store  # heavy, and seldom needed

    wrong = []
    for path, spec in unknown:
        try:
            store.require_spec(path, spec())
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        more = f"\n(and {len(wrong) - 3} more files)" if len(wrong) > 3 else ""
        raise InputError(
            "Snakemake has no record of how these files were made (.snakemake was lost or not copied), and they are "
            "not of this configuration:\n" + "\n".join(wrong[:3]) + more
        )
