"""Trainings: the same seed gives the same weights, a killed one goes on to the same, what is kept is found again."""

import json
import re
from random import Random

import polars as pl
import pytest
import torch
from safetensors.torch import load_file

from boundary.files import store
from boundary.files.adapters import adapter_config
from boundary.names import Training
from boundary.zoo import training
from boundary.zoo.reinforcement.learner import Reinforcement
from boundary.zoo.reinforcement.rollouts import draw, log_probabilities
from boundary.zoo.tasks import chain, countdown, products

NAMES = Training("recipe", "0")

REINFORCED = {"task": "chain", "problems": 2, "rollouts": 4, "learning_rate": 0.001, "max_new_tokens": 6}
REINFORCED |= {"reward": "random"}  # so that there is something to learn from random weights


def job(checkpoints, seed=0, **recipe):
    said = {"algorithm": "grpo"} | REINFORCED | recipe
    return {"training": {"protocol": 2, "recipe": said, "seed": seed}, "checkpoints": checkpoints}


def weights(folder, step):
    return load_file(folder / f"step-{step}/model.safetensors")


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("algorithm", ["grpo", "ppo", "dapo"])
def test_a_killed_training_goes_on_to_the_same_weights(start, tmp_path, monkeypatch, algorithm):
    spec = job([2, 5], algorithm=algorithm, minibatches=2, kl=0.01)
    whole, cut = tmp_path / "whole/seed-0", tmp_path / "cut/seed-0"
    training.run(spec, start, whole, tmp_path / "whole.parquet", NAMES)
    monkeypatch.setattr(training, "BETWEEN_STATES", -1)  # a state after every step
    monkeypatch.setattr(training.Progress, "add", killed_after(4))
    with pytest.raises(KeyboardInterrupt):
        training.run(spec, start, cut, tmp_path / "cut.parquet", NAMES)
    assert not cut.exists()
    monkeypatch.setattr(training.Progress, "add", killed_after(None))
    monkeypatch.setattr(Reinforcement, "step", counted(Reinforcement.step, steps := []))
    training.run(spec, start, cut, tmp_path / "cut.parquet", NAMES)
    assert steps == [5]
    for step in (2, 5):
        assert equal(weights(whole, step), weights(cut, step))
    logs = [pl.read_parquet(tmp_path / f"{name}.parquet").drop("seconds") for name in ("whole", "cut")]
    assert logs[0].equals(logs[1])
    assert logs[0]["step"].to_list() == [1, 2, 3, 4, 5]
    assert not equal(weights(whole, 2), weights(whole, 5))


def killed_after(step):
    def add(self, rows):
        if rows[-1]["step"] == step:
            raise KeyboardInterrupt

    return add


def counted(function, calls):
    def step(self, number):
        calls.append(number)
        return function(self, number)

    return step


def test_an_adapter_alone_is_trained_and_says_of_what(start, tmp_path):
    lora = {"rank": 2, "alpha": 4, "modules": ["q_proj"]}
    training.run(job([2], lora=lora), start, tmp_path / "seed-0", tmp_path / "log.parquet", NAMES, base="org/Base-1B")
    folder = tmp_path / "seed-0/step-2"
    assert {file.name for file in folder.iterdir()} == {"README.md", "adapter_config.json", "adapter_model.safetensors"}
    assert adapter_config(str(folder))["base_model_name_or_path"] == "org/Base-1B"
    trained = load_file(folder / "adapter_model.safetensors")
    assert any(weight.abs().sum() > 0 for name, weight in trained.items() if "lora_B" in name)


def test_a_changed_recipe_trains_beside_and_going_back_or_further_finds_what_there_is(start, tmp_path, monkeypatch):
    folder, log = tmp_path / "recipe/seed-0", tmp_path / "log.parquet"
    training.run(job([1, 2]), start, folder, log, NAMES)
    first = weights(folder, 2)
    training.run(job([1, 2], learning_rate=0.01), start, folder, log, NAMES)
    assert not equal(first, weights(folder, 2))
    monkeypatch.setattr(Reinforcement, "step", counted(Reinforcement.step, steps := []))
    training.run(job([1, 2]), start, folder, log, NAMES)
    assert equal(first, weights(folder, 2))
    assert steps == []
    training.run(job([1, 2, 3]), start, folder, log, NAMES)  # further: the state is of step 2
    assert steps == [3]
    assert store.about(log)["names"] == {"recipe": "recipe", "seed": "0"}
    training.run(job([1, 2, 3], seed=1), start, tmp_path / "recipe/seed-1", log, NAMES)
    assert not equal(first, weights(tmp_path / "recipe/seed-1", 2))


def test_nothing_is_clipped_with_one_update_a_step(start, tmp_path):
    spec = job([2], rollouts=16, max_new_tokens=30)
    training.run(spec, start, tmp_path / "r/seed-0", tmp_path / "log.parquet", NAMES)
    log = pl.read_parquet(tmp_path / "log.parquet")
    assert log["length"].max() < 30  # some end before others
    assert log["clipped"].to_list() == [0.0, 0.0]


def test_at_learning_rate_0_nothing_changes(start, tmp_path):
    training.run(job([2], learning_rate=0), start, tmp_path / "r/seed-0", tmp_path / "log.parquet", NAMES)
    assert equal(weights(tmp_path / "r/seed-0", 2), load_file(f"{start}/model.safetensors"))
    log = pl.read_parquet(tmp_path / "log.parquet")
    assert log["kl"].abs().max() < 1e-6
    assert log["updates"].to_list() == [1, 1]


def test_a_fitted_model_goes_on_too(tmp_path, monkeypatch):
    recipe = {"task": "chain", "algorithm": "pretrain", "steps": 3, "documents": 2, "muon_lr": 0.02, "adam_lr": 0.003}
    recipe |= {"warmup": 1, "decay": 0.5, "prompt_weight": 0.1, "size": {"width": 32, "layers": 1}}
    spec = {"training": {"protocol": 2, "recipe": recipe, "seed": 0}, "checkpoints": [3]}
    training.run(spec, None, tmp_path / "a/seed-0", tmp_path / "a.parquet", NAMES)
    monkeypatch.setattr(training, "BETWEEN_STATES", -1)
    monkeypatch.setattr(training.Progress, "add", killed_after(2))
    with pytest.raises(KeyboardInterrupt):
        training.run(spec, None, tmp_path / "b/seed-0", tmp_path / "b.parquet", NAMES)
    monkeypatch.setattr(training.Progress, "add", killed_after(None))
    training.run(spec, None, tmp_path / "b/seed-0", tmp_path / "b.parquet", NAMES)
    assert equal(weights(tmp_path / "a/seed-0", 3), weights(tmp_path / "b/seed-0", 3))


def test_an_adapter_alone_is_trained_and_the_start_is_what_it_was(start, tmp_path):
    lora = {"rank": 2, "alpha": 4, "modules": ["q_proj", "v_proj"]}
    folder = tmp_path / "r/seed-0"
    training.run(job([2], lora=lora, learning_rate=0.05), start, folder, tmp_path / "log.parquet", NAMES)
    saved = load_file(folder / "step-2/adapter_model.safetensors")
    assert {tensor.dtype for tensor in saved.values()} == {torch.bfloat16}
    assert all("lora_" in name for name in saved)
    assert json.loads((folder / "step-2/adapter_config.json").read_text())["r"] == 2
    log = pl.read_parquet(tmp_path / "log.parquet")
    assert log["kl"][0] == pytest.approx(0, abs=1e-6)
    assert log["kl"][1] > 0


def test_what_is_drawn_has_the_probabilities_that_the_model_gives_it(start):
    learner = Reinforcement(chain, {"algorithm": "grpo"} | REINFORCED, 0, start)
    prompts = [[1, 5, 7, 9], [1, 5]]
    torch.manual_seed(0)
    tokens, mask, logs = draw(learner.policy, prompts, 3, 6, learner.ends)
    batch = learner.draw_batch(Random(0))
    batch.prompts, batch.tokens, batch.mask = [p for p in prompts for _ in range(3)], tokens, mask
    with torch.no_grad():
        again, entropy, _ = log_probabilities(learner.policy, batch)
    assert torch.allclose(again * mask, logs, atol=1e-5)
    assert entropy.shape == mask.shape
    greedy = draw(learner.policy, prompts, 1, 6, learner.ends, greedy=True)[0]
    assert torch.equal(greedy, draw(learner.policy, prompts, 1, 6, learner.ends, greedy=True)[0])


def test_dense_rewards_are_shares_of_right_steps():
    assert chain.share_right("010203", "01 @ 02 add 03 \\boxed{019903}") == pytest.approx(2 / 3)
    assert chain.share_right("0102", "\\boxed{010299}") == pytest.approx(2 / 3)
    assert chain.share_right("0102", "no box") == 0
    gold = "( 6 * 4 ) - 5"  # of 4, 5, 6 to 19
    assert countdown.share_right(gold, "6 * 4 = 24 ; 24 - 5 = 19 \\boxed{ ( 6 * 4 ) - 5 }") == 1
    assert countdown.share_right(gold, "6 * 4 = 24 ; 24 + 5 = 29 \\boxed{ ( 6 * 4 ) + 5 }") == 0.5
    assert countdown.share_right(gold, "6 * 4 = 25 ; 25 - 5 = 20 \\boxed{ ( 6 * 4 ) - 5 }") == 0
    assert products.share_right("91", "7 * 13 = 81") == 0.5
    assert products.reward("1048", "It is 1,048.")
    assert not products.reward("91", "91 or 92")
    assert not products.formatted("ninety")


def test_products_of_the_benchmark_are_never_trained_on():
    asked = {row["question"] for row in products.benchmark(60, 0)}
    turned = {"What is {} * {}?".format(*reversed(re.findall(r"\d+", question))) for question in asked}
    drawn = {products.rl_problem(Random(i))[0] for i in range(2000)}
    assert len(asked) == 60
    assert len(drawn) > 100
    assert not drawn & (asked | turned)
