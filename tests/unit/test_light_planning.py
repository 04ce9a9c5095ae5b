"""Planning is light: it happens at every start of Snakemake and of each of its jobs."""

import subprocess
import sys

from conftest import ROOT

HEAVY = ("polars", "numpy", "scipy", "torch", "transformers", "matplotlib", "sympy", "pandas")
BLOCKED = f"""
import sys
sys.modules.update(dict.fromkeys({HEAVY}))
sys.path.insert(0, "workflow/scripts")
import yaml
from pathlib import Path
from boundary import expected, missing, plans, work
from boundary.bundling.contents import packed
from boundary.config.resolve import resolve
from boundary.grid import Grid
from boundary.report import for_papers
from boundary.report.contents import Contents
from boundary.report.page import spec
from boundary.report.plan import Shown
from boundary.sampling.setup import Setup

config = resolve(yaml.safe_load(open("tests/golden/planned/everything.yaml")), Path())
grid = Grid(config)
contents = Contents(grid, Path())
assert len(contents.everything()) > 100 and packed(grid, contents)["results"]
assert {{plan.__name__.split(".")[1] for plan in plans.plans()}} >= {{"truth", "likelihood", "validity", "screening"}}
assert len(Setup(grid).to_plan()) == len(grid.sampled_curves)
"""


def test_everything_is_planned_without_a_heavy_import():
    done = subprocess.run([sys.executable, "-c", BLOCKED], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
