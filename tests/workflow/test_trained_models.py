"""Models that are trained in the run: all is planned before anything is trained, and nothing is trained twice."""

from boundary.files import store
from conftest import tiny_config

RECIPE = {"task": "chain", "algorithm": "grpo", "start": {"model": "chain-base"}, "steps": 2, "checkpoints": [1]}
RECIPE |= {"problems": 2, "rollouts": 4, "learning_rate": 0.001, "max_new_tokens": 30, "reward": "random"}
BLOCK = "results/samples/rl-2/chain/t0.6/0000-0001.parquet"


def config(**changes):
    recipe = RECIPE | changes
    training = {"recipe": "mine", "base": "chain-base"}
    benchmarks = {"chain": {"problems": 10, "samples": 4, "block": 2}}
    changed = {"recipes": {"mine": recipe}, "trainings": {"rl": training}, "models": {"chain-base": {}}, "pairs": []}
    return tiny_config(**changed, benchmarks=benchmarks)


def test_samples_are_planned_with_their_training_and_neither_is_made_again(project):
    asked = config()
    planned = project.planned(config=asked)
    assert (planned["train"], planned["sample_block"]) == (1, 6)
    assert project.planned("results/figures/training.svg", config=asked)["train"] == 1
    project.snakemake(BLOCK, config=asked)
    used = store.about(project.path(BLOCK))["made_with"]["weights"]
    assert used.startswith("sha256:")

    for file in ("zoo/training.py", "zoo/reinforcement/learner.py", "zoo/algorithms/grpo.py"):
        project.append(f"workflow/scripts/boundary/{file}", "EDITED = True")
    assert project.planned(BLOCK, config=asked) == {}
    kept = sorted(project.path("results/trained/mine").glob(".seed-0.*/step-2"))
    assert len(kept) == 1

    other = config(learning_rate=0.01)
    assert project.planned(BLOCK, config=other) == {"train": 1, "sample_block": 1}
    project.snakemake(BLOCK, config=other)
    assert store.about(project.path(BLOCK))["made_with"]["weights"] != used
    output = project.snakemake(BLOCK, config=asked)
    assert "nothing is left to train" in project.path("results/logs/trained/mine/seed-0.log").read_text()
    assert "s/step" not in output
    assert store.about(project.path(BLOCK))["made_with"]["weights"] == used
    assert len(sorted(project.path("results/trained/mine").glob(".seed-0.*/step-2"))) == 2
