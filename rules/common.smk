"""The checked configuration, and the library that plans the work. Choices are in config/, logic in boundary/."""

import gc
import re
import sys
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.settings.types import DeploymentMethod

# planning makes millions of objects that stay: to look through them again and again takes a quarter of the time
gc.set_threshold(100_000, 20, 100)

RULES = workflow.current_basedir.get_path_or_uri(secret_free=True)
ROOT = Path(RULES).parent  # of this workflow, wherever it runs
if not (ROOT / "workflow/scripts/boundary").is_dir():
    raise WorkflowError(
        f"beyond-base cannot be used from {RULES}, file by file: clone it, and give the path of its Snakefile"
    )
sys.path.insert(0, f"{ROOT}/workflow/scripts")

from boundary.terminal import DryRun, Terminal, let_own_lines_through, no_traceback_of_interrupts, plain_error

no_traceback_of_interrupts(workflow.is_main_process)
if not workflow.output_settings.verbose:
    let_own_lines_through(logger, plain_error)

from boundary import expected, paths
from boundary.asking import by_name, not_compared
from boundary.closure import library
from boundary.config.checks import require_free_names
from boundary.config.commits import Commits, unlocked
from boundary.config.resolve import hub_readings, not_compared_at_all, resolve
from boundary.config.checkpoints import left_out
from boundary.config.unique_keys import require_unique_keys
from boundary.errors import as_typed, in_file, shown_as
from boundary.files.hub import lock_file, read_lock
from boundary.files.sizes import sizes_file
from boundary.files.records import never_newer, require_identity
from boundary.grid import Grid
from boundary.missing import blocks_left, mend_pages
from boundary.reasons import in_words
from boundary.report.contents import Contents
from boundary.sampling import engines
from boundary.sampling.renames import require_own_samples
from boundary.sampling.plan import Sampling
from boundary.sampling.serving.records import forget
from boundary.sampling.setup import Setup
from boundary.start import (
    keep_blocks,
    reevaluate_once_at_a_time,
    require_keys,
    require_no_batch,
    require_writable,
    tell_of_short_room,
)
from boundary.targets import list_of_targets, not_handed_over
from boundary.verifying.plan import Verification
from boundary.verifying.verifiers import renamed
from boundary.weights.plan import Weights
from boundary.zoo.plan import Trainings

MODULE = not workflow.modifier.is_main_snakefile()
REAL = workflow.is_main_process and not workflow.output_settings.dryrun
WITH_CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method or "--lint" in sys.argv
CONFIG_FILES = workflow.config_settings.configfiles
TARGETS = {word for before, word in pairwise(sys.argv) if not before.startswith("-")}  # and values of options
DEFAULT = paths.beside_workflow(ROOT, "config/config.yaml")

if not (CONFIG_FILES or MODULE):  # a user's --configfile replaces the default run, it does not add to it

    configfile: DEFAULT


shown = partial(shown_as, WorkflowError)  # what is wrong with the input, without a traceback
for file in CONFIG_FILES:
    shown(require_unique_keys, Path(file))
ASKED, FILE = config, Path((CONFIG_FILES or [DEFAULT])[0])
LOCK = lock_file(FILE)  # commits of hub branches
named = partial(in_file, "config" if MODULE else ", ".join(map(as_typed, CONFIG_FILES or [FILE])))
config = shown(named, resolve, ASKED, ROOT, shown(read_lock, LOCK), FILE.parent)
grid = Grid(config)
commits = Commits(config, LOCK)
grid.left = shown(blocks_left, grid, sys.argv[1:] if workflow.is_main_process else None)
weights, trainings, sampling, setup = Weights(grid), Trainings(grid), Sampling(grid), Setup(grid)
verification, contents = Verification(grid), Contents(grid, ROOT)
whole = contents.run  # of which most rules ask for files


def pinned(function):
    """`by_name`, once every branch of a hub has its commit: a run that is not dry looks up those that are new."""
    return by_name(lambda **names: shown(commits.take, REAL) or function(**names))


def environment(file):
    """A file of envs/ for `conda:`, where conda is used: naming it costs Snakemake a millisecond for every job."""
    return f"../envs/{file}" if WITH_CONDA else None


def configured(files, key):
    """The input of a target: its files, or an error that says why there are none."""

    def nothing(wildcards=None):
        raise WorkflowError(f"there is nothing to make: the configuration has no `{key}`, see config/README.md")

    if workflow.is_main_process and not files and key in TARGETS:
        nothing()  # of an input function Snakemake would show the traceback
    return files or nothing


def one_of(names):
    """A wildcard pattern that matches exactly these names, or nothing where there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def asked_for():
    """The files of every target of this run that makes none itself."""
    return {job.rule.name: list(map(str, job.input)) for job in workflow.dag.targetjobs if not job.output}


def reasons():
    """Why jobs of this run are planned, by their numbers."""
    return {workflow.dag.jobid(job): in_words(workflow.dag.reason(job)) for job in workflow.dag.needrun_jobs()}


def of_sampled(models):
    """A pattern of these models where the block that the path goes on with is not one whose samples are left away."""
    left = "|".join(re.escape("/".join(block)) for block in sorted(grid.left))
    return f"(?!(?:{left})\\.)(?:{one_of(models)})" if left else one_of(models)


def numbered(name, kinds):
    """A name for each kind of job: `name`, `name_2`, and so on."""
    return [(f"{name}_{number}" if number > 1 else name, kind) for number, kind in enumerate(kinds, start=1)]


if workflow.is_main_process:
    shown(require_no_batch, sys.argv)
    for line in not_compared_at_all(config) + hub_readings(ASKED, config) + left_out(config) + renamed(config):
        logger.info(line)
    for line in not_handed_over(TARGETS, config["benchmarks"]):
        logger.info(line)
    never_newer((ROOT / "workflow/scripts").glob("*.py"))
    mend_pages(whole.files(paths.BROWSE_FILES))
shown(require_own_samples, Path("results/samples"), config["models"])
shown(require_identity, expected.of_results(grid))  # of results that Snakemake has no record of
shown(require_writable, REAL)
if REAL:
    keep_blocks(expected.of_samples(grid))


onstart:
    reevaluate_once_at_a_time(workflow.scheduler)
    forget()
    sampled = setup.pace.among(file for job in workflow.dag.needrun_jobs() for file in job.output)
    shown(require_keys, {block.curve[0]: config["models"][block.curve[0]] for block in sampled}.values())
    tell_of_short_room(sum(block.tokens for block in sampled), Path("results"), logger.warning)
