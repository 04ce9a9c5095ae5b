"""`snakemake zoo` trains, saves and measures every model: tried with a hundredth of the steps."""

import json

from conftest import tiny_config


def test_the_zoo_trains_from_nothing(project):
    project.snakemake("zoo", config=tiny_config(zoo={"scale": 0.01}), timeout=900)
    for task in ("countdown", "chain"):
        folders = [f"{task}-base", f"{task}-distilled"]
        folders += [
            str(step.relative_to(project.path("results/zoo")))
            for step in project.root.glob(f"results/zoo/{task}-grpo/*")
        ]
        assert len(folders) >= 3
        for folder in folders:
            files = project.path("results/zoo") / folder
            assert json.loads((files / "config.json").read_text())["model_type"] == "llama"
            assert (files / "model.safetensors").stat().st_size > 1_000_000
            assert "Measured accuracy: pass@1 = " in (files / "README.md").read_text()
