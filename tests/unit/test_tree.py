"""Promises about the tree itself: short files, and linters that find nothing."""

import subprocess
import sys

import pytest

from conftest import ROOT


def test_the_snakefile_is_a_table_of_contents_and_rule_files_are_short():
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 60
    for file in (ROOT / "rules").glob("*.smk"):
        assert len(file.read_text().splitlines()) <= 160, file.name


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "snakefmt", "--check", "Snakefile", "rules"],
        ["-m", "snakemake", "--lint"],
    ],
    ids=lambda command: " ".join(command[1:3]),
)
def test_linters_find_nothing(command):
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
