"""Device slots: sampling jobs on one machine never share a GPU.

One lock file per GPU, held for the life of the process: the kernel releases it, also after SIGKILL. Without GPUs, or
where SLURM assigned them, there is nothing to lease.
"""

import fcntl
import logging
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

log = logging.getLogger(__name__)
LOCKS = Path(tempfile.gettempdir()) / f"beyond-base-gpus-{os.getuid()}"
SECONDS_BETWEEN_TRIES = 2.0


def visible_gpus() -> list[str]:
    """The GPUs this process may choose from: CUDA_VISIBLE_DEVICES where it is set, else all that nvidia-smi lists."""
    if (given := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        return [name.strip() for name in given.split(",") if name.strip()]
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return re.findall(r"^GPU (\d+):", listed, flags=re.M)


def lease_gpus(count: int = 1) -> list[str]:
    """Wait for `count` free GPUs, make only them visible to this process, and keep them until it ends."""
    gpus = visible_gpus()
    if not gpus or "SLURM_JOB_ID" in os.environ:  # SLURM has given this job GPUs of its own
        return []
    if count > len(gpus):
        raise ValueError(f"the engine wants {count} GPUs, and this machine shows {len(gpus)}")
    LOCKS.mkdir(exist_ok=True)
    waiting = False
    while True:
        held = {gpu: lock for gpu in gpus if (lock := _try_lock(LOCKS / gpu)) is not None}
        surplus = list(held)[count:] if len(held) >= count else list(held)
        for gpu in surplus:
            os.close(held.pop(gpu))
        if held:
            os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(held)
            log.info("GPU %s", ", ".join(held))
            return list(held)
        if not waiting:
            log.info("waiting for %d of %d GPUs to be free", count, len(gpus))
            waiting = True
        time.sleep(SECONDS_BETWEEN_TRIES)


def _try_lock(path: Path) -> int | None:
    """A descriptor that holds the lock, or None where another process does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
