"""Samples with their verdicts as other tools read them."""

import json
import zipfile

import polars as pl

from boundary.exporting.inspect_log import Log
from boundary.exporting.lines import documents, lines
from boundary.importing.responses import responses
from boundary.sampling.samples import SCHEMA
from boundary.verifying import verdicts

PROBLEMS = pl.DataFrame(
    {
        "problem_id": ["b", "a"],
        "question": ["1+2?", "1+1?"],
        "gold": [json.dumps({"answers": ["3", "3.0"]}), json.dumps({"tests": {}})],
    }
)
ROWS = [("b", 0, "It is 3", 4, "stop", None, None), ("a", 0, "Two", None, None, None, None)]
SAMPLES = pl.DataFrame(ROWS, schema=SCHEMA, orient="row")
SAID = [(p, 0, 4, "stop", 1, g, "3", g == "lenient", "match", None) for g in ("lenient", "strict") for p in ("b", "a")]
VERDICTS = pl.DataFrame(SAID, schema=verdicts.SCHEMA, orient="row")


def test_a_line_has_the_response_the_answer_and_every_verdict():
    found = list(lines(SAMPLES, VERDICTS, documents(PROBLEMS), "lenient"))
    assert found[0] == {
        "doc_id": 0,
        "doc": {"question": "1+2?"},
        "target": "3",
        "problem_id": "b",
        "sample_index": 0,
        "resps": [["It is 3"]],
        "filtered_resps": ["3"],
        "filter": "lenient",
        "metrics": ["lenient", "strict"],
        "lenient": 1.0,
        "strict": 0.0,
        "reasons": {"lenient": "match", "strict": "match"},
        "tokens": 4,
        "finish_reason": "stop",
    }
    assert found[1]["target"] is None  # of programs


def test_what_is_exported_can_be_imported(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(
        "".join(json.dumps(line) + "\n" for line in lines(SAMPLES, VERDICTS, documents(PROBLEMS), "strict"))
    )
    named = {"problem": "problem_id", "response": "resps", "tokens": "tokens", "finish_reason": "finish_reason"}
    known = PROBLEMS.drop("gold")
    assert responses([path], named, known).drop("prompt_hash").equals(SAMPLES)
    assert responses([path], {"format": "lm-eval"}, known)["text"].equals(SAMPLES["text"])


def test_a_log_of_inspect_has_the_same_samples(tmp_path):
    path, names = tmp_path / "t0.6.eval", {"model": "m", "benchmark": "homework", "decoding": "t0.6"}
    known = list(lines(SAMPLES, VERDICTS, documents(PROBLEMS), "lenient"))
    with Log(path, names, {"temperature": 0.6, "top_k": 0}, "2026-11-30T00:00:00+00:00") as log:
        assert list(log.passing(known)) == known
    with zipfile.ZipFile(path) as file:
        data = {name: json.loads(file.read(name)) for name in file.namelist()}
    head = data.pop("header.json")
    assert head["eval"]["model_generate_config"] == {"temperature": 0.6}
    assert head["results"]["scores"][1]["metrics"]["accuracy"]["value"] == 0
    assert [one["id"] for one in data.pop("summaries.json")] == ["b", "a"]
    one = data["samples/b_epoch_1.json"]
    assert (one["input"], one["target"], one["output"]["choices"][0]["stop_reason"]) == ("1+2?", "3", "stop")
    assert one["scores"]["lenient"] == {"value": "C", "explanation": "match", "answer": "3"}
    samples = tmp_path / "log.json"  # as a log that is one JSON value has them
    samples.write_text(json.dumps(head | {"samples": list(data.values())}))
    back = responses([samples], {"format": "inspect", "score": "lenient"}, PROBLEMS.drop("gold"))
    assert back.select("text", "tokens", "finish_reason", "score").rows() == [
        ("It is 3", 4, "stop", 1.0),
        ("Two", None, None, 1.0),
    ]
