"""Arguments with which a second Snakemake sees the same run as this one."""

import json
import os
from collections.abc import Iterable


def same_run(snakefile: str, config_files: Iterable, values: dict) -> list[str]:
    """snakefile: of the workflow that runs. config_files: of --configfile. values: of --config."""
    files = [os.path.relpath(file) for file in config_files]
    given = [f"{key}={json.dumps(value)}" for key, value in values.items()]
    arguments = ["-s", os.path.relpath(snakefile)]
    return arguments + (["--configfile", *files] if files else []) + (["--config", *given] if given else [])
