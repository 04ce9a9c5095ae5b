"""Recipes, trainings and trained models: what they become, what they are, and what is refused."""

import copy

import pytest

from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.paths import TRAINED
from boundary.sampling.plan import Sampling
from boundary.zoo.plan import Trainings
from conftest import ROOT

RECIPE = {"task": "chain", "algorithm": "grpo", "start": {"model": "chain-base"}, "steps": 10, "checkpoints": [5]}
RECIPE |= {"problems": 4, "rollouts": 4, "learning_rate": 0.001, "max_new_tokens": 40}


def given(**changes) -> dict:
    config = {
        "models": {"chain-base": {}},
        "benchmarks": {"chain": {"problems": 10, "samples": 4, "block": 2}},
        "decodings": {"t1": {"temperature": 1.0, "max_tokens": 48}},
        "recipes": {"rl": RECIPE, "rl-kl": {"like": "rl", "kl": 0.1}},
    }
    return copy.deepcopy(config | changes)


def resolved(**changes) -> dict:
    return resolve(given(**changes), ROOT, beside=ROOT / "config")


@pytest.fixture(autouse=True)
def in_the_workflow(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_a_training_stands_for_models_runs_and_pairs():
    config = resolved(trainings={"g": {"recipe": "rl", "seeds": [0, 2], "base": "chain-base", "label": "GRPO"}})
    assert list(config["models"]) == ["chain-base", "g-s0-5", "g-s2-5", "g-s0-10", "g-s2-10"]
    model = config["models"]["g-s2-5"]
    assert model["weights"] == "results/trained/rl/seed-2/step-5"
    assert (model["label"], model["prompt"], model["benchmarks"]) == (
        "GRPO, step 5, seed 2",
        {"chain": "chain"},
        ["chain"],
    )
    assert config["runs"] == {"g-5": ["g-s0-5", "g-s2-5"], "g-10": ["g-s0-10", "g-s2-10"]}
    assert [pair["tuned"] for pair in config["run_pairs"]] == ["g-5", "g-10"]
    assert [pair["tuned"] for pair in config["pairs"]] == ["g-s0-5", "g-s2-5", "g-s0-10", "g-s2-10"]
    one = resolved(trainings={"kl": {"recipe": "rl-kl", "steps": [10]}})
    assert list(one["models"]) == ["chain-base", "kl-10"]
    assert one["recipes"]["rl-kl"] == one["recipes"]["rl"] | {"kl": 0.1}


def test_samples_are_told_apart_by_all_that_decides_weights_and_by_nothing_else():
    def sample(**changes):
        recipe, model = RECIPE | changes, {"trained": "rl", "step": 5, "prompt": "chain"}
        config = resolved(recipes={"rl": recipe}, models={"chain-base": {}, "m": model})
        return Sampling(Grid(config)).spec("m", "chain", "t1")

    own = sample()
    assert own == sample(checkpoints=[3, 5], steps=20, seeds=[0, 1])
    for change in ({"kl": 0.1}, {"learning_rate": 0.01}, {"seeds": [1]}, {"start": {"recipe": "chain-base"}}):
        assert own != sample(**change), change
    assert own["model"]["weights"]["step"] == 5
    assert own["model"]["weights"]["trained"]["start"].startswith("sha256:")


def test_a_falling_learning_rate_makes_the_number_of_steps_count():
    def training(steps):
        recipes = {"chain-base": {"steps": steps}}
        return Trainings(Grid(resolved(recipes=recipes))).spec("chain-base", "0")

    assert training(800) != training(900)


def test_trainings_that_others_start_from_are_trained_first():
    models = {"chain-base": {}, "m": {"trained": "more"}}
    more = RECIPE | {"start": {"recipe": "rl", "seed": 3, "step": 5}}
    grid = Grid(resolved(recipes={"rl": RECIPE, "more": more}, models=models))
    trainings = Trainings(grid)
    assert trainings.start("more", "0") == ["results/trained/rl/seed-3"]
    assert trainings.start("rl", "3") == []
    assert [TRAINED.format(**row._asdict()) for row in grid.trainings] == [
        "results/trained/more/seed-0",
        "results/trained/rl/seed-3",
    ]
    zoo = {path.split("/")[2] for path in trainings.every_model_of_the_zoo()}
    assert zoo == {f"{task}-{kind}" for task in ("chain", "countdown") for kind in ("base", "grpo", "distilled")}


def test_scaled_trainings_have_scaled_steps():
    config = resolved(zoo={"scale": 0.2}, models={"chain-base": {}, "m": {"trained": "rl", "step": 5}})
    assert (config["recipes"]["rl"]["steps"], config["recipes"]["rl"]["checkpoints"]) == (2, [1])
    assert config["models"]["m"]["training"]["step"] == 1


def test_an_adapter_is_on_top_of_its_start():
    lora = {"rank": 8, "alpha": 16, "modules": ["q_proj"]}
    config = resolved(recipes={"rl": RECIPE | {"lora": lora}}, models={"chain-base": {}, "m": {"trained": "rl"}})
    model = config["models"]["m"]
    assert model["weights"] == config["models"]["chain-base"]["weights"]
    assert model["adapter"] == "results/trained/rl/seed-0/step-10"
    spec = Sampling(Grid(config)).spec("m", "chain", "t1")["model"]
    assert spec["weights"].startswith("sha256:")
    assert spec["adapter"]["step"] == 10


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipes": {"rl": RECIPE | {"algorithm": "grpoo"}}}, r"recipes.rl.algorithm = 'grpoo' is unknown.*'grpo'"),
        ({"recipes": {"rl": RECIPE | {"kll": 1}}}, r"recipes.rl: unknown key 'kll' \(did you mean 'kl'"),
        ({"recipes": {"rl": {"like": "rll"}}}, "recipes.rl.like = 'rll' is no recipe"),
        ({"recipes": {"a": {"like": "b"}, "b": {"like": "a"}}}, "in a circle"),
        ({"recipes": {"rl": RECIPE | {"start": {"recipe": "rl"}}}}, "start from each other, in a circle"),
        ({"recipes": {"rl": RECIPE | {"checkpoints": [11]}}}, "checkpoints: 11 is more than steps = 10"),
        ({"recipes": {"rl": {k: v for k, v in RECIPE.items() if k != "rollouts"}}}, "'rollouts' is missing, which"),
        ({"models": {"m": {"trained": "rl"}}}, "'chain-base' is not a model of this run; add it"),
        ({"models": {"chain-base": {}, "m": {"trained": "lr"}}}, r"models.m.trained = 'lr' is no recipe"),
        ({"models": {"chain-base": {}, "m": {"trained": "rl", "step": 7}}}, "no weights of that step; .*: 5, 10"),
        ({"models": {"chain-base": {}, "m": {"trained": "rl", "weights": "x"}}}, "has trained and weights"),
        ({"trainings": {"g": {"recipe": "lr"}}}, "trainings.g.recipe = 'lr' is no recipe"),
        ({"trainings": {"g": {"recipe": "rl", "colour": 1}}}, r"unknown key 'colour' \(did you mean 'color'"),
    ],
)
def test_what_is_wrong_is_named(changes, said):
    with pytest.raises(InputError, match=said):
        resolved(**changes)
