"""What a folder of weights holds: the layouts that trainers leave, whole and half written."""

import json

import pytest

from boundary.files.checkpoints import checkpoint_in, found_in


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def tensors(length: int = 4, written: int | None = None) -> bytes:
    """A safetensors file with one tensor of `length` bytes, of which `written` are there."""
    header = json.dumps({"__metadata__": {"format": "pt"}, "w": {"dtype": "U8", "data_offsets": [0, length]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(length if written is None else written)


def written(folder, files: dict):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


INDEX = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
FIRST, SECOND = sorted(INDEX["weight_map"].values())
SHARDED = {"config.json": {}, FIRST: tensors(), SECOND: tensors(), "model.safetensors.index.json": INDEX}
VERL = {f"model_world_size_2_rank_{rank}.pt": b"pickled" for rank in (0, 1)} | {"huggingface/config.json": {}}
FOLDERS = [
    ("model", {"config.json": {}, "model.safetensors": tensors()}, None),
    ("model", SHARDED, None),
    ("model", {"config.json": {}, "pytorch_model.bin": b"pickled"}, None),
    # weights in one format, and the index of another that was not fetched
    ("model", SHARDED | {"pytorch_model.bin.index.json": {"weight_map": {"a": "pytorch_model-1-of-1.bin"}}}, None),
    ("adapter", {"adapter_config.json": {}, "adapter_model.safetensors": tensors()}, None),
    # OpenRLHF writes the configuration of the base beside an adapter
    ("adapter", {"config.json": {}, "adapter_config.json": {}, "adapter_model.safetensors": tensors()}, None),
    ("unfinished", {"config.json": {}}, "has no weights"),
    ("unfinished", {"config.json": {}, "training_args.bin": b"pickled"}, "has no weights"),
    ("unfinished", {"config.json": {}, FIRST: tensors()}, "the index that lists them is missing"),
    ("unfinished", {k: v for k, v in SHARDED.items() if k != SECOND}, f"{SECOND} is missing (1 of the files"),
    ("unfinished", SHARDED | {"model.safetensors.index.json": b'{"weight'}, "index.json cannot be read"),
    ("unfinished", SHARDED | {SECOND: tensors(written=3)}, f"{SECOND} is cut short"),
    ("unfinished", {"config.json": {}, "model.safetensors": b""}, "model.safetensors is cut short"),
    ("unfinished", {"config.json": {}, "model.safetensors": b"version https://git-lfs"}, "is cut short"),
    ("unfinished", {"adapter_config.json": {}}, "and no adapter_model.safetensors"),
    ("unfinished", {"adapter_model.safetensors": tensors()}, "and no adapter_config.json"),
    ("other", {"adapter_config.json": {}, "adapter_model.bin": b"pickled"}, "is a pickle, and none is opened"),
    ("unfinished", {"adapter_config.json": {}, "adapter_model.safetensors": tensors(9, 2)}, "is cut short"),
    ("unfinished", {"model_world_size_2_rank_0.pt": b""}, "1 of the 2 FSDP shards"),
    ("shards", VERL, "python -m verl.model_merger merge --backend fsdp --local_dir"),
    ("shards", {f"actor/{name}": content for name, content in VERL.items()}, "/actor/huggingface"),
    ("other", {"trainer_state.json": {}}, "has no config.json"),
]


@pytest.mark.parametrize(("kind", "files", "said"), FOLDERS)
def test_what_a_folder_holds(tmp_path, kind, files, said):
    found = found_in(written(tmp_path, files))
    assert found.kind == kind
    assert (found.said is None) if said is None else (said in found.said)


def test_shards_are_found_from_the_folder_that_they_are_merged_into(tmp_path):
    actor = written(tmp_path / "a run/global_step_5/actor", VERL)
    said = found_in(actor / "huggingface").said
    assert f"--local_dir '{actor}' --target_dir '{actor}/huggingface'" in said
    assert said.endswith(f"and give {actor}/huggingface")
    written(actor / "huggingface", {"model.safetensors": tensors()})
    assert found_in(actor / "huggingface").kind == "model"


MODEL = {"config.json": {}, "model.safetensors": tensors(), "tokenizer.json": {}}


@pytest.mark.parametrize(
    ("folder", "files", "said"),
    [
        ("checkpoint-5", MODEL | {"training_args.bin": b"", "trainer_state.json": {}}, None),
        ("checkpoint-5", MODEL | {"training_args.bin": b"", "optimizer.pt": b""}, "no trainer_state.json"),
        ("final", MODEL | {"training_args.bin": b""}, None),  # of `save_model`, which writes no state
        ("checkpoint-5", MODEL, None),  # of somebody who keeps the weights alone
        ("global_step5_hf", {"config.json": {}, "model.safetensors": tensors()}, "no tokenizer"),
        ("step-5", {"adapter_config.json": {}, "adapter_model.safetensors": tensors()}, None),
        ("step-5", {"config.json": {}}, "has no weights"),
    ],
)
def test_a_checkpoint_is_whole_with_what_its_trainer_writes_last(tmp_path, folder, files, said):
    found = checkpoint_in(written(tmp_path / folder, files))
    assert (found.said is None) if said is None else (said in found.said)
