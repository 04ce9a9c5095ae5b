"""Responses and counts that exist already: every way a row may look, and what is wrong with it."""

import json

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store
from boundary.importing import spool as spooled
from boundary.importing.counts import counts
from boundary.importing.responses import read, responses
from boundary.importing.spool import Spool
from boundary.importing.stated import Stated

PROBLEMS = pl.DataFrame({"problem_id": ["a", "b"], "question": ["1+1?", "1+2?"]})


def test_half_of_a_surrogate_pair_becomes_the_replacement_character(file):
    """JSON can say it and no file can hold it: the response counts, and gets a verdict."""
    rows = [{"id": "a", "r": "it is \ud83d 2"}, {"id": "b", "r": ["fine"]}]
    found = responses([file(rows)], {"problem": "id", "response": "r"}, PROBLEMS)
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
    found = responses([file(rows)], {key: "at", "response": "out"}, PROBLEMS)
    assert found.select("problem_id", "sample_index", "text", "finish_reason").rows() == [
        ("a", 0, "2", None),
        ("a", 1, "5", None),
        ("b", 0, "3", None),
        ("b", 1, "4", None),
    ]
    assert found["tokens"].null_count() == 4


def test_finish_reasons_and_tokens_where_they_are_known(file):
    rows = [{"id": i, "r": ["x", "y"], "why": ["length", "eos"], "n": [9, 2]} for i in ("a", "b")]
    columns = {"problem": "id", "response": "r", "finish_reason": "why", "tokens": "n"}
    found = responses([file(rows)], columns, PROBLEMS)
    assert found["finish_reason"].to_list() == ["length", "stop"] * 2
    assert found["tokens"].to_list() == [9, 2] * 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": "a", "r": ["2", "3"]}, {"id": "b", "r": ["2"]}], "'a' has 2 responses and problem 'b' has 1"),
        ([{"id": "a", "r": ["2"]}], r"no response to problem 'b' \(1 of 2 miss\)"),
        ([{"id": "c", "r": ["2"]}], "row 1: 'id' = 'c' is no problem of the benchmark; those are like 'a'"),
        ([{"id": "a", "answer": ["2"]}], "row 1 has no column 'r' .key `response`.; it has id, answer"),
        ([{"id": "a", "r": [2]}], "row 1: a response is int, not text"),
        ([{"id": "a", "r": ["2"], "tokens": 2.5}], "row 1: 2.5 is no whole number"),
        ([{"id": "a", "r": ["2"], "why": "sleepy"}], "finish reason 'sleepy' must be one of stop"),
        ([{"id": "a", "r": ["2", "3"], "why": "stop"}], "row 1: 2 responses, and 1 values of `finish_reason`"),
    ],
)
def test_responses_that_do_not_fit(file, rows, message):
    columns = {"problem": "id", "response": "r"}
    columns |= {key: name for key, name in {"finish_reason": "why", "tokens": "tokens"}.items() if name in rows[0]}
    with pytest.raises(InputError, match=message):
        responses([file(rows)], columns, PROBLEMS)


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
        ([{"problem_id": "a", "n": 8, "c": 2.9}], "row 1: .* 2.9 is no whole number"),
        ([{"problem_id": "a", "n": 1, "c": 0.75}], "row 1: .* 0.75 is no whole number"),
        ([{"problem_id": "a", "n": 8, "c": True}], "row 1: .* True is no whole number"),
        ([{"problem_id": "a", "n": 8, "c": None}], "row 1: .* None is no whole number"),
        ([{"problem_id": "c", "n": 8, "c": 1}], "the benchmark has no problem 'c'"),
        ([{"problem_id": "a", "n": 8, "c": 1}] * 2, "row 2: problem 'a' appears twice"),
        ([{"problem_id": "a", "n": 8, "c": 1}], "has no problem 'b'"),
    ],
)
def test_counts_that_do_not_fit(file, rows, message):
    with pytest.raises(InputError, match=message):
        counts(file(rows), {"problem": "problem_id", "n": "n", "c": "c"}, PROBLEMS, "reported")


@pytest.mark.parametrize("suffix", ["csv", "parquet", "jsonl"])
def test_a_count_of_8_0_is_8(tmp_path, suffix):
    path, table = tmp_path / f"rows.{suffix}", pl.DataFrame({"id": ["a", "b"], "n": [8.0, 8.0], "c": [3.0, 0.0]})
    {"csv": table.write_csv, "parquet": table.write_parquet, "jsonl": table.write_ndjson}[suffix](path)
    found = counts(path, {"problem": "id", "n": "n", "c": "c"}, PROBLEMS, "reported")
    assert found["n"].to_list() == [8, 8]
    assert found["c"].to_list() == [3, 0]


def test_counts_of_some_problems_where_the_configuration_says_so(file):
    columns = {"problem": "id", "n": "n", "c": "c", "incomplete": True}
    assert counts(file([{"id": "b", "n": 8, "c": 1}]), columns, PROBLEMS, "reported")["problem_id"].to_list() == ["b"]


def test_what_is_there_is_taken_where_the_configuration_says_so(file):
    columns = {"problem": "id", "response": "r", "incomplete": True}
    found = responses([file([{"id": "b", "r": ["2", "3"]}])], columns, PROBLEMS)
    assert found["problem_id"].to_list() == ["b", "b"]


def test_nested_columns_and_a_file_of_one_value(tmp_path):
    path = tmp_path / "rows.json"
    rows = [{"doc": {"id": i}, "out": [{"text": "1"}, {"text": "2"}], "end": {"why": "stop"}} for i in ("a", "b")]
    path.write_text(json.dumps(rows))
    found = responses([path], {"problem": "doc.id", "response": "out.text"}, PROBLEMS)
    assert found["text"].to_list() == ["1", "2"] * 2
    columns = {"problem": "doc.id", "response": "out.1.text", "finish_reason": "end.why"}
    found = responses([path], columns, PROBLEMS)
    assert found.select("text", "finish_reason").rows() == [("2", "stop")] * 2
    with pytest.raises(InputError, match=r"row 1 has no column 'out.words' .key `response`.; it has doc, out, end"):
        responses([path], columns | {"response": "out.words"}, PROBLEMS)


def test_several_files_are_numbered_in_their_order(tmp_path):
    for seed in range(2):
        rows = [{"id": problem, "r": f"{problem}{seed}"} for problem in ("a", "b")]
        (tmp_path / f"{seed}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = responses(sorted(tmp_path.glob("*.jsonl")), {"problem": "id", "response": "r"}, PROBLEMS)
    assert found.select("sample_index", "text").rows() == [(0, "a0"), (1, "a1"), (0, "b0"), (1, "b1")]


def test_a_null_response_is_a_sample_without_a_text(file):
    found = responses([file([{"id": "a", "r": ["2", None]}, {"id": "b", "r": ["3", "4"]}])], BY_ID, PROBLEMS)
    assert found["text"].to_list() == ["2", "", "3", "4"]


def test_a_question_that_the_benchmark_asks_twice_is_named(file):
    columns, twice = {"question": "q", "response": "r"}, PROBLEMS.with_columns(question=pl.lit("1+1?"))
    with pytest.raises(InputError, match=r"problems 'b' and 'a' ask the same question, .* keep one of the two"):
        responses([file([{"q": "1+1?", "r": "2"}])], columns, twice)


BY_ID = {"problem": "id", "response": "r"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("stop", "stop"),
        ({"type": "stop", "matched": 2}, "stop"),  # SGLang
        ("eos_token", "stop"),  # TGI
        ("stop_sequence", "stop"),
        ("length", "length"),
        ({"type": "length", "length": 9}, "length"),
        ("model_length", "length"),  # inspect
        ("abort", "other"),  # vLLM
        ("content_filter", "other"),  # OpenAI
        ("tool_calls", "other"),
        ("unknown", None),  # inspect
        (None, None),
    ],
)
def test_finish_reasons_of_servers(file, said, reason):
    rows = [{"id": problem, "r": "2", "why": said} for problem in ("a", "b")]
    assert responses([file(rows)], BY_ID | {"finish_reason": "why"}, PROBLEMS)["finish_reason"][0] == reason


def test_rows_below_a_path_of_the_file(tmp_path):
    path = tmp_path / "rows.json"
    rows = [{"id": i, "said": [{"text": "?"}, {"text": f"2 {i}"}]} for i in ("a", "b")]
    path.write_text(json.dumps({"config": {"n": 1}, "results": {"a.task": {"examples": rows}}}))
    columns = {"problem": "id", "response": "said.-1.text"}
    for where in ('results."a.task".examples', "results.*.examples"):
        found = responses([path], columns | {"at": where}, PROBLEMS)
        assert found["text"].to_list() == ["2 a", "2 b"]
    with pytest.raises(InputError, match=r"leads to no rows: at 'other' there is a\.task"):
        responses([path], columns | {"at": "results.other"}, PROBLEMS)


def test_a_mapping_by_question(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"1+2?": ["3", "4"], "1+1?": ["2", "5"]}))
    found = responses([path], {"question": "$key", "response": "$value"}, PROBLEMS)
    assert found.select("problem_id", "text").rows() == [("a", "2"), ("a", "5"), ("b", "3"), ("b", "4")]


def test_rows_of_other_problems_are_left_out_where_the_configuration_says_so(file):
    path = file([{"id": i, "r": "2"} for i in ("z", "a", "y", "b")])
    with pytest.raises(InputError, match=r"'z' is no problem of the benchmark; .*; or say `others: ignore`"):
        responses([path], BY_ID, PROBLEMS)
    assert responses([path], BY_ID | {"others": "ignore"}, PROBLEMS)["problem_id"].to_list() == ["a", "b"]
    with pytest.raises(InputError, match="no row is of a problem of the benchmark"):
        responses([file([{"id": "z", "r": "2"}])], BY_ID | {"others": "ignore", "incomplete": True}, PROBLEMS)


def test_what_pandas_writes_for_nothing_is_null(file):
    rows = [
        {"id": i, "r": said, "n": float("nan"), "why": float("nan")} for i, said in ((1.0, float("nan")), (2.0, []))
    ]
    problems = PROBLEMS.with_columns(problem_id=pl.Series(["1", "2"]))
    found = responses([file(rows)], BY_ID | {"tokens": "n", "finish_reason": "why"}, problems)
    assert found.select("problem_id", "text", "tokens", "finish_reason").rows() == [(i, "", None, None) for i in "12"]


def test_lists_written_as_text_are_asked_about(file):
    path = file([{"id": i, "r": json.dumps(["2", "3"])} for i in ("a", "b")])
    with pytest.raises(InputError, match=r"say `lists: json` for .* or `lists: text`"):
        responses([path], BY_ID, PROBLEMS)
    assert responses([path], BY_ID | {"lists": "json"}, PROBLEMS)["text"].to_list() == ["2", "3"] * 2
    assert responses([path], BY_ID | {"lists": "text"}, PROBLEMS)["text"].to_list() == ['["2", "3"]'] * 2


def test_a_numbered_row_whose_question_differs_is_an_error_that_shows_three(file):
    columns = {"row": "at", "question": "q", "response": "r"}
    rows = [{"at": i, "q": question.replace("+", " + "), "r": "2"} for i, question in enumerate(PROBLEMS["question"])]
    assert responses([file(rows)], columns, PROBLEMS)["problem_id"].to_list() == ["a", "b"]
    shifted = [row | {"at": 1 - row["at"]} for row in rows] * 2
    with pytest.raises(InputError) as error:
        responses([file(shifted)], columns, PROBLEMS)
    assert str(error.value).count("asks '1 + ") == 3
    assert "row 1 asks '1 + 1?', problem 'b' asks '1+2?'" in str(error.value)


def read_in(folder, paths, columns=BY_ID) -> pl.DataFrame:
    with Spool(folder, ["decides"]) as spool:
        return read(paths, columns, PROBLEMS, spool, Stated()).frame()


def test_a_killed_import_goes_on_after_the_last_whole_file(tmp_path):
    paths = [tmp_path / f"{name}.jsonl" for name in "xyz"]
    for path in paths:
        path.write_text("".join(json.dumps({"id": i, "r": f"{path.stem} {i} \U0001f600"}) + "\n" for i in ("b", "a")))
    expected = responses(paths, BY_ID, PROBLEMS)
    assert expected["text"].to_list() == [f"{name} {i} \U0001f600" for i in "ab" for name in "xyz"]
    folder = tmp_path / "reading"
    spool = Spool(folder, ["decides"])
    read(paths[:1], BY_ID, PROBLEMS, spool, Stated())
    spool.texts.write(b"half of the next")
    spool.__exit__(KeyboardInterrupt)
    assert Spool(folder, ["decides otherwise"]).finished() is None
    paths[0].write_text("not read again")
    assert read_in(folder, paths).equals(expected)
    assert not folder.exists()


def test_a_refused_import_leaves_nothing_behind(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "b", "r": "half"}\n{"id"')
    with pytest.raises(InputError, match=r"x\.jsonl, row 2 is not JSON"):
        read_in(tmp_path / "reading", [path])
    assert not (tmp_path / "reading").exists()


def test_a_block_is_written_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(spooled, "PIECE_BYTES", 40)
    path, written = tmp_path / "rows.jsonl", tmp_path / "block.parquet"
    path.write_text("".join(json.dumps({"id": i, "r": f"{n} " * 9}) + "\n" for n in range(9) for i in ("b", "a")))
    with Spool(tmp_path / "reading", None) as spool:
        block = read([path], BY_ID, PROBLEMS, spool, Stated())
        assert len(list(block.pieces())) > 5
        store.write(block, written, {"of": "it"}, {})
    assert store.read(written).equals(responses([path], BY_ID, PROBLEMS))
    assert store.has_spec(written, {"of": "it"})


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_is_read_few_rows_at_once(tmp_path, ending):
    frame = pl.DataFrame({"id": ["b", "a"] * 100, "r": [f"{n}, \u00e9" for n in range(200)]})
    path = tmp_path / f"[rows].{ending}"
    frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
    found = responses([path], BY_ID, PROBLEMS)
    assert found["text"].to_list() == [f"{n}, \u00e9" for first in (1, 0) for n in range(first, 200, 2)]
    frame.clear().write_csv(path) if ending == "csv" else frame.clear().write_parquet(path)
    with pytest.raises(InputError, match="holds no rows"):
        responses([path], BY_ID, PROBLEMS)
