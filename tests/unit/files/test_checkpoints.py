"""What a folder of weights holds."""

import json

import pytest

from boundary.files.checkpoints import found_in

FOLDERS = {
    "model": {"config.json": "{}", "model.safetensors": ""},
    "adapter": {"adapter_config.json": "{}", "adapter_model.safetensors": ""},
    "unfinished": {"config.json": "{}"},
    "shards": {"fsdp_config.json": "{}", "model_world_size_2_rank_0.pt": "", "huggingface/config.json": "{}"},
    "other": {"trainer_state.json": "{}"},
}


@pytest.mark.parametrize("kind", FOLDERS)
def test_what_a_folder_holds(tmp_path, kind):
    for name, text in FOLDERS[kind].items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = found_in(tmp_path)
    assert found.kind == kind
    assert (found.said is None) == (kind in ("model", "adapter"))


def test_a_model_with_a_shard_missing_is_unfinished(tmp_path):
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model-00001-of-00002.safetensors").touch()
    assert found_in(tmp_path).said.startswith("model-00002-of-00002.safetensors is missing")
    (tmp_path / "model-00002-of-00002.safetensors").touch()
    assert found_in(tmp_path).kind == "model"
