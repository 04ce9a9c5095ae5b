"""Files of other tools by the name of their format: small look-alikes of what each writes."""

import json
import sys
import types

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import digests
from boundary.importing import reading
from boundary.importing.formats import FORMATS
from boundary.importing.responses import responses
from boundary.importing.stated import Stated

ASKED = {"p0": "What is 12+30?", "p1": "What is half\nof one?"}
PROBLEMS = pl.DataFrame({"problem_id": list(ASKED), "question": list(ASKED.values())})
SAID = {"p0": ["42", "41"], "p1": ["1/2", "2"]}
EVERY = [(place, problem, question) for place, (problem, question) in enumerate(ASKED.items())]
SINGLE = [(place, problem, epoch) for place, problem, _ in EVERY for epoch in range(2)]


def chat(problem: str) -> str:
    return f"system\nBe brief.\nuser\n{' '.join(ASKED[problem].split())} Think step by step.\nassistant\n"


def output(text: str) -> dict:
    """Of a model, as inspect and evalscope write it."""
    choice = {"message": {"role": "assistant", "content": text}, "stop_reason": "max_tokens"}
    return {"choices": [choice], "usage": {"output_tokens": 7}}


def by_filter() -> list[dict]:
    return [
        {"doc_id": place, "doc": {"question": question}, "resps": [SAID[problem]], "filter": name}
        for name in ("strict", "flexible")
        for place, problem, question in EVERY
    ]


def details(problem: str, place: int) -> dict:
    response = {"text": SAID[problem], "output_tokens": [[1, 2], [3]]}
    return {"doc": {"id": str(place), "query": f"Solve. {ASKED[problem]}"}, "model_response": response}


FILES = {  # format -> (ending, what the file holds)
    "lm-eval": ("jsonl", by_filter()),
    "evalplus": ("jsonl", [{"task_id": problem, "solution": SAID[problem][i]} for _, problem, i in SINGLE]),
    "livecodebench": (
        "json",
        [{"question_id": problem, "output_list": SAID[problem], "code_list": ["x", "y"]} for problem in ASKED],
    ),
    "inspect": (
        "json",
        {
            "version": 2,
            "samples": [
                {"id": place + 1, "epoch": i, "input": ASKED[problem], "output": output(SAID[problem][i])}
                for place, problem, i in SINGLE
            ],
        },
    ),
    "lighteval": ("parquet", [details(problem, place) for place, problem, _ in EVERY]),
    "nemo-skills": (
        "jsonl",
        [
            {"problem": ASKED[problem], "generation": SAID[problem][i], "num_generated_tokens": 7, "id": f"x-{place}"}
            | {"finish_reason": "length"}
            for place, problem, i in SINGLE
        ],
    ),
    "verl": ("jsonl", [{"input": chat(problem), "output": SAID[problem][i], "gts": "?"} for _, problem, i in SINGLE]),
    "evalscope": (
        "jsonl",
        [
            {"index": 2 * place + i, "model_output": output(SAID[problem][i])}
            | {"messages": [{"role": "user", "content": ASKED[problem]}, {"role": "assistant", "content": "?"}]}
            for place, problem, i in SINGLE
        ],
    ),
    "opencompass": (
        "json",
        {
            str(2 * place + i): {
                "origin_prompt": [{"role": "HUMAN", "prompt": ASKED[problem]}],
                "prediction": SAID[problem][i],
            }
            for place, problem, i in SINGLE
        },
    ),
    "bigcode": ("json", list(SAID.values())),
    "verifiers": (
        "jsonl",
        [
            {"example_id": place, "prompt": [{"role": "user", "content": ASKED[problem]}], "reward": 1.0}
            | {"completion": [{"role": "assistant", "content": SAID[problem][i]}], "is_truncated": True}
            | {"token_usage": {"input_tokens": 9.0, "output_tokens": 7.0}, "error": None}
            for place, problem, i in SINGLE
        ],
    ),
    "trl": (
        "parquet",
        [
            {"step": 1, "prompt": chat(problem), "completion": SAID[problem][i], "reward": 1.0, "advantage": 0.5}
            for _, problem, i in SINGLE
        ],
    ),
    "tau-bench": (
        "json",
        [
            {"task_id": problem, "reward": 1.0, "info": {"source": "user"}, "trial": i}
            | {"traj": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": SAID[problem][i]}]}
            for _, problem, i in SINGLE
        ],
    ),
    "helm": (
        "json",
        {
            "adapter_spec": {"method": "generation"},
            "request_states": [
                {
                    "instance": {"input": {"text": ASKED[problem]}, "id": f"id{place + 7}"},
                    "request": {"prompt": f"Q: {ASKED[problem]}", "temperature": 0.6},
                    "result": {
                        "success": True,
                        "completions": [{"text": text, "tokens": []} for text in SAID[problem]],
                    },
                }
                for place, problem, _ in EVERY
            ],
        },
    ),
    "evalchemy": (
        "json",
        {
            "config": {"model": "vllm"},
            "results": {
                "AIME24": {
                    "examples": [{"id": 60, "problem": ASKED[p], "model_outputs": SAID[p]} for p in ASKED],
                    "num_total": 2,
                }
            },
        },
    ),
}
ENDED = {"verifiers": ("length", 7), "inspect": ("length", 7), "evalscope": ("length", 7), "nemo-skills": ("length", 7)}


@pytest.fixture(params=["as a whole", "item by item"])
def written(tmp_path, request, monkeypatch):
    monkeypatch.setattr(reading, "LARGE", reading.LARGE if request.param == "as a whole" else -1)

    def write(ending: str, data, name: str = "rows"):
        path = tmp_path / f"{name}.{ending}"
        if ending == "parquet":
            pl.DataFrame(data).write_parquet(path)
        else:
            rows = data if ending == "jsonl" else [data]
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_its_responses_and_what_it_cannot_say_is_null(written, name):
    found = responses([written(*FILES[name])], {"format": name}, PROBLEMS)
    assert found.select("problem_id", "sample_index", "text").rows() == [
        (problem, i, SAID[problem][i]) for _, problem, i in SINGLE
    ]
    reason, tokens = ENDED.get(name, (None, None))
    assert found["finish_reason"].to_list() == [reason] * 4
    assert found["tokens"].to_list() == ([2, 1] * 2 if name == "lighteval" else [tokens] * 4)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_another_format_is_one_line_with_the_fix(written, name):
    likely = "evalplus" if name != "evalplus" else "verl"
    with pytest.raises(InputError) as error:
        responses([written(*FILES[likely])], {"format": name}, PROBLEMS)
    said = str(error.value)
    assert "\n" not in said
    assert f"rows.jsonl, row 1 is not as {name} writes it (key `format`): " in said
    assert f"use `format: {likely}`" in said


def test_a_file_of_no_known_format_names_the_columns_to_name(written):
    path = written("jsonl", [{"a": 1}])
    with pytest.raises(InputError, match="it has a; name its columns instead, by `response`"):
        responses([path], {"format": "lm-eval"}, PROBLEMS)


def test_what_evalplus_keeps_of_an_evaluation(written):
    kept = {p: [{"task_id": p, "solution": text, "base_status": "pass"} for text in SAID[p]] for p in ASKED}
    path = written("json", {"date": "2026-11-30", "hash": "0", "eval": kept})
    assert responses([path], {"format": "evalplus"}, PROBLEMS)["text"].to_list() == ["42", "41", "1/2", "2"]


def test_a_folder_of_programs_as_evalplus_writes_it(tmp_path):
    ids = pl.DataFrame({"problem_id": ["HumanEval/0", "HumanEval/1"], "question": ["a", "b"]})
    for task, number in ((0, 0), (0, 2), (0, 10), (1, 0), (1, 1), (1, 2)):
        (tmp_path / f"HumanEval_{task}").mkdir(exist_ok=True)
        (tmp_path / f"HumanEval_{task}/{number}.py").write_text(f"x = {number}")
    found = responses([tmp_path], {"format": "evalplus"}, ids)
    assert found["text"].to_list() == ["x = 0", "x = 2", "x = 10", "x = 0", "x = 1", "x = 2"]
    before = digests.file_digest.__wrapped__(str(tmp_path))
    (tmp_path / "HumanEval_1/2.py").write_text("x = 3")
    assert digests.file_digest.__wrapped__(str(tmp_path)) != before
    with pytest.raises(InputError, match="holds no programs"):
        responses([tmp_path / "HumanEval_0"], {"format": "evalplus"}, ids)


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        (
            "lm-eval",
            {"doc_id": 0, "doc": {}, "resps": [[["-1.0", "True"]], [["-2.0", "False"]]]},
            "log-likelihoods of choices",
        ),
        (
            "verifiers",
            {"example_id": 0, "prompt": "", "completion": [{"role": "assistant", "content": ""}] * 2},
            r"several turns \(2 messages\).* `episodes: true`",
        ),
        ("helm", {"reference_index": 1}, "one choice of several"),
        (
            "tau-bench",
            {"task_id": 3, "reward": 0.0, "info": {"error": "no quota"}, "traj": [], "trial": 1},
            r"broke down \(no quota\).* run trial 1 of task 3 again",
        ),
    ],
)
def test_what_holds_no_samples_is_refused(written, name, row, message):
    with pytest.raises(InputError, match=f"row 1 .*{message}"):
        responses([written("jsonl", [row])], {"format": name}, PROBLEMS)


def test_a_file_of_several_tasks_asks_which(written):
    task = {"examples": [{"problem": ASKED[p], "model_output": SAID[p][0]} for p in ASKED]}
    path = written("json", {"results": {"AIME24": task, "AMC23": task}})
    with pytest.raises(InputError, match="there is AIME24, AMC23; say which by `at`"):
        responses([path], {"format": "evalchemy"}, PROBLEMS)
    chosen = {"format": "evalchemy", "at": "results.AMC23.examples"}
    assert responses([path], chosen, PROBLEMS)["text"].to_list() == ["42", "1/2"]


def test_a_completion_goes_on_with_its_question(written):
    rows = [{"task_id": problem, "completion": text} for problem, text in (("p0", "\n42"), ("p1", None))]
    assert responses([written("jsonl", rows)], {"format": "evalplus"}, PROBLEMS)["text"].to_list() == [
        "What is 12+30?\n42",
        "",
    ]


def test_programs_alone_are_fenced(written):
    rows = [{"question_id": problem, "code_list": ["print(1)"]} for problem in ASKED]
    found = responses([written("json", rows)], {"format": "livecodebench"}, PROBLEMS)
    assert found["text"][0] == "````````\nprint(1)\n````````"


def test_parts_attachments_and_a_failed_request_of_inspect(written):
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "42"}]
    rows = [
        {"id": "p0", "input": "attachment://a", "attachments": {"a": ASKED["p0"]}, "output": output(parts)},
        {"id": "p1", "input": ASKED["p1"], "output": {"choices": []}},
    ]
    found = responses([written("json", {"samples": rows})], {"format": "inspect"}, PROBLEMS)
    assert found.select("text", "finish_reason", "tokens").rows() == [("42", "length", 7), ("", None, None)]


def test_older_lighteval_and_generation_by_verl_have_many_responses_a_row(written):
    old = [{"example": ASKED[problem], "predictions": SAID[problem], "cont_tokens": [[1]]} for problem in ASKED]
    generated = [{"prompt": [{"role": "user", "content": chat(p)}], "responses": SAID[p]} for p in ASKED]
    for name, rows in (("lighteval", old), ("verl", generated)):
        found = responses([written("parquet", rows)], {"format": name}, PROBLEMS)
        assert found["text"].to_list() == ["42", "41", "1/2", "2"]


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("What is love?", "row 1: prompt 'What is love.': no problem of the benchmark, whose ids are like 'p0'"),
        (" ".join(ASKED.values()), "the questions of 2 problems stand in it, 'p0' and 'p1' among them"),
    ],
)
def test_a_prompt_with_no_question_or_with_several_is_refused(written, prompt, message):
    with pytest.raises(InputError, match=message):
        responses([written("jsonl", [{"input": prompt, "output": "2"}])], {"format": "verl"}, PROBLEMS)


def test_a_question_inside_another_one_is_told_from_it(written):
    problems = pl.DataFrame({"problem_id": ["short", "long"], "question": ["1+1?", "What is 1+1? And 2+2?"]})
    rows = [{"input": f"user: {question}", "output": "2"} for question in problems["question"]]
    found = responses([written("jsonl", rows)], {"format": "verl"}, problems)
    assert found["problem_id"].to_list() == ["short", "long"]


def test_the_question_tells_where_a_file_numbers_other_problems(written):
    """The benchmark may be a part of what the tool was given, in another order."""
    rows = [dict(row, doc_id=1 - row["doc_id"]) for row in by_filter()]
    found = responses([written("jsonl", rows)], {"format": "lm-eval"}, PROBLEMS)
    assert found["text"].to_list() == ["42", "41", "1/2", "2"]


def test_a_number_alone_never_gives_a_problem_the_samples_of_another_question(written):
    other = PROBLEMS.with_columns(question=pl.Series(["What is 2+2?", "Name a prime."][: len(PROBLEMS)]))
    with pytest.raises(
        InputError, match="by its number it would be problem 'p0', which asks something else, 'What is 2"
    ):
        responses([written("jsonl", by_filter())], {"format": "lm-eval"}, other)


def test_a_log_that_inspect_packed_is_read_by_its_own_package(written, monkeypatch):
    path = written("eval", {})
    monkeypatch.setitem(sys.modules, "inspect_ai", None)
    with pytest.raises(InputError, match=r"rows.eval is a log .* `pip install inspect_ai`, or turn it into JSON"):
        responses([path], {"format": "inspect"}, PROBLEMS)
    samples = [types.SimpleNamespace(model_dump=lambda row=row: row) for row in FILES["inspect"][1]["samples"]]
    package = types.ModuleType("inspect_ai.log")
    log = types.SimpleNamespace(model_dump=lambda **_: {"eval": {"model": "org/m"}})
    package.read_eval_log = lambda file, header_only: log
    package.read_eval_log_samples = lambda file, all_samples_required, resolve_attachments: iter(samples)
    monkeypatch.setitem(sys.modules, "inspect_ai", types.ModuleType("inspect_ai"))
    monkeypatch.setitem(sys.modules, "inspect_ai.log", package)
    stated = Stated(name="inspect")
    assert responses([path], {"format": "inspect"}, PROBLEMS, stated)["text"].to_list() == ["42", "41", "1/2", "2"]
    assert stated.facts() == {"settings": {"model": ["org/m"]}}
