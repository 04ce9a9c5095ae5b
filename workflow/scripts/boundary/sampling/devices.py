"""Device slots: jobs on one machine never share a GPU.

One lock file per GPU is held for the life of the process: the kernel releases it, even after SIGKILL. A child that
outlives its parent keeps the lock if it was forked; otherwise its memory still marks the GPU as taken. The number of
GPUs is detected, not configured: those in CUDA_VISIBLE_DEVICES if it is set (a scheduler's choice), else all that NVML
lists; a GPU split by MIG counts as its parts. Without GPUs there is nothing to lease.
"""

import fcntl
import logging
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boundary.errors import InputError

log = logging.getLogger(__name__)
LOCKS = Path(tempfile.gettempdir()) / f"beyond-base-gpus-{os.getuid()}"
SECONDS_BETWEEN_TRIES = 2.0
SECONDS_BETWEEN_LINES = 60.0


@dataclass(frozen=True)
class Gpu:
    """A GPU, or a part of one: its name in CUDA_VISIBLE_DEVICES, and one name for it in every process here."""

    visible: str
    lock: str
    free: float = 1.0  # share of its memory that no program uses


@contextmanager
def _nvml():
    """The NVML library while it is needed, or None where there is no NVIDIA driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield None
        return
    try:
        yield pynvml
    finally:
        pynvml.nvmlShutdown()


def gpus() -> list[Gpu]:
    """The GPUs this process may choose from, each with the share of its memory that is free now."""
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = None if given is None else [name.strip() for name in given.split(",") if name.strip()]
    with _nvml() as nvml:
        if nvml is None:  # a scheduler's indices may mean another GPU in another of its jobs
            job = os.environ.get("SLURM_JOB_ID")
            return [Gpu(name, f"job-{job}-{name}" if job else name) for name in names or []]
        found = [gpu for index in range(nvml.nvmlDeviceGetCount()) for gpu in _parts(nvml, index)]
    if names is None:
        return found
    return [gpu for name in names for gpu in found if name == gpu.visible or gpu.lock.startswith(name)]


def _parts(nvml, index: int) -> list[Gpu]:
    """One GPU by its index, or where it is split by MIG its parts by their UUIDs."""
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    try:
        split = nvml.nvmlDeviceGetMigMode(handle)[0] == nvml.NVML_DEVICE_MIG_ENABLE
    except nvml.NVMLError:
        split = False
    if not split:
        return [Gpu(str(index), nvml.nvmlDeviceGetUUID(handle), _free(nvml, handle))]
    parts = []
    for place in range(nvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
        try:
            part = nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, place)
        except nvml.NVMLError:
            continue  # this place is empty
        uuid = nvml.nvmlDeviceGetUUID(part)
        parts.append(Gpu(uuid, uuid, _free(nvml, part)))
    return parts


def _free(nvml, handle) -> float:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    return memory.free / memory.total


def lease_gpus(count: int = 1, free: float = 0.9) -> list[str]:
    """Wait for `count` GPUs with the share `free` of their memory unused, make only them visible, and keep them to the
    end.

    Returns their names, or none without a GPU. InputError if there are fewer than `count`.
    """
    present = gpus()
    if not present:
        return []
    if count > len(present):
        raise InputError(
            f"the model wants {count} GPUs (tensor_parallel_size), and this job sees {len(present)}: "
            "lower it, or run where there are more"
        )
    LOCKS.mkdir(exist_ok=True)
    told = -SECONDS_BETWEEN_LINES
    while True:
        held: dict[str, int] = {}
        filled = [gpu.visible for gpu in present if gpu.free < free]
        for gpu in present:
            if len(held) < count and gpu.free >= free and (lock := _try_lock(LOCKS / gpu.lock)) is not None:
                held[gpu.visible] = lock
        if len(held) == count:
            os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(held)
            log.info("GPU %s", ", ".join(held))
            return list(held)
        for lock in held.values():  # all or none, so that two jobs never wait for each other
            os.close(lock)
        if time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            why = f"; another program fills GPU {', '.join(filled)}" if filled else ""
            log.info("waiting for %d of %d GPUs to be free%s", count, len(present), why)
        time.sleep(SECONDS_BETWEEN_TRIES * (0.5 + os.getpid() % 64 / 64))  # not all at the same moments
        present = gpus()


def _try_lock(path: Path) -> int | None:
    """A descriptor that holds the lock, also in forked children, or None where another process does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    os.set_inheritable(descriptor, True)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
