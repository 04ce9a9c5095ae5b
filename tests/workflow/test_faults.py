"""What a kill, a full disk or a read-only folder costs: at most a chunk; and the end is that of a quiet run."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from conftest import GIVEN_UP, ROOT, tiny_config

# samples a block of 600 responses with an engine that takes a moment for each chunk, and prints when it is done
JOB = """
import sys, time
sys.path[:0] = [{scripts!r}, {tests!r}]
from pathlib import Path
import polars as pl
from boundary.files import store
from boundary.sampling.engines import Response
from boundary.sampling.blocks import block_requests, sample_block

class Engine:
    description = {{"engine": "slow"}}
    generated = 0

    def unfinished(self): return []

    def generate(self, requests, decoding):
        for start in range(0, len(requests), 3):
            time.sleep(0.004)
            yield [Response(r, f"text {{r.seed}} " * 20, 3, "stop", -1.5) for r in requests[start : start + 3]]

class Silent:
    def start(self, done): pass
    def add(self, samples, tokens): pass

folder = Path(sys.argv[1])
prompts = pl.DataFrame({{"problem_id": ["a", "b", "c"], "prompt": ["1", "2", "3"]}})
spec = {{"decoding": {{"max_tokens": 8}}, "seed": 0}}
requests = block_requests(prompts, 0, 199, 0, "m/b/d")
frame, made_with = sample_block(requests, lambda _: Engine(), folder / "block.partial", spec, Silent())
store.write(frame, folder / "block.parquet", spec, made_with)
"""


def job(folder: Path) -> list[str]:
    code = textwrap.dedent(JOB).format(scripts=str(ROOT / "workflow/scripts"), tests=str(ROOT / "tests"))
    folder.mkdir(exist_ok=True)
    return [sys.executable, "-c", code, str(folder)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    """The block of a quiet run."""
    folder = tmp_path_factory.mktemp("quiet")
    subprocess.run(job(folder), check=True, timeout=GIVEN_UP)
    return (folder / "block.parquet").read_bytes()


def test_sigkill_at_twenty_random_moments_changes_nothing(tmp_path, whole):
    rng, partial, kills, sizes = random.Random(0), tmp_path / "block.partial", 0, []
    while kills < 20:
        process = subprocess.Popen(job(tmp_path))
        before = partial.stat().st_size if partial.exists() else 0
        while process.poll() is None and (not partial.exists() or partial.stat().st_size <= before):
            time.sleep(0.002)  # until it has written something
        time.sleep(rng.uniform(0, 0.03))
        assert process.poll() is None, "the block was done before the twentieth kill"
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        sizes.append(partial.stat().st_size)
    assert sizes == sorted(sizes)
    subprocess.run(job(tmp_path), check=True, timeout=GIVEN_UP)
    assert (tmp_path / "block.parquet").read_bytes() == whole


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"cannot mount a small file system: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_keeps_what_was_finished(small_disk, whole):
    full = subprocess.run(job(small_disk), capture_output=True, text=True, timeout=GIVEN_UP)
    assert "No space left on device" in full.stderr
    kept = (small_disk / "block.partial").stat().st_size
    assert kept > 30_000
    subprocess.run(["mount", "-o", "remount,size=4m", small_disk], check=True)
    subprocess.run(job(small_disk), check=True, timeout=GIVEN_UP)
    assert (small_disk / "block.parquet").read_bytes() == whole


def test_two_snakemakes_on_one_results_folder_are_refused(ran):
    config = tiny_config()
    config["benchmarks"]["chain"]["samples"] = 6
    lock = ran.path("results/samples/chain-base/chain/t0.6/.0004-0005.lock")
    with open(ran.root / "first.log", "w") as log:
        holder = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); time.sleep(600)"
        blocker = subprocess.Popen([sys.executable, "-c", holder, str(lock)])  # the first run waits at this block
        first = subprocess.Popen(ran.command("samples", config=config), cwd=ran.root, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + GIVEN_UP
            while "waiting: another process" not in (ran.root / "first.log").read_text():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert "Directory cannot be locked" in ran.snakemake("samples", config=config, fails=True)
        finally:
            blocker.kill()
        assert first.wait(timeout=GIVEN_UP) == 0


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to become somebody who may not write")
def test_read_only_results_are_a_clear_error(ran):
    config = tiny_config()
    config["benchmarks"]["chain"]["samples"] = 6
    folder = ran.path("results/samples/chain-base/chain/t0.6")
    with read_only(folder):
        output = ran.snakemake("samples", config=config, fails=True)
    assert "Read-only file system" in output
    assert len(list(folder.glob("[0-9]*.parquet"))) == 2  # what there was is still there


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to become somebody who may not write")
def test_a_read_only_results_folder_is_one_clear_line(ran):
    config = tiny_config()
    config["benchmarks"]["chain"]["samples"] = 6
    with read_only(ran.path("results")):
        assert ran.planned("samples", config=config) == {"sample_block": 1}  # a dry run may look
        output = ran.snakemake("samples", config=config, fails=True)
    assert f"{ran.path('results')} cannot be written to: make it writable, or run with --directory" in output
    assert "Traceback" not in output
    empty = ran.path("empty")
    empty.mkdir()
    with read_only(empty):
        output = ran.snakemake("-n", "--directory", str(empty), config=config, fails=True)
    assert f"{empty} cannot be written to" in output


@contextlib.contextmanager
def read_only(folder: Path):
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_lost_metadata_never_passes_stale_results_for_fresh(ran):
    metadata = ran.path(".snakemake/metadata")
    metadata.rename(ran.root / "lost")
    assert ran.planned(config=tiny_config()) == {}  # as after rsync of the results: what they say is what is asked
    config = tiny_config()
    config["decodings"]["t0.6"]["temperature"] = 0.7
    output = ran.snakemake("--dry-run", config=config, fails=True)
    assert "Snakemake has no record of how these files were made" in output
    assert "temperature was 0.6, is 0.7" in output
    config = tiny_config(analysis={"level": 0.9})
    assert "level was 0.95, is 0.9" in ran.snakemake("--dry-run", config=config, fails=True)


def test_faults_of_the_page_and_of_verification_show_their_own_reason(finished, tmp_path):
    project = finished.copy(tmp_path / "project")
    block = "results/verdicts/chain-base/chain/t0.6/0000-0001.parquet"
    for file, line, target in (
        ("report/page/make.py", "    found, charts = Found(results), {}\n", "results/report.html"),
        ("verifying/verify.py", "    samples = pl.concat(identity)\n", block),
    ):
        path, fault = f"workflow/scripts/boundary/{file}", f"injected into {file}"
        project.edit(path, line, f'    raise RuntimeError("{fault}")\n{line}')
        output = project.snakemake(target, config=tiny_config(), fails=True)
        ending = output.partition("A job failed:")[2]
        assert f"RuntimeError: {fault} (results/logs/" in ending
        log = ending.partition("(")[2].partition(")")[0]
        assert project.path(log).read_text().strip().endswith(f"RuntimeError: {fault}")
        project.edit(path, f'    raise RuntimeError("{fault}")\n', "")
