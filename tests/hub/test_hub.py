"""The real Hugging Face client against a hub on loopback: locked commits, downloads, and what goes wrong on the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml
from local_hub import LocalHub

from conftest import ROOT, fresh_project

ROWS = "".join(
    json.dumps({"q": f"0{i} % 02", "a": f"{i + 3:02d}"}) + "\n" for i in range(40)
).encode()  # over 1,000 bytes


@pytest.fixture
def hub():
    served = LocalHub()
    yield served
    served.close()


@pytest.fixture
def client(hub, tmp_path):
    """Calls a function of boundary.hub in a process of its own; returns its result, or the text of its InputError."""

    def call(expression: str, **environment) -> tuple[str, object]:
        program = (
            "import json\nfrom pathlib import Path\n"
            "from boundary.errors import InputError\nfrom boundary.files import hub\n"
            f"try:\n    print('\\nresult', json.dumps({expression}))\n"
            "except InputError as error:\n    print('\\nerror', json.dumps(str(error)))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=environ(hub, tmp_path, **environment)
        )
        assert done.returncode == 0, done.stderr[-3000:]
        kind, _, value = done.stdout.strip().splitlines()[-1].partition(" ")
        return kind, json.loads(value)

    return call


def environ(hub, folder: Path, **more) -> dict:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    settings = {"HF_ENDPOINT": hub.url, "HF_HOME": str(folder / "hf"), "PYTHONPATH": str(ROOT / "workflow/scripts")}
    return kept | settings | more


def transfers(hub) -> list[str | None]:
    """The ranges that were asked for of large files."""
    return [asked for method, path, asked in hub.asked if method == "GET" and path.startswith("large/")]


def test_a_file_is_fetched_once_checked_and_then_found_without_a_network(hub, client):
    commit = hub.add("datasets/test/rows", {"data/test-1.jsonl": ROWS, "README.md": b"read me"})
    ask = f"hub.download('dataset', 'test/rows@{commit}', ['data/*.jsonl'])"
    kind, manifest = client(ask)
    assert kind == "result"
    assert [file["name"] for file in manifest["files"]] == ["data/test-1.jsonl"]
    assert Path(manifest["folder"], "data/test-1.jsonl").read_bytes() == ROWS
    assert len(transfers(hub)) == 1
    assert client(ask, HF_HUB_OFFLINE="1") == (kind, manifest)
    assert len(transfers(hub)) == 1


def test_an_interrupted_transfer_goes_on_where_it_was(hub, client):
    large = b"0123456789abcdef" * 1_500_000  # of which the client writes 10 MB at a time
    commit = hub.add("datasets/test/rows", {"test.jsonl": large})
    hub.break_next = True
    kind, manifest = client(f"hub.download('dataset', 'test/rows@{commit}', ['test.jsonl'])")
    assert kind == "result", manifest
    assert Path(manifest["folder"], "test.jsonl").read_bytes() == large
    first, second = transfers(hub)
    assert first is None
    assert int(second.removeprefix("bytes=").rstrip("-")) > 0


@pytest.mark.parametrize(
    ("expression", "environment", "message"),
    [
        ("hub.find_commit('dataset test/nothing')", {}, "there is no dataset test/nothing at"),
        ("hub.find_commit('dataset test/rows@v9')", {}, "dataset test/rows has no revision 'v9'"),
        ("hub.download('dataset', 'test/rows@' + '0' * 40, ['*.jsonl'])", {}, "has no revision '0000"),
        (
            "hub.download('dataset', 'test/rows@COMMIT', ['new.jsonl'])",
            {},
            "has no file 'new.jsonl'; it has test.jsonl",
        ),
        ("hub.download('model', 'test/gated@GATED', ['*.json'])", {}, "model test/gated is gated: accept its licence"),
        (
            "hub.download('dataset', 'test/rows@COMMIT', ['*.jsonl'])",
            {"HF_HUB_OFFLINE": "1"},
            "is not in the cache, and",
        ),
        (
            "hub.find_commit('dataset test/rows')",
            {"HF_ENDPOINT": "http://127.0.0.1:1"},
            "127.0.0.1:1 cannot be reached",
        ),
        ("hub.download_weights('test/rows@COMMIT')", {}, "has no config.json and weights; it has nothing"),
        ("hub.download_url('http://127.0.0.1:1/a.jsonl', None, Path('.'))", {}, "name the copy by `file`"),
        (
            "hub.download_url('HUB/test/rows/resolve/main/test.jsonl', '0' * 64, Path('TMP'))",
            {},
            "is not the file it was",
        ),
    ],
)
def test_what_goes_wrong_is_one_clear_error(hub, client, tmp_path, expression, environment, message):
    commit = hub.add("datasets/test/rows", {"test.jsonl": b'{"q": 1}\n'})
    hub.add("models/test/rows", {"test.jsonl": b"{}"})
    hub.repositories["models/test/rows"].commits[commit] = {"README.md": b"no weights"}
    gated = hub.add("models/test/gated", {"config.json": b"{}"}, token="secret")
    expression = expression.replace("COMMIT", commit).replace("GATED", gated).replace("TMP", str(tmp_path))
    expression = expression.replace("HUB", f"{hub.url}/datasets")
    kind, text = client(expression, **environment)
    assert kind == "error", text
    assert message in text


def test_a_gated_model_comes_with_a_token(hub, client):
    commit = hub.add("models/test/gated", {"config.json": b"{}", "model.safetensors": b"w" * 2000}, token="secret")
    kind, manifest = client(f"hub.download_weights('test/gated@{commit}')", HF_TOKEN="secret")
    assert kind == "result", manifest
    assert [file["name"] for file in manifest["files"]] == ["model.safetensors", "config.json"]
    _, manifest = client(f"hub.download_tokenizer('test/gated@{commit}')", HF_TOKEN="secret")
    assert [file["name"] for file in manifest["files"]] == ["config.json"]


def test_a_damaged_file_in_the_cache_is_not_taken(hub, client):
    commit = hub.add("datasets/test/rows", {"test.jsonl": ROWS})
    ask = f"hub.download('dataset', 'test/rows@{commit}', ['test.jsonl'])"
    _, manifest = client(ask)
    Path(manifest["folder"], "test.jsonl").resolve().write_bytes(ROWS.replace(b"%", b"+"))
    kind, text = client(ask)
    assert kind == "error"
    assert "is damaged" in text


@pytest.fixture
def served(hub):
    """A benchmark and a model of the zoo, as a hub has them."""
    hub.add("datasets/test/rows", {"test.jsonl": ROWS})
    folder = ROOT / "resources/zoo/chain-base"
    hub.add("models/test/model", {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()})
    return hub


def config(**benchmark) -> dict:
    rows = {"hub": "test/rows", "files": ["*.jsonl"], "question": "q", "answer": "a", "verifier": "math"}
    return {
        "engine": "transformers",
        "models": {"mine": {"weights": "test/model", "prompt": "chain"}},
        "benchmarks": {"rows": rows | {"problems": 40, "samples": 2, "block": 2} | benchmark},
        "decodings": {"t0.6": {"temperature": 0.6, "max_tokens": 48}},
    }


def test_a_branch_is_locked_at_the_first_run_and_pin_renews_it(served, tmp_path, monkeypatch):
    project = fresh_project(tmp_path / "project")
    for name, value in environ(served, tmp_path).items():
        monkeypatch.setenv(name, value)
    planned = {
        "download_benchmark": 1,
        "download_model": 1,
        "build_benchmark": 1,
        "render_prompts": 1,
        "sample_block": 1,
    }
    assert project.planned("samples", config=config()) == planned
    assert served.asked == []  # a plan needs no network
    project.snakemake("samples", config=config())
    lock = project.path("test.lock.yaml")
    first = served.repositories["models/test/model"].main
    assert yaml.safe_load(lock.read_text())["model test/model"]["commit"] == first
    block = project.path("results/samples/mine/rows/t0.6/0000-0001.parquet")
    assert len(pl.read_parquet(block)) == 80
    assert first in pl.read_parquet_metadata(block)["beyond-base"]

    files = served.repositories["models/test/model"].commits[first]
    second = served.add("models/test/model", files | {"README.md": b"moved on"})
    asked = len(served.asked)
    assert project.planned("samples", config=config()) == {}  # whatever becomes of the branch
    assert len(served.asked) == asked
    project.snakemake("pin", config=config())
    assert yaml.safe_load(lock.read_text())["model test/model"]["commit"] == second
    assert project.planned("samples", config=config()) == {"download_model": 1, "sample_block": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"problems": 39}, "40 problems, and `problems` expects 39"),
        ({"answer": "gold"}, "row 1 has no column 'gold' (key `answer`); it has q, a"),
        ({"transform": {"answer": ["last_boxed"]}}, "column 'a' = '03' cannot be read by last_boxed"),
        ({"hub": "test/rowz"}, "there is no dataset test/rowz"),
        ({"files": ["train.jsonl"]}, "has no file 'train.jsonl'; it has test.jsonl"),
        ({"revision": "v2"}, "dataset test/rows has no revision 'v2'"),
    ],
)
def test_mistakes_about_a_benchmark_of_a_hub(served, tmp_path, monkeypatch, change, message):
    project = fresh_project(tmp_path / "project")
    for name, value in environ(served, tmp_path).items():
        monkeypatch.setenv(name, value)
    output = project.snakemake("results/benchmarks/rows.parquet", config=config(**change), fails=True)
    assert message in output.replace("\n", " ")
