"""The reduced rehearsal: every architecture and kind of benchmark of config/paper.yaml runs, on both engines."""

import subprocess

import pytest

from conftest import missing, python_with_vllm
from rehearsal.rehearse import Rehearsal

pytestmark = pytest.mark.ci


def test_what_the_configuration_of_the_paper_plans_runs(tmp_path, monkeypatch, capsys):
    python = python_with_vllm()
    if subprocess.run([python, "-c", "import importlib.util as u; assert u.find_spec('torchvision')"]).returncode:
        missing("no torchvision beside vLLM: pip install --no-deps -r envs/requirements-images.txt")
    monkeypatch.setenv("VLLM_PYTHON", python)
    ran, every = Rehearsal(tmp_path, full=False).run()
    assert (ran, every) == (6, 6), capsys.readouterr().out
