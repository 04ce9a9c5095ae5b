"""The recipes of the shipped models train, save and measure: those of countdown with a hundredth of the steps.

The others are as `snakemake zoo` plans them; what differs between tasks is in tests/unit/zoo.
"""

import json

import pytest

from conftest import tiny_config

pytestmark = pytest.mark.ci


def trained(project, recipe):
    """The folders of weights of a recipe."""
    return sorted(project.path(f"results/trained/{recipe}").glob("seed-*/step-*"))


def test_the_zoo_trains_from_nothing(project):
    config = tiny_config(zoo={"scale": 0.01})
    assert project.planned("zoo", config=config)["train"] == 6
    project.snakemake("train_countdown-grpo", "train_countdown-distilled", config=config)
    found = [path for recipe in ("base", "grpo", "distilled") for path in trained(project, f"countdown-{recipe}")]
    assert len(found) >= 3
    for files in found:
        assert json.loads((files / "config.json").read_text())["model_type"] == "llama"
        assert (files / "model.safetensors").stat().st_size > 1_000_000
        assert "Measured accuracy: pass@1 = " in (files / "README.md").read_text()
