"""The score that a file gives its responses: read, asked about, and one more grader."""

import json

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store
from boundary.importing.formats import FORMATS
from boundary.importing.responses import responses
from boundary.importing.stated import Stated
from boundary.verifying.reported import unclear, with_reported
from boundary.verifying.verdicts import SCHEMA

PROBLEMS = pl.DataFrame({"problem_id": ["a", "b"], "question": ["1+1?", "1+2?"]})
ASKED = dict(PROBLEMS.rows())
CHOICE = {"choices": [{"message": {"content": "2"}, "stop_reason": "stop"}]}
SAID = [1.0, 0.0]  # of the first problem's response, and of the second's
FILES = {  # format -> what it writes of a problem whose response has a score
    "lm-eval": lambda i, score: {"doc_id": i, "doc": {}, "resps": [["2"]], "metrics": ["acc"], "acc": score},
    "evalplus": lambda i, score: {"task_id": "ab"[i], "completion": "2", "passed": score == 1},
    "livecodebench": lambda i, score: {"question_id": "ab"[i], "code_list": ["2"], "graded_list": [score == 1]},
    "inspect": lambda i, score: (
        {"id": "ab"[i], "input": "", "output": CHOICE} | {"scores": {"match": {"value": "C" if score == 1 else "I"}}}
    ),
    "lighteval": lambda i, score: (
        {"doc": {"id": str(i), "query": ""}, "metric": {"em": score}}
        | {"model_response": {"text": ["2"], "output_tokens": []}}
    ),
    "nemo-skills": lambda i, score: {"generation": "2", "id": "ab"[i], "problem": "", "symbolic_correct": score == 1},
    "verl": lambda i, score: {"input": PROBLEMS["question"][i], "output": "2", "score": score, "acc": False, "step": 3},
    "verifiers": lambda i, score: (
        {"example_id": i, "prompt": "", "completion": "2", "reward": score} | {"metrics": {"length": 9.0}}
    ),
    "trl": lambda i, score: (
        {"step": 1, "prompt": PROBLEMS["question"][i], "completion": "2", "advantage": 0.3} | {"correctness": score}
    ),
    "tau-bench": lambda i, score: (
        {"task_id": "ab"[i], "reward": score, "trial": 0, "traj": [{"role": "assistant", "content": "2"}]}
    ),
}


@pytest.fixture
def read(tmp_path):
    def of(name: str, rows: list[dict], problems: pl.DataFrame = PROBLEMS, **columns):
        """The scores of the rows of a format, and the facts about them."""
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        stated = Stated(name=name)
        found = responses([path], {"format": name, **columns}, problems, stated)
        return found["score"].to_list() if "score" in found.columns else None, stated.facts().get("scores")

    return of


@pytest.mark.parametrize("name", FORMATS)
def test_the_score_of_every_format_that_has_one(read, name):
    assert (name in FILES) == (FORMATS[name].score is not None)
    if name in FILES:
        scores, facts = read(name, [FILES[name](i, score) for i, score in enumerate(SAID)])
        assert scores == SAID
        assert (facts["values"], facts["unknown"]) == (SAID, 0)


def test_what_evalplus_says_of_the_tests_of_each_kind(tmp_path):
    kept = [{"task_id": "a", "solution": "2", "base_status": "pass", "plus_status": said} for said in ("pass", "fail")]
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"eval": {"a": kept}}))
    for columns, scores in (({}, [1, 0]), ({"score": "base_status"}, [1, 1])):
        found = responses([path], {"format": "evalplus", "incomplete": True, **columns}, PROBLEMS[:1])
        assert found["score"].to_list() == scores


def test_of_several_metrics_one_is_named(read):
    rows = [FILES["lm-eval"](i, 1.0) | {"metrics": ["acc", "em"], "em": 0.0} for i in range(2)]
    scores, facts = read("lm-eval", rows)
    assert scores == [None, None]
    assert unclear(facts, None) == ("the file's own score is not used: it has several (acc, em): name one by `score`")
    assert read("lm-eval", rows, score="em")[0] == [0.0, 0.0]
    with pytest.raises(InputError, match=r"row 1: has no score 'f1' \(key `score`\); it has acc, em"):
        read("lm-eval", rows, score="f1")


def test_one_score_for_several_responses_is_none_of_a_response(read):
    rows = [FILES["lm-eval"](i, 1.0) | {"resps": [["2", "3"]]} for i in range(2)]
    scores, facts = read("lm-eval", rows)
    assert scores == [None] * 4
    assert "`acc` is one for 2 responses together" in unclear(facts, None)


def test_a_column_of_scores(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id,r,s\na,2,True\nb,3,0.25\n")
    columns = {"problem": "id", "response": "r"}
    assert "score" not in responses([path], columns, PROBLEMS).columns
    assert responses([path], columns | {"score": "s"}, PROBLEMS)["score"].to_list() == [1.0, 0.25]
    with pytest.raises(InputError, match="row 1 has no column 'x'"):
        responses([path], columns | {"score": "x"}, PROBLEMS)


def verdicts() -> pl.DataFrame:
    rows = [
        (problem, i, None, "stop", 7, grader, "2", correct, "match" if correct else "mismatch", None)
        for grader, correct in (("mathematics", True), ("boxed", False))
        for problem in ASKED
        for i in range(2)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def block(path, scores: list, named: bool = False) -> str:
    """An imported block with these scores."""
    frame = pl.DataFrame({"problem_id": ["a", "a", "b", "b"], "sample_index": [0, 1, 0, 1], "score": scores})
    known = [score for score in dict.fromkeys(scores) if score is not None]
    facts = {"score": "reward", "values": known, "unknown": scores.count(None)}
    spec = {"responses": {"score": "reward"} if named else {}}
    store.write(frame, path, spec, {"stated": {"scores": facts}})
    return str(path)


def test_the_score_is_a_grader_of_its_own(tmp_path):
    found = with_reported(verdicts(), block(tmp_path / "a.parquet", [1.0, 0.0, 0.0, 1.0]), None)
    assert found[:8].equals(verdicts())
    reported = found.filter(grader="reported")
    assert reported.select("problem_id", "sample_index", "correct", "reason", "answer", "detail").rows() == [
        ("a", 0, True, "match", None, None),
        ("a", 1, False, "mismatch", None, None),
        ("b", 0, False, "mismatch", None, None),
        ("b", 1, True, "match", None, None),
    ]


def test_a_score_that_is_neither_right_nor_wrong_is_asked_about(tmp_path):
    strange = block(tmp_path / "a.parquet", [1.0, 0.5, 0.0, 0.2])
    assert with_reported(verdicts(), strange, None).equals(verdicts())  # an import that nobody asked this of goes on
    reported = with_reported(verdicts(), strange, {"above": 0.4}).filter(grader="reported")
    assert reported["correct"].to_list() == [True, True, False, False]
    assert reported["detail"].to_list() == [None, "score 0.5", None, "score 0.2"]
    with pytest.raises(InputError, match=r"`reward` is not used: 0\.5 is neither 0 nor 1; .*`right: \{above: x\}`"):
        with_reported(verdicts(), block(tmp_path / "b.parquet", [1.0, 0.5, 0.0, 1.0], named=True), None)
    some = block(tmp_path / "c.parquet", [1.0, None, 0.0, 1.0])
    assert with_reported(verdicts(), some, None).equals(verdicts())
