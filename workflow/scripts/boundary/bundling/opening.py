"""Opening: a bundle is checked and unpacked as the results of a run that another machine analyses again."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import yaml

from boundary.bundling import archive
from boundary.bundling.packing import ROOT, RUN
from boundary.config.opened import read_run
from boundary.errors import InputError

CONFIG = "bundle.yaml"
SCHEMA = ROOT / "config/schemas/config.schema.yaml"
TEXT = """# The run of {archive}, to be analysed again: snakemake --cores all --configfile {config}
# Change what is below, or give models a label, color or marker, and benchmarks a grader or note (docs/bundles.md).
bundle: {{opened: bundle}}
analysis: {analysis}
"""


def open_bundle(bundle: Path, folder: Path, most: int = archive.MOST_BYTES) -> Path:
    """The configuration file of the run, after every file was checked and unpacked into `folder`, which must have no
    results.

    most: maximum size of the unpacked archive in bytes. InputError if a file is damaged, the configuration is not one
    that this workflow writes, or results exist already; then nothing is left in `folder`.
    """
    for there in ("results", "bundle", CONFIG):
        if os.path.lexists(folder / there):
            raise InputError(f"{folder / there} is there already: open the bundle in a folder without it")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=folder) as temporary:
        unpacked = Path(temporary)
        now = time.time()
        for name in archive.read(bundle, unpacked, most)["files"]:  # none newer than another: nothing seems out of date
            os.utime(unpacked / name, (now, now))
        try:
            config, _ = read_run(unpacked / RUN, yaml.safe_load(SCHEMA.read_text()))
        except InputError as error:
            raise InputError(f"{bundle}: {str(error).replace(str(unpacked), folder.name)}") from error
        shown = yaml.safe_dump(config["analysis"], default_flow_style=True, sort_keys=False, width=1000).strip()
        named = bundle.name if bundle.name.isprintable() else "a bundle"
        (unpacked / CONFIG).write_text(TEXT.format(archive=named, config=CONFIG, analysis=shown))
        (unpacked / "results").mkdir(exist_ok=True)
        for part in ("bundle", "results", CONFIG):
            shutil.move(unpacked / part, folder / part)
    return folder / CONFIG
