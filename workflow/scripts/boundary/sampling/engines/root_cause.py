"""Why one of vLLM's processes ended: vLLM logs it in that process, and the job's own error only points there.

On GPUs vLLM computes in separate processes. Their log goes to the terminal; here their errors also go to a file, and
the first is raised instead of "see root cause above".
"""

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ELSEWHERE = "root cause"  # in all errors of vLLM 0.32 that mean one of another process
RAISED = re.compile(r"^[A-Za-z_][\w.]*(Error|Exception|Interrupt|Exit)\b.*", re.M)  # the end of a traceback
VARIABLES = ("VLLM_LOGGING_CONFIG_PATH", "VLLM_CONFIGURE_LOGGING")  # by which a user says how vLLM logs


def keep_errors() -> Path | None:
    """Have vLLM, which is not imported yet, also write errors to a file; None if the user configured its logging."""
    if os.environ.keys() & set(VARIABLES):
        return None
    folder = Path(tempfile.mkdtemp(prefix="vllm-errors-"))
    owner = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
    errors, level = folder / "errors.log", os.environ.get("VLLM_LOGGING_LEVEL", "INFO").upper()
    formats = {"terminal": {"format": "%(levelname)s %(asctime)s [%(filename)s:%(lineno)d] %(message)s"}}
    terminal = {"class": "logging.StreamHandler", "formatter": "terminal", "stream": "ext://sys.stdout", "level": level}
    file = {"class": "logging.FileHandler", "filename": str(errors), "level": "ERROR", "delay": True}
    config = {"version": 1, "disable_existing_loggers": False, "formatters": formats}
    config["handlers"] = {"terminal": terminal, "file": file}
    config["loggers"] = {"vllm": {"handlers": ["terminal", "file"], "level": level, "propagate": False}}
    (folder / "logging.json").write_text(json.dumps(config))
    os.environ[VARIABLES[0]] = str(folder / "logging.json")
    return errors


@contextmanager
def raising_root_cause(errors: Path | None) -> Iterator[None]:
    """Replace an error that points to another process by the error that ended that process, in full."""
    try:
        yield
    except Exception as error:
        told = errors.read_text(errors="replace") if errors and errors.exists() else ""
        reason = RAISED.search(told)
        if reason is None or ELSEWHERE not in str(error):
            raise
        root = RuntimeError(reason[0])
        root.add_note(f"in another process of vLLM:\n{told.strip()}")
        raise root from error
