"""A run killed in the middle of a block goes on where it was."""

import os
import re
import signal
import subprocess
import time

import pytest

from conftest import fresh_project, tiny_config

BLOCK = "results/samples/countdown-base/countdown/t0.6/0000-0127.parquet"
CONFIG = tiny_config(
    models={"countdown-base": {}},
    benchmarks={"countdown": {"problems": 40, "samples": 128, "block": 128}},
    pairs=[],
    engines={"transformers": {"batch_size": 64}},
)


def chunks(partial) -> int:
    return partial.read_bytes().count(b"\n") - 1 if partial.exists() else 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    """The block of an uninterrupted run."""
    project = fresh_project(tmp_path_factory.mktemp("whole") / "project")
    project.snakemake(BLOCK, config=CONFIG)
    return project.path(BLOCK).read_bytes()


def killed_in_the_middle(project, kill) -> int:
    """Start a run, `kill` it after a few chunks; how many chunks there were."""
    partial = project.path(BLOCK).with_suffix(".partial")
    with open(project.root / "killed.log", "w") as log:
        command = project.command(BLOCK, config=CONFIG)
        process = subprocess.Popen(command, cwd=project.root, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 120
        while chunks(partial) < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        kill(process)
        process.wait()
    finished = chunks(partial)
    assert 5 <= finished < 80, "the run was not caught in the middle of its block"
    assert not project.path(BLOCK).exists()
    project.snakemake("--unlock", config=CONFIG)
    return finished


def test_sigkill_in_the_middle_of_a_block_loses_no_finished_chunk(project, whole):
    finished = killed_in_the_middle(project, lambda process: os.killpg(process.pid, signal.SIGKILL))
    output = project.snakemake(BLOCK, config=CONFIG)
    resumed = int(re.search(r"resuming from (\d+) finished samples", output).group(1))
    assert resumed >= 64 * finished
    assert project.path(BLOCK).read_bytes() == whole
    assert not project.path(BLOCK).with_suffix(".partial").exists()


def test_a_job_that_outlives_its_snakemake_finishes_and_is_not_repeated(project, whole):
    killed_in_the_middle(project, lambda process: process.kill())  # only Snakemake itself
    output = project.snakemake(BLOCK, config=CONFIG)
    assert "waiting: another process is still at this block" in output
    assert "nothing is sampled" in output
    assert project.path(BLOCK).read_bytes() == whole
