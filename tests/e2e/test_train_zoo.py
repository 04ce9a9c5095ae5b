"""`snakemake zoo` trains, saves and measures every model: tried with a hundredth of the steps."""

import json

from conftest import tiny_config


def test_the_zoo_trains_from_nothing(project):
    project.snakemake("zoo", config=tiny_config(zoo={"scale": 0.01}), timeout=900)
    for task in ("countdown", "chain"):
        steps = [folder.name for folder in project.path(f"results/zoo/{task}-grpo").glob("step-*")]
        assert steps
        for folder in [f"{task}-base", f"{task}-distilled", *(f"{task}-grpo/{step}" for step in steps)]:
            files = project.path("results/zoo") / folder
            assert json.loads((files / "config.json").read_text())["model_type"] == "llama"
            assert (files / "model.safetensors").stat().st_size > 1_000_000
            assert "Measured accuracy: pass@1 = " in (files / "README.md").read_text()
