"""Files that Snakemake has no record of: after `.snakemake` was lost, or results were copied without it.

Snakemake sees changed parameters by its records alone, and takes a file without one for fresh. So each such file is
asked what it is: every result carries its `spec`. Runs at parse time and stays light: with records it only looks
whether they are there.
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
    """Make scripts older than any output: Snakemake's trigger `code` reruns what is older than its script.

    Profiles of this workflow leave that trigger out; elsewhere (as a module of another workflow) it is on, and a git
    checkout would plan sampling. What of a script matters is in the params of its rule.
    """
    try:
        for script in scripts:
            if script.stat().st_mtime != 0:
                os.utime(script, (0, 0))
    except OSError as error:  # somebody else's installation
        log.debug("a newer time stamp of a script can plan its jobs again (%s); nothing is sampled twice", error)


def require_identity(files: Iterable[tuple[str, Callable[[], Mapping[str, Any]]]]) -> None:
    """InputError where a file without a record was made under another spec than it should have.

    files: (path, function that gives the spec) of results; those that do not exist, or have a record, are passed over.
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
