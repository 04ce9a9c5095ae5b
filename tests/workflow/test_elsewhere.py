"""The workflow from other folders: with -s in an empty one, under --directory, and as a module of another workflow."""

import os
import shutil
import sys

import pytest
import yaml

import forks
from conftest import GIVEN_UP, ROOT, Project, tiny_config

SMALL = tiny_config(
    models={"countdown-base": {}, "countdown-grpo-50": {}},
    benchmarks={"countdown": {"problems": 4, "samples": 2, "block": 2}},
)
MODULE = """
configfile: "parent.yaml"

module boundary:
    snakefile: "{root}/Snakefile"
    config: config["boundary"]

rule mine:
    input: "results/report.html"
    output: "mine.txt"
    shell: "echo done > {{output}}"

use rule * from boundary as boundary_*
"""


@pytest.fixture(scope="module")
def workflow(tmp_path_factory):
    """The workflow as it is installed somewhere, not to be written to by runs."""
    root = tmp_path_factory.mktemp("installed") / "beyond-base"
    ignored = shutil.ignore_patterns(".git", ".snakemake", "results", "__pycache__", "tests")
    shutil.copytree(ROOT, root, ignore=lambda folder, names: ignored(folder, names) if folder == str(ROOT) else [])
    return root


def snakemake(folder, *arguments: str, fails: bool = False) -> str:
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *map(str, arguments)]
    status, output = forks.snakemake(command, folder, GIVEN_UP)
    assert (status != 0) == fails, output[-4000:]
    return output


def test_in_an_empty_folder_and_under_directory(workflow, tmp_path):
    configs = tmp_path / "configs"
    configs.mkdir()
    (configs / "rows.jsonl").write_text('{"q": "numbers 1 2 target 3", "a": "1 + 2"}\n')
    own = {"file": "rows.jsonl", "question": "q", "answer": "a", "verifier": "countdown", "samples": 2, "block": 2}
    config = SMALL | {"benchmarks": SMALL["benchmarks"] | {"own": own}}
    config["models"] = {name: {"benchmarks": ["countdown", "own"], "prompt": "countdown"} for name in SMALL["models"]}
    (configs / "mine.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    table = "results/tables/passk.csv"
    snakemake(configs, table, "-s", workflow / "Snakefile", "--configfile", "mine.yaml", "--directory", "../run")
    run = tmp_path / "run"
    assert (run / table).exists()
    assert not (workflow / "results").exists()
    assert not (configs / "results").exists()
    again = snakemake(run, table, "-s", workflow / "Snakefile", "--configfile", "../configs/mine.yaml", "--dry-run")
    assert "Nothing to be done" in again


def test_a_folder_that_is_not_there_is_said_to_be_read_as_a_hub_id(workflow, tmp_path):
    config = SMALL | {"models": SMALL["models"] | {"mine": {"weights": "runs/step-100", "prompt": "countdown"}}}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    output = snakemake(tmp_path, "-s", workflow / "Snakefile", "--configfile", "mine.yaml", "--dry-run")
    assert "models.mine.weights = 'runs/step-100' is read as a hub id: there is no such folder" in output


def test_as_a_module_of_another_workflow(workflow, tmp_path):
    (tmp_path / "Snakefile").write_text(MODULE.format(root=workflow))
    (tmp_path / "parent.yaml").write_text(yaml.safe_dump({"boundary": SMALL}, sort_keys=False))
    snakemake(tmp_path)
    assert (tmp_path / "mine.txt").exists()  # the parent's own first rule stays the target
    for script in (workflow / "workflow/scripts").glob("*.py"):
        os.utime(script)  # as after a git checkout; no profile of ours is loaded here
    assert "Nothing to be done" in snakemake(tmp_path, "--dry-run", "boundary_all")
    (tmp_path / "parent.yaml").write_text("other: 1\n")
    (tmp_path / "Snakefile").write_text(MODULE.format(root=workflow).replace('    config: config["boundary"]\n', ""))
    output = snakemake(tmp_path, "--dry-run", fails=True)
    assert "Traceback" not in output


def test_files_fetched_one_by_one_are_refused_with_what_to_do(tmp_path, workflow):
    """As with github(...): the rules without the library beside them."""
    shutil.copytree(workflow / "rules", tmp_path / "rules")
    shutil.copy(workflow / "Snakefile", tmp_path)
    output = snakemake(tmp_path, "--dry-run", fails=True)
    assert "file by file: clone it, and give the path of its Snakefile" in output


def test_results_of_another_folder_are_taken_as_they_are(ran, tmp_path):
    moved = ran.copy(tmp_path / "moved")
    assert isinstance(moved, Project)
    assert moved.planned(config=tiny_config()) == {}
