"""What every stage asks of the configuration. Choices live in config/, numbers in workflow/scripts/boundary/."""

import re
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

sys.path.insert(0, f"{workflow.basedir}/workflow/scripts")
from boundary import identity
from boundary.config import is_hub_id, resolve, take_commits, unlocked
from boundary.errors import InputError
from boundary.grading import FILES, VERIFIERS
from boundary.grid import comparisons, curves, sides
from boundary.hub import lock_file, read_lock, write_lock
from boundary.records import require_identity

LOCK = lock_file((workflow.config_settings.configfiles or ["config/config.yaml"])[0])  # commits of hub branches
ASKED = config
try:
    config = resolve(ASKED, Path(workflow.basedir), read_lock(LOCK))
except InputError as error:
    raise WorkflowError(str(error)) from None


BRANCHES = unlocked(config)  # hub ids that have no commit yet


def locked_config():
    """The configuration with a commit for every hub id: a run that is not dry looks up those that are new, once."""
    if BRANCHES and workflow.is_main_process and not workflow.dryrun:
        try:
            take_commits(config, write_lock(LOCK, BRANCHES))
        except InputError as error:
            raise WorkflowError(str(error)) from None
        BRANCHES.clear()
    return config


ZOO = yaml.safe_load(Path(workflow.basedir, "config/zoo.yaml").read_text())  # recipes of the tiny models
CURVES = curves(config)  # every model, benchmark and decoding that belong together
PAIRS = comparisons(config, CURVES)  # every pair, benchmark and decoding, or two, that are compared


def one_of(names):
    """A wildcard pattern that matches exactly these names, or nothing where there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"
