"""Opening: a bundle is checked and laid out as the results of a run that another machine analyses anew."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import yaml

from boundary.bundling import archive
from boundary.bundling.packing import RUN
from boundary.errors import InputError

CONFIG = "bundle.yaml"
TEXT = """# The run of {archive}, to be analysed anew: snakemake --cores all --configfile {config}
# Change what is below, or give models a label, color or marker, and benchmarks a grader or note (docs/bundles.md).
bundle: {{opened: bundle}}
analysis: {analysis}
"""


def open_bundle(bundle: Path, folder: Path) -> Path:
    """The configuration file of the run, once every file was checked and lies in `folder`, which may not have results.

    InputError where a file is damaged, or something lies there already; then nothing is left in `folder`.
    """
    for there in ("results", "bundle", CONFIG):
        if (folder / there).exists():
            raise InputError(f"{folder / there} is there already: open the bundle in a folder without it")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=folder) as temporary:
        unpacked = Path(temporary)
        now = time.time()
        for name in archive.read(bundle, unpacked)["files"]:  # none newer than another: nothing seems to be out of date
            os.utime(unpacked / name, (now, now))
        for part in ("bundle", "results"):
            shutil.move(unpacked / part, folder / part)
    analysis = yaml.safe_load((folder / RUN).read_text())["config"]["analysis"]
    shown = yaml.safe_dump(analysis, default_flow_style=True, sort_keys=False, width=1000).strip()
    config = folder / CONFIG
    config.write_text(TEXT.format(archive=bundle.name, config=CONFIG, analysis=shown))
    return config
