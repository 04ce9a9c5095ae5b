"""Tables of a finished run, as a notebook reads them."""

import subprocess
import sys

from conftest import ROOT
from documented import faults


def test_every_column_is_documented_and_nothing_is_missing_as_text(finished):
    assert faults(finished.path("results/tables")) == []


def test_the_notebook_draws_passk_of_a_pair(finished, tmp_path):
    (tmp_path / "results").symlink_to(finished.path("results"))
    notebook = ROOT / "docs/notebook.py"
    assert len([line for line in notebook.read_text().splitlines() if line]) <= 12
    subprocess.run([sys.executable, notebook], cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / "pair.png").stat().st_size > 5000
