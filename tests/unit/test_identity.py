"""What decides an output: nothing else enters a spec, and specs of finished work never change."""

import json

import pytest

from boundary.analysis.plan import Analysis
from boundary.benchmarks.plan import Benchmarks
from boundary.config.resolve import resolve
from boundary.files import digests
from boundary.grid import Grid
from boundary.report.plan import Shown
from boundary.sampling.plan import Sampling
from boundary.sampling.setup import Setup
from boundary.verifying.plan import Verification
from conftest import ROOT, tiny_config


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def planned(**changes) -> Grid:
    return Grid(resolve(tiny_config(**changes), ROOT))


def test_the_spec_of_finished_samples_is_the_same_to_the_letter():
    """Order of keys too: Snakemake compares text, and a difference would plan every block of every user again."""
    spec = Sampling(planned()).spec(model="chain-base", benchmark="chain", decoding="t0.6")
    weights = spec["model"]["weights"]
    assert json.dumps(spec) == json.dumps(
        {
            "protocol": 1,
            "seed": 0,
            "model": {
                "weights": weights,
                "dtype": "auto",
                "prompt": "{question} : ",
                "stop": [],
                "stop_token_ids": [],
            },
            "decoding": {"temperature": 0.6, "top_p": 0.95, "max_tokens": 48, "top_k": 0},
        }
    )


def test_the_spec_of_a_served_model_says_what_is_served_and_not_where():
    names = {"model": "served", "benchmark": "chain", "decoding": "t0.6"}

    def spec(**server) -> dict:
        model = {"server": {"model": "org/model"} | server, "prompt": "chain", "benchmarks": ["chain"]}
        return Sampling(planned(models=tiny_config()["models"] | {"served": model})).spec(**names)

    found = spec(url="http://one:8000/v1", key_env="KEY")
    assert json.dumps(found) == json.dumps(
        {
            "protocol": 1,
            "seed": 0,
            "model": {"server": "org/model", "prompt": "{question} : ", "stop": [], "stop_token_ids": []},
            "decoding": {"temperature": 0.6, "top_p": 0.95, "max_tokens": 48, "top_k": 0},
        }
    )
    assert spec(url="https://other/v1", tokenizer="org/name") == found  # what it renders is compared by hash
    assert spec(url="http://one:8000/v1", api="completions") == found
    assert list(spec(url="http://one:8000/v1", revision="abc")["model"]) == [
        "server",
        "revision",
        "prompt",
        "stop",
        "stop_token_ids",
    ]


def test_the_spec_of_a_chat_endpoint_says_so_and_what_else_it_is_told():
    extra = {"reasoning_effort": "high"}
    server = {"url": "http://one:8000/v1", "model": "org/model", "api": "chat", "extra": extra}
    served = {"server": server, "prompt": "number-only", "benchmarks": ["chain"]}
    found = Sampling(planned(models=tiny_config()["models"] | {"served": served}))
    model = found.spec(model="served", benchmark="chain", decoding="t0.6")["model"]
    assert list(model.items())[:3] == [
        ("server", "org/model"),
        ("api", "chat"),
        ("extra", extra),
    ]
    assert found.prompts("served", "chain") == {"template": model["prompt"], "api": "chat"}


def test_the_spec_of_a_built_benchmark_is_the_same_to_the_letter():
    assert json.dumps(Benchmarks(planned()).spec("chain")) == json.dumps(
        {"protocol": 2, "source": "zoo", "verifier": "math", "task": "chain", "problems": 10, "seed": 2024}
    )


def test_speed_labels_and_limits_are_no_identity_of_samples():
    plain, names = planned(), {"model": "chain-base", "benchmark": "chain", "decoding": "t0.6"}
    config = tiny_config(engines={"transformers": {"batch_size": 3}}, verification={"memory_mb": 2048})
    config["models"]["chain-base"] = {"label": "mine", "tensor_parallel_size": 2, "color": "#123456"}
    other = Grid(resolve(config, ROOT))
    assert Sampling(other).spec(**names) == Sampling(plain).spec(**names)
    assert Benchmarks(other).spec("chain") == Benchmarks(plain).spec("chain")
    assert Verification(other).spec("chain") != Verification(plain).spec("chain")
    setup = Setup(other).of_job(**names)
    assert (setup["tensor_parallel_size"], setup["gpus"]) == (2, 1)  # transformers takes one


def test_the_setup_of_a_sampling_job_names_streams_and_folders():
    config = tiny_config()
    config["benchmarks"]["chain-all"] = dict(config["benchmarks"]["chain"], task="chain", seed=1, verifier="math")
    config["benchmarks"]["chain-all"]["stream"] = "chain"
    config["models"]["chain-base"] = {"benchmarks": ["chain", "chain-all"]}
    grid = Grid(resolve(config, ROOT))
    setup = Setup(grid).of_job("chain-base", "chain-all", "t0.6")
    assert (setup["stream"], setup["benchmarks"]) == ("chain", ["chain", "chain-all"])
    assert setup["weights"] == "resources/zoo/chain-base"


def test_an_image_beside_the_file_is_part_of_the_benchmark(tmp_path):
    rows, image = tmp_path / "rows.jsonl", tmp_path / "one.png"
    rows.write_text('{"q": "?", "a": "1", "picture": "one.png"}\n')
    entry = {"file": str(rows), "question": "q", "answer": "a", "image": "picture", "verifier": "visual"}
    own = {"samples": 2, "block": 2} | entry
    model = {"weights": "resources/zoo/chain-base", "prompt": "chain", "benchmarks": ["own"]}

    def spec() -> dict:
        digests.file_digest.cache_clear()
        return Benchmarks(planned(models={"mine": model}, benchmarks={"own": own}, pairs=[])).spec("own")

    image.write_bytes(b"a")
    before = spec()
    image.write_bytes(b"b")
    assert before["sha256"] == spec()["sha256"]
    assert before["images"] != spec()["images"]


def imported(tmp_path, files, **columns) -> Grid:
    own = {"file": str(tmp_path / "a.jsonl"), "question": "q", "answer": "a", "verifier": "math"}
    return planned(
        models={"theirs": {"responses": {"files": {"own": files}, **columns}, "benchmarks": ["own"]}},
        benchmarks={"own": own | {"samples": 2, "block": 2}},
        pairs=[],
    )


@pytest.fixture
def two_files(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text(f'{{"q": "?", "r": "{name}"}}\n')
    return tmp_path


PAIR = {"base": "countdown-base", "tuned": "countdown-grpo-50"}
NAMES = {"model": "theirs", "benchmark": "own", "decoding": "t0.6"}


def test_the_spec_of_an_import_of_one_file_is_the_same_to_the_letter(two_files):
    digest = digests.file_digest(str(two_files / "a.jsonl"))
    columns = {"row": "i", "response": "r", "tokens": "t", "extraction": "program"}
    for files in ("a.jsonl", ["a.jsonl"], "a*.jsonl"):
        given = [str(two_files / file) for file in files] if isinstance(files, list) else str(two_files / files)
        spec = Sampling(imported(two_files, given, **columns)).spec(**NAMES)
        assert json.dumps(spec) == json.dumps(
            {"protocol": 1, "responses": {"sha256": digest, "row": "i", "response": "r", "tokens": "t"}}
        )


def test_what_a_file_says_of_itself_is_a_grader_of_its_curve_alone(two_files):
    plain = imported(two_files, str(two_files / "a.jsonl"), row="i", response="r")
    assert Verification(plain).spec("own", "theirs")["graders"] == ["mathematics", "boxed", "paper"]
    scored = imported(two_files, str(two_files / "a.jsonl"), format="verl", right={"above": 0.5})
    read = Sampling(scored).spec(**NAMES)["responses"]
    assert read.keys() == {"sha256", "format"}  # which are right changes no import
    spec = Verification(scored).spec("own", "theirs")
    assert (spec["graders"], spec["right"]) == (["mathematics", "boxed", "paper", "reported"], {"above": 0.5})
    others = [Verification(grid).spec("own", model) for grid in (plain, scored) for model in (None, "another")]
    assert all(json.dumps(one) == json.dumps(Verification(plain).spec("own", "theirs")) for one in others)


def test_every_file_of_an_import_counts_and_a_format_says_where_programs_are(two_files):
    both = imported(two_files, str(two_files / "*.jsonl"), format="evalplus")
    assert Sampling(both).spec(**NAMES)["responses"] == {
        "sha256": [digests.file_digest(str(two_files / f"{name}.jsonl")) for name in "ab"],
        "format": "evalplus",
    }
    assert Verification(both).spec("own", "theirs")["extraction"] == "program"
    own = imported(two_files, str(two_files / "a.jsonl"), format="evalplus", extraction="fence")
    assert Verification(own).spec("own", "theirs")["extraction"] == "fence"


def test_a_pair_that_is_not_incomplete_has_the_spec_that_it_had():
    names = PAIR | {"benchmark": "countdown", "decoding": "t0.6"}
    plain = Analysis(planned())
    assert list(plain.pair_problems(**names)) == ["level", "grader", "rate", "match_budgets"]
    assert list(plain.pair_curves(**names)) == ["level", "grader", "efficiency_k"]
    some = Analysis(planned(pairs=[PAIR | {"incomplete": True}]))
    assert some.pair_problems(**names) == plain.pair_problems(**names) | {"incomplete": True}
    assert some.pair_curves(**names) == plain.pair_curves(**names) | {"incomplete": True}


def test_a_model_that_is_in_no_group_redraws_no_group():
    models = tiny_config()["models"]
    groups = {"steps": {"axis": "steps", "base": "countdown-base", "members": {"50": "countdown-grpo-50"}}}
    pairs = tiny_config()["pairs"]
    names = {"benchmark": "countdown", "decoding": "t0.6"}
    before = Shown(planned(groups=groups)).of_group("steps", **names)
    more = [*pairs, {"base": "countdown-base", "tuned": "countdown-grpo-100"}]
    after = Shown(planned(groups=groups, models=models | {"countdown-grpo-100": {}}, pairs=more)).of_group(
        "steps", **names
    )
    assert after == before
