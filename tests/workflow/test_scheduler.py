"""Snakemake's scheduler under the workflow: it costs as much after many jobs as after one."""

import os
import subprocess
import sys

from conftest import ROOT

JOBS = 30
SNAKEFILE = f"""
import sys
sys.path.insert(0, "{ROOT}/workflow/scripts")
from boundary.start import reevaluate_once_at_a_time

onstart:
    reevaluate_once_at_a_time(workflow.scheduler)

rule all:
    input: expand("threads/{{i}}", i=range({JOBS}))

rule one:
    output: "threads/{{i}}"
    shell: "ls /proc/$PPID/task | wc -l > {{output}}"
"""


def test_no_thread_more_waits_after_every_job(tmp_path):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--max-jobs-per-timespan", "10/1s"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SNAKEMAKE")}
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=120)
    threads = [int(file.read_text()) for file in (tmp_path / "threads").iterdir()]
    assert len(threads) == JOBS  # though the limit of jobs a second was reached
    assert max(threads) < JOBS / 2


def test_the_workflow_asks_for_it():
    text = (ROOT / "rules/common.smk").read_text()
    assert "onstart:\n    reevaluate_once_at_a_time(workflow.scheduler)" in text
