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


def chunks(project) -> int:
    """Chunks in the partial file of the block."""
    partials = list(project.path(BLOCK).parent.glob("*.partial"))
    return partials[0].read_bytes().count(b"\n") - 1 if partials else 0


def wait_until(condition) -> None:
    deadline = time.monotonic() + 240
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    """The block of an uninterrupted run."""
    project = fresh_project(tmp_path_factory.mktemp("whole") / "project")
    project.snakemake(BLOCK, config=CONFIG)
    return project.path(BLOCK).read_bytes()


def killed_in_the_middle(project, kill) -> int:
    """Start a run, `kill` it after a few chunks; how many chunks there were."""
    with open(project.root / "killed.log", "w") as log:
        command = project.command(BLOCK, config=CONFIG)
        process = subprocess.Popen(command, cwd=project.root, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: chunks(project) >= 5)
        kill(process)
        process.wait()
    finished = chunks(project)
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
    assert not list(project.path(BLOCK).parent.glob("*.partial"))


def test_a_job_that_outlives_its_snakemake_finishes_and_is_not_repeated(project, whole):
    """The job is held still from the kill until the second run is seen to wait for it, however fast the machine."""
    jobs = []

    def kill(process) -> None:
        os.killpg(process.pid, signal.SIGSTOP)
        process.kill()  # only Snakemake itself: what it started stands still
        jobs.append(process.pid)

    killed_in_the_middle(project, kill)
    log = project.root / "second.log"
    with open(log, "w") as file:
        command = project.command(BLOCK, config=CONFIG)
        second = subprocess.Popen(command, cwd=project.root, stdout=file, stderr=file)
    wait_until(lambda: "waiting: another process is still at this block" in log.read_text())
    os.killpg(jobs[0], signal.SIGCONT)
    assert second.wait(timeout=300) == 0, log.read_text()[-4000:]
    assert "nothing is sampled" in log.read_text()
    assert project.path(BLOCK).read_bytes() == whole
