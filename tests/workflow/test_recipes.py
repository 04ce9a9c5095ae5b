"""Every recipe of docs/recipes.md, as it stands there: its plan, and of those that sample nothing the decision."""

import json
import re
import shutil

import pytest
import yaml

from conftest import ROOT, make_adapter

RECIPES = re.findall(r"^## ([^\n]+)\n.*?^```yaml\n(.*?)^```", (ROOT / "docs/recipes.md").read_text(), re.M | re.S)
LOGS, LORA, HOSTED, CODE, COUNTS = (title for title, _ in RECIPES)
PROBLEMS = [{"problem": f"What is {number} + 1?", "answer": str(number + 1)} for number in range(6)]
TASK = {
    "task_id": "t/0",
    "prompt": "def f(x):\n",
    "canonical_solution": "    return x\n",
    "test": "def check(f):\n    assert f(1) == 1\n",
    "entry_point": "f",
}
N = 4


@pytest.fixture
def prepared(project):
    """What the recipes name: problems, tasks, logs, counts, weights."""
    for name, rows in (
        ("problems.jsonl", PROBLEMS),
        ("tasks.jsonl", [TASK]),
    ):
        project.path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    for model, right in (("base", 1), ("grpo", 3)):
        folder = project.path(f"logs/{model}/org__{model}")  # as lm-eval names folders
        folder.mkdir(parents=True)
        rows = [
            {"doc_id": i, "doc": row, "resps": [[f"\\boxed{{{row['answer'] if s < right else 0}}}" for s in range(N)]]}
            for i, row in enumerate(PROBLEMS)
        ]
        (folder / "samples_homework_2026-01-01T00-00-00.jsonl").write_text(
            "".join(json.dumps(row) + "\n" for row in rows)
        )
        counts = "".join(f"p{i},{N},{right}\n" for i in range(6))
        project.path(f"{model}.csv").write_text(f"problem,n,correct\n{counts}")
    for folder, weights in (("base-model", "chain-base"), ("grpo-model", "chain-grpo/step-30")):
        shutil.copytree(ROOT / "resources/zoo" / weights, project.path(folder))
        settings = project.path(folder) / "config.json"  # with a context that has room for max_tokens of the recipes
        settings.write_text(json.dumps(json.loads(settings.read_text()) | {"max_position_embeddings": 4096}))
    return project


def planned(project, title: str) -> dict[str, int]:
    return project.planned(config=yaml.safe_load(dict(RECIPES)[title]))


def decided(project, title: str) -> list[str]:
    """The sentences about the pairs of a recipe that is run."""
    project.snakemake("results/claims.json", config=yaml.safe_load(dict(RECIPES)[title]))
    return json.loads(project.path("results/claims.json").read_text())["sentences"]


@pytest.mark.parametrize("title", [LOGS, COUNTS])
def test_a_recipe_of_samples_or_counts_that_exist_decides(prepared, title):
    assert "sample_block" not in planned(prepared, title)
    (sentence,) = decided(prepared, title)
    assert "grpo against base" in sentence or "grpo solves" in sentence
    assert "+50 points" in sentence  # 3 of 4 samples against 1 of 4, on every problem


def test_a_folder_of_adapters_is_sampled(prepared, tmp_path):
    make_adapter(str(ROOT / "resources/zoo/chain-base"), tmp_path, ["q_proj", "v_proj"])
    for step in (100, 200):
        shutil.copytree(tmp_path / "adapter", prepared.path(f"runs/lora/checkpoint-{step}"))
        prepared.path(f"runs/lora/checkpoint-{step}/trainer_state.json").write_text("{}")
    jobs = planned(prepared, LORA)
    assert (jobs["sample_block"], jobs["compare"]) == (3, 2)


@pytest.mark.parametrize(("title", "blocks"), [(HOSTED, 16), (CODE, 2)])
def test_a_recipe_that_samples_two_models_plans_their_blocks(prepared, title, blocks):
    assert planned(prepared, title)["sample_block"] == blocks
