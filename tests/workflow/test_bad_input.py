"""Every mistake stops with one clear message, at the door or at the stage that meets it; nothing computed is lost."""

import json
import shutil

import polars as pl
import pytest

from boundary.benchmarks.build import build
from boundary.config.resolve import not_compared_at_all, resolve
from boundary.errors import InputError, in_file
from boundary.files.rows import read_rows
from boundary.importing.responses import other_numbers
from boundary.verifying.grading import Limits
from conftest import ROOT, tiny_config


def change(config: dict, path: str, value) -> dict:
    *parents, last = path.split("/")
    entry = config
    for key in parents:
        entry = entry[int(key)] if isinstance(entry, list) else entry[key]
    entry[last] = value
    return config


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("benchmarks/chain/verifier", "maths", "verifier = 'maths' is unknown (did you mean 'math'?)"),
        ("benchmarks/chain/grader", "boxd", "chain.grader = 'boxd' is unknown (did you mean 'boxed'?)"),
        ("benchmarks/chain/verifier", "code", "verifier code needs `format`"),
        ("verification", {"minimum_isolation": "docker"}, "must be one of namespaces, landlock, seccomp"),
        ("pairs/0/tuned", "countdown-gpro-50", "pairs.0.tuned = 'countdown-gpro-50' is not a model of this run"),
        ("benchmarks/chain/samples", 3, "samples = 3 is not a multiple of block = 2"),
        ("benchmarks/chain/block", 8, "samples = 4 is not a multiple of block = 8"),
        ("decodings/t0.6/temprature", 1, "unknown key 'temprature' (did you mean 'temperature'?)"),
        (
            "decodings/t0.6/max_tokens",
            100_000,
            "max_tokens = 100000: the context of models.countdown-base has 256",
        ),
        ("decodings/t0.6/temperature", 0, "decodings.t0.6.temperature = 0, and models.countdown-base has 4 samples"),
        ("decodings/t0.6/top_p", 1.5, "decodings.t0.6.top_p = 1.5: must be at most 1"),
        ("engine", "sglang", "engine = 'sglang': must be one of auto, transformers, vllm"),
        ("sead", 1, "unknown key 'sead' (did you mean 'seed'?)"),
        ("models/chain-base", {"prompt": "chian"}, "prompt = 'chian' is unknown (did you mean 'chain'?)"),
        ("models/chain-base", {"weights": "no/such/folder"}, "there is no such folder"),
        ("models/chain-base", {"weights": "config/schemas"}, "the folder has no config.json"),
        ("models/chain-base", {"weights": "Qwen/Qwen 2.5"}, "neither a folder nor a hub id such as org/name"),
        ("models/chain-base", {"weights": "a/b", "counts": {"files": {}}}, "counts.files = {}: must be a mapping with"),
        ("models/chain-base", {"prompt": {"countdown": "chain"}}, "says nothing of benchmark 'chain'"),
        ("models/chain-base", {"decodings": ["t0.7"]}, "decodings: 't0.7' is unknown (did you mean 't0.6'?)"),
        (
            "models/chain-base",
            {"samples": {"chain": 3}},
            "models.chain-base.samples.chain = 3 is not a multiple of block",
        ),
        (
            "models/chain-base",
            {"server": {"url": "host:8000", "model": "m"}},
            "server.url = 'host:8000': must be an http(s) address such as http://host:8000/v1",
        ),
        ("models/chain-base", {"server": {"url": "http://host/v1"}}, "server: the key 'model' is missing"),
        (
            "models/chain-base",
            {"server": {"url": "http://key@host/v1", "model": "m"}},
            "a key goes into the variable that key_env names",
        ),
        (
            "models/chain-base",
            {"server": {"url": "http://host/v1", "model": "m"}, "dtype": "bfloat16"},
            "chain-base.dtype = 'bfloat16': the server decides that",
        ),
        (
            "models/countdown-grpo-50",
            {"server": {"url": "http://host/v1", "model": "m"}, "stop": ["\n"]},
            "differ in `stop` ([], ['\\n'])",
        ),
        (
            "models/mine",
            {"server": {"url": "http://host/v1", "model": "m"}, "weights": "a/b", "prompt": "chain"},
            "models.mine has weights and server: it must have exactly one of weights, server, responses, counts",
        ),
        (
            "models/chain-base",
            {"server": {"url": "http://host/v1", "model": "m"}, "adapter": "a/b"},
            "chain-base.adapter = 'a/b': the server decides that",
        ),
        ("engine", "server", "engine = 'server': must be one of auto, transformers, vllm"),
        ("engines", {"server": {"patience": 0}}, "engines.server.patience = 0: must be more than 0"),
        (
            "models/mine",
            {"responses": {"files": {"chain": "config/config.yaml.jsonl"}, "format": "lm_eval"}},
            "models.mine.responses.files.chain = 'config/config.yaml.jsonl': there is no such file",
        ),
        ("models/mine", {"responses": {"files": {"chain": "a.txt"}}}, "must be the name of a .json, .jsonl, .jsonl.gz"),
        ("prompts", {"mine": "{problem}"}, "prompts.mine = '{problem}': must be text with {question} in it"),
        ("pairs/0/decodings", ["t0.6", "t0.7"], "pairs.0.decodings: 't0.7' is unknown"),
        ("models/mine", {}, "models.mine is not in config/models.yaml and has no `weights` of its own"),
        (
            "models/a-vs b",
            {"weights": "resources/zoo/chain-base", "prompt": "chain"},
            "the name 'a-vs b': must be made of",
        ),
        ("models/countdown-grpo-50", {"prompt": "chain"}, "differ in `prompt` ('countdown', 'chain')"),
        ("models/chain-base", {"benchmarks": ["aime"]}, "benchmarks: 'aime' is unknown"),
        (
            "models/chain-base",
            {"benchmarks": ["countdown"], "prompt": "countdown"},
            "chain: no model of this run",
        ),
        ("models/chain-base", {"color": "blueish"}, "color = 'blueish': must be a colour such as"),
        ("pairs/0/tuned", "countdown-base", "pairs.0: 'countdown-base' is compared with itself"),
        ("engines", {"vllm": {"quantization": "fp8"}}, "engines.vllm: unknown key 'quantization'"),
        ("benchmarks/mine", {"samples": 2, "block": 2}, "benchmarks.mine is not in config/benchmarks.yaml"),
        ("groups", {"g": {"members": {1: "countdown-base"}}}, "groups.g: needs a `base`"),
        (
            "groups",
            {"g": {"base": "countdown-base", "members": {1: "cd"}}},
            "groups.g.members.1: tuned 'cd' is not a model",
        ),
        (
            "groups",
            {"g": {"base": "countdown-base", "scale": "log", "members": {"PPO": "countdown-grpo-50"}}},
            "'PPO' has no place on a log axis; use scale: ordinal",
        ),
        (
            "analysis",
            {"efficiency_k": 256},
            "analysis.efficiency_k = 256 is more than benchmarks.countdown.samples = 4",
        ),
        ("analysis", {"rate": 0}, "analysis.rate = 0: must be more than 0"),
        ("benchmarks/chain/topup", 3, "topup = 3 is not a multiple of block = 2"),
        (
            "benchmarks/mine",
            {"file": "x.jsonl", "question": "q", "answer": "a", "verifier": "math", "samples": 2, "block": 2},
            "benchmarks.mine.file = 'x.jsonl': there is no such file",
        ),
    ],
)
def test_config_mistakes_name_key_value_and_what_is_allowed(path, value, message, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError) as error:
        resolve(change(tiny_config(), path, value), ROOT)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"format": "lm_eval"},
            "mine.responses.format = 'lm_eval' is unknown (did you mean 'lm-eval'?); known formats: lm",
        ),
        ({"format": "verl", "question": "input"}, "mine.responses.question: the format verl says which column that is"),
        ({"problem": "id"}, "mine.responses: name the tool by `format` (lm-eval, "),
        ({"response": "r"}, "mine.responses: name the column that says which problem a row is of"),
        ({"format": "verl", "incomplete": False}, "mine.responses.incomplete = False: must be True"),
        ({"response": "r", "row": "i", "right": {"above": 0}}, "mine.responses.right: name the column of the scores"),
        ({"format": "helm", "score": "em"}, "mine.responses.score: files of the format helm have no scores"),
    ],
)
def test_mistakes_of_an_import(tmp_path, keys, message, monkeypatch):
    monkeypatch.chdir(ROOT)
    (tmp_path / "a.jsonl").write_text("{}")
    entry = {"responses": {"files": {"chain": str(tmp_path / "*.jsonl")}, **keys}}
    with pytest.raises(InputError) as error:
        resolve(change(tiny_config(), "models/mine", entry), ROOT)
    assert f"models.{message}" in str(error.value)


def test_a_model_folder_without_weights_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    folder = tmp_path / "model"
    shutil.copytree(ROOT / "resources/zoo/chain-base", folder, ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(InputError, match="has no weights"):
        resolve(change(tiny_config(), "models/chain-base", {"weights": str(folder)}), ROOT)


def test_snakemake_shows_the_message_before_any_job(project):
    config = tiny_config(pairs=[{"base": "countdown-base", "tuned": "nobody"}])
    output = project.snakemake(config=config, fails=True)
    assert "test.yaml: pairs.0.tuned = 'nobody' is not a model of this run" in output
    assert not project.path("results").exists()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [{"id": 1, "text": "1+1", "a": "2"}],
            "row 1 has no column 'q' (key `question`); it has id, text, a",
        ),
        ([{"id": 7, "q": "1+1", "a": "2"}, {"id": 7, "q": "2+1", "a": "3"}], "problem_id '7' is in rows 1 and 2"),
        ([{"id": 1, "q": "1+1", "a": "2"}, {"id": 2, "q": " ", "a": "3"}], "row 2: column 'q' is empty"),
        ([{"id": 1, "q": "1+1", "a": None}], "row 1: column 'a' is empty"),
        ([{"id": 1, "q": "1+1", "a": "2"}, {"id": 2, "q": "2+1"}], "row 2 has no column 'a' (key `answer`)"),
        ([], "own.jsonl is empty"),
        ([{"id": 1, "q": "1+1", "a": True}], "row 1: column 'a' = True is no answer"),
        ([{"id": 1, "q": "1+1", "a": float("nan")}], "row 1: column 'a' = nan is no answer"),
        ([{"id": 1, "q": "half \ud83d", "a": "2"}], "row 1: column 'q' holds half of a surrogate pair"),
        ([{"id": 1, "q": "1+1", "a": "\\boxed{}"}], "row 1: mathematics cannot read the gold answer"),
        ([{"id": 1, "q": "1+1", "a": "2", "level": 9}], "no problems after filter {'level': [1, 2]}"),
    ],
)
def test_benchmark_files(project, rows, message):
    if "filter" not in message:
        rows = [row | {"level": 1} for row in rows]
    project.path("own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    own = {"file": "own.jsonl", "id": "id", "question": "q", "answer": "a", "verifier": "math"}
    config = tiny_config(
        models={"mine": {"weights": "resources/zoo/chain-base", "prompt": "chain"}},
        benchmarks={"own": own | {"filter": {"level": [1, 2]}, "samples": 2, "block": 2}},
        pairs=[],
    )
    output = project.snakemake("results/benchmarks/own.parquet", config=config, fails=True)
    assert message in output.replace("\n", " ")
    assert "Traceback" not in output


def test_a_key_that_appears_twice_is_refused_with_both_lines(project):
    project.path("mine.yaml").write_text("models:\n  chain-base: {}\nseed: 1\ndecodings: {}\nseed: 2\n")
    output = project.snakemake("--dry-run", "--configfile", "mine.yaml", fails=True)
    assert "mine.yaml: the key 'seed' appears twice, in lines 3 and 5; keep one" in output


def test_a_batch_is_refused(project):
    assert "--batch makes results of a part" in project.snakemake("--dry-run", "--batch", "all=1/2", fails=True)


def test_a_group_named_like_a_rule_is_refused(project):
    config = tiny_config(groups={"samples": {"base": "countdown-base", "members": {50: "countdown-grpo-50"}}})
    output = project.snakemake("--dry-run", config=config, fails=True)
    assert "groups.samples: a group is a target by its name, and 'samples' is a rule of the workflow already" in output


def test_a_byte_order_mark_is_no_part_of_the_data(tmp_path):
    row = {"q": "1+1", "a": "2"}
    for name, text in (("own.jsonl", json.dumps(row)), ("own.csv", "q,a\n1+1,2\n")):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert read_rows(tmp_path / name) == [row]


def test_a_file_of_problems_that_is_one_array_is_refused_and_a_question_asked_twice_is_said(tmp_path, caplog):
    file = tmp_path / "own.jsonl"
    entry = {"source": "file", "file": str(file), "question": "q", "answer": "a", "verifier": "math"}
    file.write_text('[{"q": "1", "a": "1"},\n{"q": "2", "a": "2"}]')
    with pytest.raises(InputError, match=r"own.jsonl is one JSON array, and a file of this"):
        build("own", entry, [file], Limits())
    file.write_text('{"q": "1", "a": "1"}\n{"q": "2", "a": "2"}\n{"q": "1", "a": "1"}')
    build("own", entry, [file], Limits())
    assert "rows 1 and 3 ask the same question" in caplog.text


def test_errors_begin_with_the_file_and_use_words_of_the_docs():
    config = tiny_config(pairs=[]) | {"models": {"chain-base": {"weigths": "x"}}}
    with pytest.raises(InputError) as error:
        in_file("mine.yaml", resolve, config, ROOT)
    assert str(error.value) == "mine.yaml: models.chain-base: unknown key 'weigths' (did you mean 'weights'?)"
    for key, value, words in (
        ("seed", "x", "a whole number"),
        ("pairs", {}, "a list"),
        ("models", {}, "a mapping with"),
    ):
        with pytest.raises(InputError, match=f"config: {key} = .*: must be {words}"):
            resolve(tiny_config() | {key: value}, ROOT)


def test_models_that_nothing_compares_are_named():
    (message,) = not_compared_at_all(resolve(tiny_config(pairs=[]), ROOT))
    assert message.endswith("add for example `pairs: [{base: countdown-base, tuned: countdown-grpo-50}]`")
    assert not_compared_at_all(resolve(tiny_config(), ROOT)) == []


def test_imported_samples_of_another_number_are_named():
    index = pl.DataFrame({"problem_id": ["a", "a", "b", "b"]})
    assert other_numbers(index, 2, "m", "math") == other_numbers(index, None, "m", "math") == []
    (message,) = other_numbers(index, 4, "m", "math")
    assert message.startswith("the files of models.m have 2 samples per problem, and `samples` of benchmark math is 4")


def test_a_corrupt_block_is_named_and_the_others_are_kept(ran):
    block = "results/samples/countdown-base/countdown/t0.6/0002-0003.parquet"
    others = sorted(set(ran.root.glob("results/samples/**/*.parquet")) - {ran.path(block)})
    ran.path(block).write_bytes(b"PAR1 not really")
    output = ran.snakemake("--forcerun", "verify_block", config=tiny_config(), fails=True)
    assert f"{block} is not a readable parquet file" in output
    assert "delete this one file and run again" in output
    *_, first, reason, last = output.strip().splitlines()  # the end of a failed run says why
    assert first == "A job failed:"
    assert reason.startswith(f"  verify_block countdown-base/countdown/t0.6/0002-0003: {block} is not a readable")
    assert last.startswith("What was finished is kept")
    assert all(file.exists() for file in others)


def test_files_of_all_kinds_give_the_same_problems(tmp_path):
    rows = [{"id": "007", "q": "1+1", "a": "2"}, {"id": "008", "q": "1/2", "a": "1/2"}]
    table = pl.DataFrame(rows)
    table.write_csv(tmp_path / "own.csv")
    table.write_parquet(tmp_path / "own.parquet")
    table.write_ndjson(tmp_path / "own.jsonl")
    entry = {"source": "file", "id": "id", "question": "q", "answer": "a", "verifier": "math"}
    kinds = ("csv", "parquet", "jsonl")
    frames = [build("own", entry, [tmp_path / f"own.{kind}"], Limits())[0] for kind in kinds]
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])
    assert frames[0]["problem_id"].to_list() == ["007", "008"]


def test_samples_of_another_configuration_are_never_taken_for_fresh(ran):
    """Without Snakemake's metadata a changed parameter is invisible to it: the file itself says what it is."""
    shutil.rmtree(ran.path(".snakemake/metadata"))
    config = tiny_config()
    config["decodings"]["t0.6"]["temperature"] = 0.7
    output = ran.snakemake("--forcerun", "summarise_curve", config=config, fails=True)
    assert "was made under another configuration: temperature was 0.6, is 0.7" in output
    assert pl.read_parquet(ran.path("results/samples/chain-base/chain/t0.6/0000-0001.parquet")).height == 20


def test_golds_that_a_grader_cannot_use_are_reported(tmp_path):
    """A few odd ones stay and are named; where hardly any can be read, the column is the wrong one."""
    rows = [{"q": f"{i}+1", "a": str(i + 1)} for i in range(9)] + [{"q": "which?", "a": "\\boxed{}"}]
    file = tmp_path / "own.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    entry = {"source": "file", "file": str(file), "question": "q", "answer": "a", "verifier": "math"}
    frame, flags = build("own", entry, [file], Limits(), 2)
    assert len(frame) == 10
    assert list(flags) == ["own-00009"]
    assert "mathematics cannot read the gold answer" in flags["own-00009"]
    file.write_text("".join(json.dumps(row | {"a": "\\boxed{}"}) + "\n" for row in rows))
    with pytest.raises(InputError, match=r"so do 10 of 10 rows\. Is this the column of the answers"):
        build("own", entry, [file], Limits(), 2)


@pytest.mark.parametrize(("key", "value"), [("precision", "two"), ("tolerance", "small")])
def test_a_precision_or_tolerance_that_is_no_number_is_named(tmp_path, key, value):
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps({"q": "1+1", "a": "2", "p": value}))
    entry = {"source": "file", "file": str(file), "question": "q", "answer": "a", "verifier": "visual", key: "p"}
    with pytest.raises(InputError, match=f"row 1: column 'p' = '{value}'"):
        build("own", entry, [file], Limits())
