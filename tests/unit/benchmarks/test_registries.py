"""The registries: every prompt letter by letter, every benchmark from rows that look like its own."""

import base64
import io
import json
import pickle
import zlib

import polars as pl
import pytest
import yaml
from PIL import Image

from boundary.benchmarks.build import build
from boundary.benchmarks.rows import rows_of_file
from boundary.benchmarks.transforms import TRANSFORMS
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.sampling.prompts import render
from boundary.verifying.grading import Limits
from boundary.verifying.sandbox import host as sandbox
from conftest import ROOT

GOLDEN = ROOT / "tests/golden/prompts"
PROMPTS = yaml.safe_load((ROOT / "config/prompts.yaml").read_text())
BENCHMARKS = yaml.safe_load((ROOT / "config/benchmarks.yaml").read_text())
VARIANTS = [
    (name, starter) for name, t in PROMPTS.items() for starter in (("", "code") if "with_starter_code" in t else ("",))
]


@pytest.mark.parametrize(("name", "starter"), VARIANTS, ids=lambda value: value or "-")
def test_prompts_are_what_the_golden_files_show(name, starter):
    """A new or changed template needs a new golden file, read by a person: `{name}.txt`, or `{name}-starter.txt`."""
    metadata = json.dumps({"starter_code": "def f(x):" if starter else ""})
    question = "What is {starter_code} of $1+1$?"  # braces of a question are no field
    problems = pl.DataFrame({"problem_id": ["1"], "question": [question], "metadata": [metadata]})
    prompt = render(problems, PROMPTS[name])["prompt"][0]
    assert prompt == (GOLDEN / f"{name}{'-starter' if starter else ''}.txt").read_text()


def image(size=(4, 3)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "png")
    return file.getvalue()


def program(name: str) -> dict:
    return {
        "task_id": name,
        "entry_point": "f",
        "prompt": "def f(x):\n",
        "canonical_solution": "    return x + 1\n",
    } | {
        "base_input": [[1]],
        "plus_input": [[2]],
        "atol": 0,
    }


def contest(day: str, **more) -> dict:
    private = base64.b64encode(zlib.compress(pickle.dumps(json.dumps([{"input": "2\n", "output": "3"}])))).decode()
    return {"question_id": day, "question_content": "Add one.", "contest_date": f"{day}T00:00:00"} | {
        "public_test_cases": json.dumps([{"input": "1\n", "output": "2"}]),
        "private_test_cases": private,
        "metadata": "{}",
        "starter_code": "",
        "platform": "atcoder",
        "difficulty": "easy",
    } | more  # fmt: skip


def shown(**row) -> dict:
    """A row with an image, as the datasets library keeps it."""
    return row | {"decoded_image": {"bytes": image()}}


HALF = "\\frac{1}{2}"
ROOTS = "\\frac{-1+\\sqrt{17}}{2}, \\frac{-1-\\sqrt{17}}{2}"
OMNI = [{"problem": f"{i}?", "answer": str(i)} for i in range(7)]
ARENA = {"problem": "n?", "problem_type": ["Algebra", "Geometry"]}
VISTA = {"pid": "1", "question": "How much?", "answer": "1.2", "precision": 1.0}
VISION = {"question": "How many?\n<image1>", "answer": "6", "level": 1}
WRONG = {f"Incorrect Answer {i}": f"w{i}" for i in (1, 2, 3)}
DAYS = ("2024-07-31", "2024-08-01", "2025-01-31", "2025-02-01")
ROWS = {  # rows that look like a benchmark's own; how many are kept; the first problem's question and right answers
    "gsm8k": ([{"question": "1+1?", "answer": "One and one.\n#### 1,002"}], 1, "1+1?", ["1,002"]),
    "math500": ([{"problem": "1+1?", "answer": "2", "unique_id": "t/1", "level": 3}], 1, "1+1?", ["2"]),
    "minerva": ([{"problem": "d?", "solution": f"\\boxed{{1}} or \\boxed{{{HALF}}} m", "type": "t"}], 1, "d?", [HALF]),
    "olympiadbench": (
        [{"id": 7, "question": "x?", "final_answer": [f"${HALF}$"], "error": None}],
        1,
        "x?",
        [f"${HALF}$"],
    ),
    "aime24": ([{"id": 60, "problem": "n?", "answer": "025"}], 1, "n?", ["25"]),
    "aime25": ([{"problem": "n?", "answer": "070"}], 1, "n?", ["70"]),
    "aime26": ([{"problem_idx": 1, "answer": 277, "problem": "n?"}], 1, "n?", ["277"]),
    "hmmt-feb25": ([ARENA | {"problem_idx": 1, "answer": ROOTS}], 1, "n?", [ROOTS]),
    "hmmt-nov25": ([ARENA | {"problem_idx": 7, "answer": "2^{99}-\\sqrt{7}"}], 1, "n?", ["2^{99}-\\sqrt{7}"]),
    "hmmt-feb26": ([ARENA | {"problem_idx": i, "answer": f"{i}\\pi"} for i in (1, 2)], 2, "n?", ["1\\pi"]),
    "brumo25": ([ARENA | {"problem_idx": 30, "answer": HALF}], 1, "n?", [HALF]),
    "beyond-aime": ([{"problem": "n?", "answer": 1033551}], 1, "n?", ["1033551"]),
    "amc23": ([{"id": 0, "question": "n?", "answer": 27.0}], 1, "n?", ["27"]),
    "omni-math-train": (OMNI, 5, None, None),
    "omni-math-test": (OMNI, 2, None, None),
    "math-beyond": ([{"problem": "n?", "answer": "7"}], 1, "n?", ["7"]),
    "gpqa-diamond": (
        [
            {"Record ID": "rec1", "Question": "q?", "Correct Answer": "r\n", "High-level domain": "Physics"},
            {"Record ID": "rec2", "Question": "p?", "Correct Answer": "u", "High-level domain": "Biology"},
        ],
        2,
        None,
        None,
    ),
    "mmlu-pro": (
        [
            {"question_id": 70, "question": "q?", "options": list("xyz"), "answer": "B", "category": "law"},
            {"question_id": 71, "question": "p?", "options": list("qrstuvwxyz"), "answer": "J", "category": "law"},
        ],
        2,
        None,
        None,
    ),
    "mathvista": (
        [shown(**VISTA, question_type=kind) for kind in ("free_form", "multi_choice")],
        1,
        "How much?",
        ["1.2"],
    ),
    "mathvision": ([shown(**VISION, id=str(len(o)), options=o) for o in ([], ["A"])], 1, "How many?", ["6"]),
    "humanevalplus": ([program("HumanEval/0")], 1, "def f(x):\n", None),
    "mbppplus": ([program("Mbpp/3")], 1, "def f(x):\n", None),
    "livecodebench": ([contest(day) for day in DAYS], 2, "Add one.", None),
    "livecodebench-all": ([contest(day) for day in DAYS], 4, "Add one.", None),
    "livecodebench-v6": ([contest(day) for day in (*DAYS, "2025-04-05")], 5, "Add one.", None),
}


@pytest.mark.parametrize("name", [name for name, entry in BENCHMARKS.items() if "task" not in entry])
def test_benchmarks_build_from_rows_like_their_own(name, tmp_path):
    rows, kept, question, answers = ROWS[name]
    rows = [row | WRONG for row in rows] if name == "gpqa-diamond" else rows
    entry = BENCHMARKS[name] | {"source": "hub", "problems": kept}
    if "part" in entry:
        entry["part"] = entry["part"] | {"sizes": [5, 2]}
    assert entry["licence"]
    assert entry["citation"]
    file = tmp_path / ("rows.parquet" if "image" in entry else "rows.jsonl")
    if "image" in entry:
        pl.DataFrame(rows).write_parquet(file)
    else:
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    frame, flags = build(name, entry, [file], Limits(isolation=sandbox.strongest_level()), 2)
    assert flags == {}
    assert len(frame) == kept
    assert question in (None, frame["question"][0])
    assert answers in (None, json.loads(frame["gold"][0]).get("answers"))
    assert frame["images"].null_count() == (0 if "image" in entry else kept)
    with pytest.raises(InputError, match="`problems` expects"):
        build(name, entry | {"problems": kept + 1}, [file], Limits(isolation=sandbox.strongest_level()), 2)


def test_the_parts_of_a_benchmark_share_no_problem_and_miss_none(tmp_path):
    rows = ROWS["omni-math-train"][0]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    entry = {"source": "file", "question": "problem", "answer": "answer", "verifier": "math"}
    parts = [
        build("part", entry | {"part": {"sizes": [5, 2], "index": index, "seed": 1}}, [file], Limits())[0]
        for index in (0, 1)
    ]
    assert sorted(parts[0]["problem_id"].to_list() + parts[1]["problem_id"].to_list()) == [
        f"rows-{i:05d}" for i in range(7)
    ]


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("after_hashes", "2 + 2 = 4 #### no\n#### 1,000 ", "1,000"),
        ("last_boxed", "\\boxed{1} then \\boxed{\\{1, \\frac{2}{3}\\}}.", "\\{1, \\frac{2}{3}\\}"),
        ("integer", "025", "25"),
        ("integer", 27.0, "27"),
        ("integer", "-1,024", "-1024"),
        ("first", ["a", "b"], "a"),
        ("without_image_tags", "<image1>\nWhich of <image2> is it?", "Which of is it?"),
    ],
)
def test_transforms(name, value, result):
    assert TRANSFORMS[name](value) == result


@pytest.mark.parametrize(
    ("name", "value"),
    [("after_hashes", "4"), ("last_boxed", "4"), ("last_boxed", "\\boxed{4"), ("integer", "1.5"), ("first", [])],
)
def test_transforms_that_do_not_apply(name, value):
    with pytest.raises(ValueError, match=r"is no|there is|never closed|empty"):
        TRANSFORMS[name](value)


def test_an_image_that_is_cut_short_is_refused_before_anything_is_sampled(tmp_path):
    Image.effect_noise((64, 64), 80).save(tmp_path / "one.jpg")
    (tmp_path / "one.jpg").write_bytes((tmp_path / "one.jpg").read_bytes()[:-300])  # its header is whole
    file = tmp_path / "rows.jsonl"
    file.write_text('{"q": "?", "a": "1", "picture": "one.jpg"}\n')
    with pytest.raises(InputError, match=r"rows.jsonl, row 1: the image cannot be read: .*truncated"):
        list(rows_of_file({"verifier": "visual", "question": "q", "answer": "a", "image": "picture"}, file))


def test_images_count_in_the_hash_of_a_prompt():
    problems = pl.DataFrame(
        {
            "problem_id": ["1", "2"],
            "question": ["q", "q"],
            "metadata": ["{}"] * 2,
            "images": [[image()], [image((5, 5))]],
        }
    )
    rendered = render(problems, "<|image_pad|>{question}")
    assert rendered["prompt"].n_unique() == 1
    assert rendered["prompt_hash"].n_unique() == 2
    assert rendered["images"][0].to_list() == [image()]


def test_the_paper_configuration_compares_what_may_be_compared(monkeypatch):
    monkeypatch.chdir(ROOT)
    config = resolve(yaml.safe_load((ROOT / "config/paper.yaml").read_text()), ROOT)
    differ = {pair["tuned"] for pair in config["pairs"] if pair["prompts_differ"]}
    assert differ == {"dapo-qwen-32b"}
    for model in config["models"].values():
        assert model["licence"]
