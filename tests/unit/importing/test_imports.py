"""Responses and counts that exist already: every way a row may look, and what is wrong with it."""

import json

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.importing.counts import counts
from boundary.importing.responses import responses

PROBLEMS = pl.DataFrame({"problem_id": ["a", "b"], "question": ["1+1?", "1+2?"]})


def test_half_of_a_surrogate_pair_becomes_the_replacement_character(file):
    """JSON can say it and no file can hold it: the response counts, and gets a verdict."""
    rows = [{"id": "a", "r": "it is \ud83d 2"}, {"id": "b", "r": ["fine"]}]
    found = responses(file(rows), {"problem": "id", "response": "r"}, PROBLEMS)
    assert found["text"].to_list() == ["it is \ufffd 2", "fine"]


@pytest.fixture
def file(tmp_path):
    def write(rows: list[dict]):
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


SINGLE = (("b", "3"), ("b", "4"), ("a", "2"), ("a", "5"))  # one response a row
LISTS = [{"at": 1, "out": ["3", "4"]}, {"at": 0, "out": ["2", "5"]}]
ASKED = dict(PROBLEMS.iter_rows())


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (LISTS, "row"),  # the paper's own scripts: many responses in one row, by row number
        ([row | {"out": [row["out"]]} for row in LISTS], "row"),  # lm-evaluation-harness: lists of lists
        ([{"at": problem, "out": text} for problem, text in SINGLE], "problem"),  # evalplus: by problem id
        ([{"at": ASKED[problem], "out": text} for problem, text in SINGLE], "question"),  # verl: by the question's text
    ],
    ids=["paper", "lm-eval", "evalplus", "verl"],
)
def test_responses_of_other_tools(file, rows, key):
    found = responses(file(rows), {key: "at", "response": "out"}, PROBLEMS)
    assert found.select("problem_id", "sample_index", "text", "finish_reason").rows() == [
        ("a", 0, "2", "stop"),
        ("a", 1, "5", "stop"),
        ("b", 0, "3", "stop"),
        ("b", 1, "4", "stop"),
    ]
    assert found["tokens"].null_count() == 4


def test_finish_reasons_and_tokens_where_they_are_known(file):
    rows = [{"id": i, "r": ["x", "y"], "why": ["length", "eos"], "n": [9, 2]} for i in ("a", "b")]
    columns = {"problem": "id", "response": "r", "finish_reason": "why", "tokens": "n"}
    found = responses(file(rows), columns, PROBLEMS)
    assert found["finish_reason"].to_list() == ["length", "stop"] * 2
    assert found["tokens"].to_list() == [9, 2] * 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": "a", "r": ["2", "3"]}, {"id": "b", "r": ["2"]}], "'a' has 2 responses and problem 'b' has 1"),
        ([{"id": "a", "r": ["2"]}], r"no response to problem 'b' \(1 of 2 miss\)"),
        ([{"id": "c", "r": ["2"]}], "row 1: 'id' = 'c' is no problem of the benchmark; those are like 'a'"),
        ([{"id": "a", "answer": ["2"]}], "row 1 has no column 'r' .key `response`.; it has id, answer"),
        ([{"id": "a", "r": [None]}], "row 1: a response is NoneType, not text"),
        ([{"id": "a", "r": ["2"], "why": "sleepy"}], "finish reason 'sleepy' must be one of stop"),
        ([{"id": "a", "r": ["2", "3"], "why": "stop"}], "row 1: 2 responses, and 1 values of 'why'"),
    ],
)
def test_responses_that_do_not_fit(file, rows, message):
    columns = {"problem": "id", "response": "r"} | ({"finish_reason": "why"} if "why" in rows[0] else {})
    with pytest.raises(InputError, match=message):
        responses(file(rows), columns, PROBLEMS)


def test_counts_alone(file):
    columns = {"problem": "problem_id", "n": "n", "c": "correct"}
    rows = [{"problem_id": "b", "n": 8, "correct": 0}, {"problem_id": "a", "n": 8, "correct": 3}]
    found = counts(file(rows), columns, PROBLEMS, "reported")
    assert found.select("problem_id", "grader", "n", "c").rows() == [("a", "reported", 8, 3), ("b", "reported", 8, 0)]
    assert found["tokens"].null_count() == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"problem_id": "a", "n": 8, "c": 9}], "row 1: problem 'a' has n = 8 and c = 9"),
        ([{"problem_id": "a", "n": 8, "c": "x"}], "row 1: n and c must be whole numbers"),
        ([{"problem_id": "a", "n": 8, "c": 1}] * 2, "row 2: problem 'a' appears twice"),
        ([{"problem_id": "a", "n": 8, "c": 1}], "has no problem 'b'"),
    ],
)
def test_counts_that_do_not_fit(file, rows, message):
    with pytest.raises(InputError, match=message):
        counts(file(rows), {"problem": "problem_id", "n": "n", "c": "c"}, PROBLEMS, "reported")
