"""A run killed in the middle of a block goes on where it was."""

import os
import re
import signal
import subprocess
import time

from conftest import fresh_project, tiny_config

BLOCK = "results/samples/countdown-base/countdown/t0.6/0000-0127.parquet"
CONFIG = tiny_config(
    models={"countdown-base": {}},
    benchmarks={"countdown": {"samples": 128, "block": 128}},
    pairs=[],
    engines={"transformers": {"batch_size": 64}},
)


def chunks(partial) -> int:
    return partial.read_bytes().count(b"\n") - 1 if partial.exists() else 0


def test_sigkill_in_the_middle_of_a_block_loses_no_finished_chunk(tmp_path):
    whole, killed = fresh_project(tmp_path / "whole"), fresh_project(tmp_path / "killed")
    whole.snakemake(BLOCK, config=CONFIG)

    partial = killed.path(BLOCK).with_suffix(".partial")
    with open(tmp_path / "killed.log", "w") as log:
        command = killed.command(BLOCK, config=CONFIG)
        process = subprocess.Popen(command, cwd=killed.root, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 120
        while chunks(partial) < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finished = chunks(partial)
    assert 5 <= finished < 200, "the run was not caught in the middle of its block"
    assert not killed.path(BLOCK).exists()

    killed.snakemake("--unlock", config=CONFIG)
    output = killed.snakemake(BLOCK, config=CONFIG)
    resumed = int(re.search(r"resuming from (\d+) finished samples", output).group(1))
    assert resumed >= 64 * finished
    assert killed.path(BLOCK).read_bytes() == whole.path(BLOCK).read_bytes()
    assert not partial.exists()
