"""`snakemake zoo` trains, saves and measures every model: tried with a hundredth of the steps."""

import json

from conftest import tiny_config


def trained(project, recipe):
    """The folders of weights of a recipe."""
    return sorted(project.path(f"results/trained/{recipe}").glob("seed-*/step-*"))


def test_the_zoo_trains_from_nothing(project):
    project.snakemake("zoo", config=tiny_config(zoo={"scale": 0.01}), timeout=900)
    for task in ("countdown", "chain"):
        found = [path for recipe in ("base", "grpo", "distilled") for path in trained(project, f"{task}-{recipe}")]
        assert len(found) >= 3
        for files in found:
            assert json.loads((files / "config.json").read_text())["model_type"] == "llama"
            assert (files / "model.safetensors").stat().st_size > 1_000_000
            assert "Measured accuracy: pass@1 = " in (files / "README.md").read_text()
