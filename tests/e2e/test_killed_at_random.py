"""A run that is killed at random, its jobs, Snakemake or both, ends as one that nobody disturbed."""

import random

from conftest import fresh_project, tiny_config
from killing import differences, disturbed

KILLS = 6
TARGETS = ("results/tables/claims.csv", "results/tables/passk.csv")


def test_a_run_killed_at_random_ends_as_an_undisturbed_one(finished, tmp_path):
    project = fresh_project(tmp_path / "killed")
    done = disturbed(project, tiny_config(), TARGETS, KILLS, random.Random(1), longest=5)
    assert done.total() > 0
    assert differences(finished.root, project.root) == []
    assert list(project.root.glob("results/samples/*/*/*/[0-9]*.parquet"))
