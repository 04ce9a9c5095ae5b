"""Registries answer for themselves: what models.yaml and benchmarks.yaml ask, against known facts of the sources."""

import importlib.util
import json
from pathlib import Path

import pytest
import yaml
from test_registries import BENCHMARKS, ROWS
from transformers.models.auto import modeling_auto

from boundary.config.resolve import resolve
from boundary.files.model_facts import PLAIN, faults, of_folder, unknown_marks
from boundary.grid import Grid
from boundary.weights.plan import Weights
from conftest import ROOT

MODELS = yaml.safe_load((ROOT / "config/models.yaml").read_text())
FACTS = yaml.safe_load((ROOT / "resources/models.yaml").read_text())
SOURCES = yaml.safe_load((ROOT / "resources/benchmarks.yaml").read_text())
TYPES = {"text": str, "integer": int, "number": (int, float), "list": list, "image": dict}
KNOWN = {name: FACTS[source] for name, entry in MODELS.items() if (source := entry["weights"].split("@")[0]) in FACTS}


@pytest.fixture(scope="module")
def paper() -> Weights:
    file = ROOT / "config/paper.yaml"
    return Weights(Grid(resolve(yaml.safe_load(file.read_text()), ROOT, beside=file.parent)))


def test_models_of_the_paper_can_do_what_its_configuration_asks(paper):
    for name in KNOWN.keys() & paper.grid.models.keys():
        asked, facts = paper.of_download("", model=name), KNOWN[name]
        assert faults(asked["entry"], facts, asked["longest"]) == [], name
        plain = PLAIN in MODELS[name].get("note", "")
        assert bool(unknown_marks(asked["templates"], facts)) == plain, f"{name}: its note should say why"


def test_architectures_are_known_to_the_pinned_libraries():
    kinds = modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES, modeling_auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES
    known = {name for kind in kinds for name in kind.values()}
    assert {facts["architecture"] for facts in KNOWN.values()} <= known
    if found := importlib.util.find_spec("vllm"):  # its registry is read as text: importing it takes half a minute
        registry = Path(found.origin).parent / "model_executor/models/registry.py"
        assert all(f'"{facts["architecture"]}"' in registry.read_text() for facts in KNOWN.values())


def test_folders_are_held_to_the_same(tmp_path):
    for name, entry in MODELS.items():
        if (folder := ROOT / entry["weights"]).is_dir():
            assert faults(entry, of_folder(folder), 24) == [], name
    config = {"architectures": ["X"], "text_config": {"num_attention_heads": 6, "vocab_size": 10}}
    (tmp_path / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 8}))
    (tmp_path / "tokenizer.json").write_text('{"added_tokens": [{"content": "<|a|>"}]}')
    facts = of_folder(tmp_path)
    found = faults({"stop_token_ids": [3, 10], "tensor_parallel_size": 4}, facts, 8)
    assert [line.split()[0] for line in found] == ["stop_token_ids:", "max_tokens", "tensor_parallel_size"]
    assert unknown_marks(["<|a|>{question}<|b|>"], facts) == ["<|b|>"]


def source(entry: dict) -> dict | None:
    found = entry.get("hub") or "/".join(entry.get("url", "////").split("/")[3:5])
    return SOURCES.get(found)


@pytest.mark.parametrize("name", [name for name, entry in BENCHMARKS.items() if source(entry)])
def test_benchmarks_name_columns_and_counts_that_their_sources_have(name):
    entry, facts = BENCHMARKS[name], source(BENCHMARKS[name])
    keys = ("id", "question", "answer", "image", "stratum", "tolerance", "precision", "type")
    named = {entry[key] for key in keys if key in entry} | entry.get("filter", {}).keys()
    assert named <= facts["columns"].keys()
    for row in ROWS[name][0]:  # what the other tests take for rows of this source
        for column in row.keys() & facts["columns"].keys():
            kind = facts["columns"][column]
            assert isinstance(row[column], TYPES[kind.rstrip("?")]) or (kind.endswith("?") and row[column] is None), (
                column
            )
    rows = facts["rows"]
    rows = rows[len(entry["files"])] if isinstance(rows, dict) else rows
    if "part" in entry:
        assert sum(entry["part"]["sizes"]) == rows
        assert entry["problems"] == entry["part"]["sizes"][entry["part"]["index"]]
    else:
        assert entry.get("problems") == (facts["left"] if "filter" in entry else rows)
