"""GPU slots, with a pretended nvidia-smi: no GPU is ever held by two processes."""

import subprocess
import sys
import textwrap
import time

import pytest

from boundary import devices
from conftest import ROOT

JOB = """
import sys, time
sys.path.insert(0, {scripts!r})
from pathlib import Path
from boundary import devices
devices.LOCKS, devices.SECONDS_BETWEEN_TRIES = Path({locks!r}), 0.02
(gpu,) = devices.lease_gpus()
marker = Path({locks!r}) / ("busy-" + gpu)
marker.touch(exist_ok=False)  # fails where another process is at work on this GPU
time.sleep(0.2)
marker.unlink()
print(gpu)
"""


@pytest.fixture
def two_gpus(tmp_path, monkeypatch):
    smi = tmp_path / "bin" / "nvidia-smi"
    smi.parent.mkdir()
    smi.write_text("#!/bin/sh\necho 'GPU 0: NVIDIA H200 (UUID: GPU-a)'\necho 'GPU 1: NVIDIA H200 (UUID: GPU-b)'\n")
    smi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{smi.parent}:/usr/bin:/bin")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(devices, "LOCKS", tmp_path / "locks")
    return tmp_path / "locks"


def test_no_gpu_is_shared_and_all_are_used(two_gpus):
    job = textwrap.dedent(JOB).format(scripts=str(ROOT / "workflow/scripts"), locks=str(two_gpus))
    jobs = [subprocess.Popen([sys.executable, "-c", job], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    outputs = [process.communicate(timeout=60)[0].strip() for process in jobs]
    assert [process.returncode for process in jobs] == [0] * 6
    assert set(outputs) == {"0", "1"}


def test_a_killed_process_frees_its_gpu(two_gpus, monkeypatch):
    job = textwrap.dedent(JOB).format(scripts=str(ROOT / "workflow/scripts"), locks=str(two_gpus))
    holder = subprocess.Popen([sys.executable, "-c", job.replace("0.2", "600")])
    deadline = time.monotonic() + 30
    while not list(two_gpus.glob("busy-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    holder.kill()
    holder.wait()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")  # a choice inside what the scheduler gave
    assert devices.lease_gpus(2) == ["1", "0"]


def test_no_gpu_is_no_lease_and_too_few_are_an_error(two_gpus, monkeypatch):
    with pytest.raises(ValueError, match="wants 3 GPUs, and this machine shows 2"):
        devices.lease_gpus(3)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert devices.lease_gpus() == []
