"""GPU slots, with a pretended NVML: no GPU is ever held by two processes."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from boundary.errors import InputError
from boundary.sampling import devices
from conftest import ROOT

# two GPUs; the file `filled` names those whose memory another program uses, the file `mig` those split into two parts
PYNVML = """
import os
from pathlib import Path
from types import SimpleNamespace
HERE = Path(__file__).parent
NVML_DEVICE_MIG_ENABLE = 1
class NVMLError(Exception): pass
def listed(name): return (HERE / name).read_text().split() if (HERE / name).exists() else []
def nvmlInit():
    if (HERE / "no-driver").exists(): raise NVMLError
def nvmlShutdown(): pass
def nvmlDeviceGetCount(): return 2
def nvmlDeviceGetHandleByIndex(index): return str(index)
def nvmlDeviceGetUUID(handle): return ("MIG-" if "." in handle else "GPU-") + handle
def nvmlDeviceGetMigMode(handle): return (int(handle in listed("mig")), 0)
def nvmlDeviceGetMaxMigDeviceCount(handle): return 3
def nvmlDeviceGetMigDeviceHandleByIndex(handle, place):
    if place == 2: raise NVMLError
    return f"{handle}.{place}"
def nvmlDeviceGetMemoryInfo(handle): return SimpleNamespace(total=100, free=10 if handle in listed("filled") else 99)
"""

JOB = """
import os, sys, time
sys.path[:0] = [{nvml!r}, {scripts!r}]
from pathlib import Path
from boundary.sampling import devices
devices.LOCKS, devices.SECONDS_BETWEEN_TRIES = Path({locks!r}), 0.02
(gpu,) = devices.lease_gpus()
marker = Path({nvml!r}) / ("busy-" + gpu)
marker.touch(exist_ok=False)  # fails where another process is at work on this GPU
{work}
marker.unlink()
print(gpu)
"""


@pytest.fixture
def nvml(tmp_path, monkeypatch):
    """The folder of the pretended NVML."""
    (tmp_path / "pynvml.py").write_text(PYNVML)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pynvml", raising=False)
    for name in ("CUDA_VISIBLE_DEVICES", "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(devices, "LOCKS", tmp_path / "locks")
    monkeypatch.setattr(devices, "SECONDS_BETWEEN_TRIES", 0.02)
    yield tmp_path
    sys.modules.pop("pynvml", None)


def job(nvml, work: str = "time.sleep(0.2)") -> list[str]:
    values = {"scripts": str(ROOT / "workflow/scripts"), "locks": str(nvml / "locks"), "nvml": str(nvml)}
    return [sys.executable, "-c", textwrap.dedent(JOB).format(work=work, **values)]


def wait_for(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_no_gpu_is_shared_and_all_are_used(nvml):
    jobs = [subprocess.Popen(job(nvml), stdout=subprocess.PIPE, text=True) for _ in range(6)]
    outputs = [process.communicate(timeout=60)[0].strip() for process in jobs]
    assert [process.returncode for process in jobs] == [0] * 6
    assert set(outputs) == {"0", "1"}


def test_a_killed_process_frees_its_gpu_and_a_surviving_child_keeps_it(nvml, monkeypatch):
    work = f"child = os.fork() or time.sleep(600); Path({str(nvml)!r}, 'child').write_text(str(child)); time.sleep(600)"
    parent = subprocess.Popen(job(nvml, work))
    wait_for(lambda: (nvml / "child").exists() and (nvml / "child").read_text())
    parent.kill()
    parent.wait()
    waiting = subprocess.Popen(job(nvml), stdout=subprocess.PIPE, text=True)
    assert waiting.communicate(timeout=30)[0].strip() == "1"  # the child still holds GPU 0
    os.kill(int((nvml / "child").read_text()), signal.SIGKILL)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")  # a choice inside what the scheduler gave
    assert devices.lease_gpus(2) == ["1", "0"]


def test_a_gpu_that_another_program_fills_is_not_taken(nvml):
    (nvml / "filled").write_text("0")
    assert devices.lease_gpus() == ["1"]
    del os.environ["CUDA_VISIBLE_DEVICES"]
    (nvml / "filled").write_text("")
    waiting = subprocess.Popen(job(nvml), stdout=subprocess.PIPE, text=True)
    assert waiting.communicate(timeout=30)[0].strip() == "0"


def test_parts_of_a_split_gpu_are_slots_of_their_own(nvml, monkeypatch):
    (nvml / "mig").write_text("1")
    assert [gpu.visible for gpu in devices.gpus()] == ["0", "MIG-1.0", "MIG-1.1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "MIG-1.1")
    assert devices.lease_gpus() == ["MIG-1.1"]


def test_two_jobs_of_a_scheduler_may_both_call_their_gpu_0(nvml, monkeypatch):
    """Without NVML an index means nothing outside its job; with it the UUID tells them apart."""
    (nvml / "no-driver").touch()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    locks = []
    for number in ("7", "8"):
        monkeypatch.setenv("SLURM_JOB_ID", number)
        locks.append(devices.gpus()[0].lock)
    assert len(set(locks)) == 2


def test_no_gpu_is_no_lease_and_too_few_are_an_error(nvml):
    with pytest.raises(InputError, match="wants 3 GPUs"):
        devices.lease_gpus(3)
    (nvml / "no-driver").touch()
    assert devices.lease_gpus() == []
