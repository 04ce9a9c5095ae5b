"""What a job leaves in its log when it fails, and what the run says of it at its end."""

import subprocess
import sys

from boundary.terminal import _reason
from conftest import ROOT

JOB = """
import logging.config, sys
from types import SimpleNamespace
from boundary.job import logged

with logged(SimpleNamespace(log=[sys.argv[1]], rule="sample_block", config={})):
    logging.getLogger("library").warning("a line of the library")
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})  # as vLLM does when it is imported
    raise RuntimeError("CUDA error: out of order\\nwhat to compile with")
"""


def test_a_job_whose_library_closes_its_log_still_says_why_it_failed(tmp_path):
    file = tmp_path / "job.log"
    file.write_text("of an earlier try\n")
    (adapter := tmp_path / "sample_block.py").write_text(JOB)
    command = [sys.executable, str(adapter), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "workflow/scripts")})
    assert done.returncode == 1
    text, reason = file.read_text(), "RuntimeError: CUDA error: out of order what to compile with"
    assert "of an earlier try" not in text
    assert text.index("a line of the library") < text.index("Traceback") < text.index(reason)
    assert reason in done.stderr
    assert _reason([str(file)]) == f"{reason} ({file})"
