"""Checkpoints of a training run that become models, and what a start says of the others."""

import shutil

import pytest

from boundary.config.checkpoints import OF_BASE, find_checkpoints, left_out
from boundary.config.resolve import resolve
from boundary.errors import InputError
from conftest import ROOT, tiny_config

WEIGHTS = ROOT / "resources/zoo/chain-grpo/step-15"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checkpoint(folder) -> None:
    shutil.copytree(WEIGHTS, folder)


def adapter(folder) -> None:
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    (folder / "adapter_model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")


def run(pattern: str = "run/checkpoint-{step}", group: str = "training steps", **members) -> dict:
    return tiny_config(
        models={"chain-base": {"stop": ["#"], "samples": {"chain": 8}}},
        benchmarks={"chain": {"problems": 10, "samples": 4, "block": 2}},
        pairs=[],
        groups={group: {"base": "chain-base", "scale": "log", "members": {"pattern": pattern, **members}}},
    )


def test_checkpoints_are_models_like_their_base_in_the_order_of_steps(here):
    for step in (100, 5, 20):
        checkpoint(here / f"run/checkpoint-{step}")
    (here / "run/checkpoint-7").touch()
    (here / "run/checkpoint-best").mkdir()
    config = resolve(run(), ROOT)
    names = [f"training-steps-{step}" for step in (5, 20, 100)]
    assert list(config["models"]) == ["chain-base", *names]
    assert [(pair["base"], pair["tuned"]) for pair in config["pairs"]] == [("chain-base", name) for name in names]
    members = config["groups"]["training steps"]["members"]
    assert members == [{"at": at, "base": "chain-base", "tuned": f"training-steps-{at}"} for at in (5, 20, 100)]
    base, model = config["models"]["chain-base"], config["models"]["training-steps-20"]
    assert {key: model.get(key) for key in OF_BASE} == {key: base.get(key) for key in OF_BASE}
    assert (model["weights"], model["label"]) == ("run/checkpoint-20", "training-steps-20")
    assert left_out(config) == []


def test_what_the_group_says_of_its_models_counts_before_the_base(here):
    checkpoint(here / "run/checkpoint-5")
    config = run(model={"stop": ["!"], "samples": {}})
    config["groups"]["training steps"]["prompts_differ"] = True
    model = resolve(config, ROOT)["models"]["training-steps-5"]
    assert (model["stop"], model["samples"], model["prompt"]) == (["!"], {}, {"chain": "chain"})
    with pytest.raises(InputError, match=r"members.model: unknown key 'weights'"):
        resolve(run(model={"weights": "x"}), ROOT)


def test_what_is_still_being_written_is_left_out_and_said(here):
    for step in (1, 2, 3):
        checkpoint(here / f"run/checkpoint-{step}")
    (here / "run/checkpoint-2/model.safetensors").write_bytes(b"half")
    (here / "run/checkpoint-3/model.safetensors").unlink()
    config = resolve(run(), ROOT)
    assert list(config["models"]) == ["chain-base", "training-steps-1"]
    first, second = left_out(config)
    assert first == "groups.training steps: run/checkpoint-2 is left out of this start: model.safetensors is cut short"
    assert "run/checkpoint-3 is left out of this start: the folder has no weights" in second


def test_a_pattern_is_looked_for_beside_the_configuration_then_in_the_working_folder(here):
    beside = here / "configs"
    checkpoint(beside / "run/global_step7_hf")
    assert find_checkpoints("run/global_step{step}_hf", [beside, here]) == [(7, "configs/run/global_step7_hf")]
    checkpoint(here / "own/[a]/008")
    assert find_checkpoints("own/[a]/{step}", [beside, here]) == [(8, "own/[a]/008")]
    assert find_checkpoints(f"{here}/own/[a]/{{step}}", [beside]) == [(8, f"{here}/own/[a]/008")]


def test_a_step_that_is_named_twice_is_the_same(here):
    for folder in ("1/step-1", "1/step-2", "2/step-2"):
        checkpoint(here / folder)
    assert find_checkpoints("{step}/step-{step}", [here]) == [(1, "1/step-1"), (2, "2/step-2")]


@pytest.mark.parametrize(
    ("folder", "found"),
    [("checkpoint-{step}", "checkpoint-5"), ("global_step_{step}", "global_step_5/actor/lora_adapter")],
)
def test_an_adapter_goes_with_the_weights_of_the_base(here, folder, found):
    adapter(here / found)
    (here / "global_step_5/actor/huggingface").mkdir(parents=True)
    config = run(folder)
    config["models"] = {"chain-base": {"weights": "org/base", "adapter": "of/the-base"}}
    locked = {"model org/base": "org/base@" + 40 * "a"}
    model = resolve(config, ROOT, locked)["models"]["training-steps-5"]
    assert (model["weights"], model["adapter"]) == (locked["model org/base"], found)


def test_shards_of_verl_are_left_out_until_they_are_merged(here):
    actor = here / "run/global_step_5/actor"
    (actor / "huggingface").mkdir(parents=True)
    (actor / "huggingface/config.json").write_text("{}")
    (actor / "model_world_size_1_rank_0.pt").touch()
    with pytest.raises(InputError) as error:
        resolve(run("run/global_step_{step}"), ROOT)
    merge = "merge --backend fsdp --local_dir run/global_step_5/actor --target_dir run/global_step_5/actor/huggingface"
    assert merge in str(error.value)
    shutil.copytree(WEIGHTS, actor / "huggingface", dirs_exist_ok=True)
    weights = resolve(run("run/global_step_{step}"), ROOT)["models"]["training-steps-5"]["weights"]
    assert weights == "run/global_step_5/actor/huggingface"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            run("run/step-{step}"),
            r"pattern = 'run/step-{step}': no checkpoint that is whole yet \(looked in .*\):\nrun holds",
        ),
        (run("nowhere/a/step-{step}"), r"\nthere is no folder nowhere/a"),
        (run("run/checkpoint-5"), r"pattern = 'run/checkpoint-5': must be a path with {step} in it"),
        (run(patern="x"), r"members: unknown key 'patern' \(did you mean 'pattern'\?\)"),
        (
            run(group="chain-vs-grpo"),
            r"would be the model 'chain-vs-grpo-5', and a name must be made of letters.*rename the group",
        ),
        (run(group="é"), r"the model '-5'"),
        (run("run/twice-{step}"), "run/twice-5 would be the model 'training-steps-5', which there is already"),
        (run(group="chain"), "checkpoint-5 would be the model 'chain-5', which there is already; rename the group"),
    ],
)
def test_mistakes_name_key_value_and_what_is_allowed(here, config, message):
    for folder in ("checkpoint-5", "twice-5", "twice-05"):
        checkpoint(here / f"run/{folder}")
    config["models"]["chain-5"] = {"weights": str(WEIGHTS), "prompt": "chain"}
    with pytest.raises(InputError, match=message):
        resolve(config, ROOT)


@pytest.mark.parametrize(
    ("base", "message"), [({}, "needs a `base`"), ({"base": "chain-bse"}, r"did you mean 'chain-base'\?")]
)
def test_a_run_needs_a_base(here, base, message):
    config = run()
    del config["groups"]["training steps"]["base"]
    config["groups"]["training steps"] |= base
    with pytest.raises(InputError, match=message):
        resolve(config, ROOT)
