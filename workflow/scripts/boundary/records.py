"""Files that Snakemake has no record of: after `.snakemake` was lost, or results were copied without it.

Snakemake sees changed parameters by its records alone, and takes a file without one for fresh. So each such file is
asked what it is: every result carries its `spec`. Runs at parse time and stays light: with records it only looks
whether they are there.
"""

import os
from base64 import urlsafe_b64encode
from pathlib import Path

from boundary.errors import InputError

METADATA = Path(".snakemake/metadata")


def has_record(path: str) -> bool:
    """Whether Snakemake's file records know the output `path`."""
    name, longest = urlsafe_b64encode(path.encode()).decode(), 254
    parts = [name[i : i + longest] for i in range(0, len(name), longest)]
    return METADATA.joinpath(*("@" + part for part in parts[:-1]), parts[-1]).exists()


def require_identity(files: list[tuple[str, dict]]) -> None:
    """InputError where a file without a record was made under another spec than the one given with it.

    files: (path, spec) of results; those that do not exist, or have a record, are passed over.
    """
    unknown = [(path, spec) for path, spec in files if os.path.exists(path) and not has_record(path)]
    if not unknown:
        return
    from boundary import store  # heavy, and seldom needed

    wrong = []
    for path, spec in unknown:
        try:
            store.require_spec(path, spec)
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        more = f"\n(and {len(wrong) - 3} more files)" if len(wrong) > 3 else ""
        raise InputError(
            "Snakemake has no record of how these files were made (.snakemake was lost or not copied), and they are "
            "not of this configuration:\n" + "\n".join(wrong[:3]) + more
        )
