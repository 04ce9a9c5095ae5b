"""Samples with their verdicts as other tools read them."""

import json

import polars as pl

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
