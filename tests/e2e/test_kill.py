"""A run killed in the middle of a block goes on where it was."""

import io
import os
import re
import signal
import subprocess
import time

import polars as pl
import pytest

from conftest import fresh_project, tiny_config

BLOCK = "results/samples/countdown-base/countdown/t0.6/0000-0127.parquet"
HALF = 40  # chunks; of the block there are many more
CONFIG = tiny_config(
    models={"countdown-base": {}},
    benchmarks={"countdown": {"problems": 40, "samples": 128, "block": 128}},
    pairs=[],
    engines={"transformers": {"batch_size": 64}},
)
STOPS_AT_HALF = f'''

import time


def _append_and_wait(self, chunk, append=PartialFile.append):
    """As before; but a job goes no further than half of its block until there is a file `go-on`."""
    append(self, chunk)
    given_up = time.monotonic() + 600  # of a test that failed
    held = self.path.read_bytes().count(b"\\n") > {HALF}
    while held and not Path("go-on").exists() and time.monotonic() < given_up:
        time.sleep(0.02)


PartialFile.append = _append_and_wait
'''


@pytest.fixture
def stopping(project):
    """A project whose sampling cannot finish before the test lets it go on, however fast or busy the machine."""
    project.append("workflow/scripts/boundary/sampling/partial_file.py", STOPS_AT_HALF)
    return project


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
    assert 5 <= finished <= HALF
    assert not project.path(BLOCK).exists()
    project.snakemake("--unlock", config=CONFIG)
    return finished


def test_sigkill_in_the_middle_of_a_block_loses_no_finished_chunk(stopping, whole):
    finished = killed_in_the_middle(stopping, lambda process: os.killpg(process.pid, signal.SIGKILL))
    stopping.path("go-on").touch()
    output = stopping.snakemake(BLOCK, config=CONFIG)
    resumed = int(re.search(r"resuming from (\d+) finished samples", output).group(1))
    assert resumed >= finished  # a chunk holds one response or more
    ours, theirs = pl.read_parquet(stopping.path(BLOCK)), pl.read_parquet(io.BytesIO(whole))
    for column in ("problem_id", "sample_index", "seed", "prompt_hash"):
        assert ours[column].equals(theirs[column])
    same = ours["text"] == theirs["text"]  # other requests shared a batch: a tie of rounding may fall otherwise
    assert (~same).sum() <= 2
    difference = (ours["cumulative_logprob"] - theirs["cumulative_logprob"]).filter(same)
    assert difference.abs().max() < 1e-3
    assert not list(stopping.path(BLOCK).parent.glob("*.partial"))


def test_a_job_that_outlives_its_snakemake_finishes_and_is_not_repeated(stopping, whole):
    """The job is at work when Snakemake dies, and finishes once the second run is seen to wait for it."""
    killed_in_the_middle(stopping, lambda process: process.kill())  # only Snakemake itself
    log = stopping.root / "second.log"
    with open(log, "w") as file:
        command = stopping.command(BLOCK, config=CONFIG)
        second = subprocess.Popen(command, cwd=stopping.root, stdout=file, stderr=file)
    wait_until(lambda: "waiting: another process is still at this block" in log.read_text())
    stopping.path("go-on").touch()
    assert second.wait(timeout=300) == 0, log.read_text()[-4000:]
    assert "nothing is sampled" in log.read_text()
    assert stopping.path(BLOCK).read_bytes() == whole
