"""Files in pieces: what is read and written row by row is what would be read and written at once."""

import gzip
import json
import subprocess
import sys
from types import SimpleNamespace

import polars as pl
import pytest

from boundary.benchmarks import stored
from boundary.errors import InputError
from boundary.files import rows, store
from boundary.sampling import prompts
from boundary.verifying.memory import COPIES, OWN, UNKNOWN, verification_memory
from conftest import ROOT

PROBLEMS = [(f"p{i}", "?" * i, '{"tests": 0}', "code", None, None, "{}", [b"image"] * i or None) for i in range(9)]


def written(path) -> str:
    stored.write(iter(PROBLEMS), path, {"spec": 1}, {"flags": {"p0": '"largest_gold": 7'}})
    return str(path)


@pytest.mark.parametrize("at_once", [1, 40, 10_000])
def test_rows_written_one_by_one_are_the_frame_written_at_once(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(store, "PART_BYTES", at_once)
    frame = pl.DataFrame(PROBLEMS, schema=stored.SCHEMA, orient="row")
    assert store.read(written(tmp_path / "b.parquet")).equals(frame)
    assert list(stored.rows(str(tmp_path / "b.parquet"))) == frame.rows()
    assert [path.name for path in tmp_path.iterdir()] == ["b.parquet"]


def test_tests_that_are_small_on_the_disk_alone_are_read_a_few_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "GROUP_BYTES", 300_000)
    large = [(row[0], row[1], "x" * 100_000, *row[3:]) for row in PROBLEMS]
    stored.write(iter(large), tmp_path / "b.parquet", {}, {})
    assert (tmp_path / "b.parquet").stat().st_size < 10_000
    pieces = list(stored.pieces(str(tmp_path / "b.parquet"), ["problem_id", "gold"]))
    assert [len(piece) for piece in pieces] == [3, 3, 3]


def test_rows_that_end_in_an_error_leave_nothing(tmp_path):
    with pytest.raises(InputError):
        stored.write(rows.each_row(tmp_path_with(tmp_path, b"[]\n")), tmp_path / "b.parquet", {}, {})
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]


def tmp_path_with(folder, content: bytes):
    path = folder / "x.jsonl"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_lines_are_read_as_the_whole_is(tmp_path, packed):
    content = '\ufeff{"a": "x\u2028y"}\r\n\n{"a": 2}'.encode()
    path = tmp_path / ("x.jsonl.gz" if packed else "x.jsonl")
    path.write_bytes(gzip.compress(content) if packed else content)
    assert list(rows.each_row(path)) == [json.loads(line) for line in rows.read_text(path).split("\n") if line]
    with pytest.raises(InputError, match="row 3 is not JSON"):
        list(rows.each_row(tmp_path_with(tmp_path, b'{"a": 1}\n\n{"a": \n')))


def test_only_named_columns_are_read_and_the_tests_of_programs_are_not(tmp_path):
    path = written(tmp_path / "b.parquet")
    assert store.read(path, ["images", "problem_id"]).columns == ["images", "problem_id"]
    assert set(stored.read(path, ["problem_id", "gold"])["gold"]) == {"{}"}
    with pytest.raises(InputError, match="has no column 'prompt'"):
        store.read(path, ["prompt"])


def test_images_stay_with_their_prompts(tmp_path):
    problems = store.read(written(tmp_path / "b.parquet"), prompts.COLUMNS)
    rendered = prompts.render(problems, "{question}")
    store.write(rendered, tmp_path / "p.parquet", {})
    assert prompts.read(tmp_path / "p.parquet")["images"].to_list() == problems["images"].to_list()
    assert prompts.render(problems.drop("images"), "{question}")["prompt_hash"][8] != rendered["prompt_hash"][8]


def test_verification_asks_for_memory_by_the_largest_problem(tmp_path):
    large = [(*PROBLEMS[0][:2], "x" * (3 << 20), *PROBLEMS[0][3:])]
    stored.write(iter(large), tmp_path / "large.parquet", {}, {"flags": {}})
    store.write(pl.DataFrame(large, schema=stored.SCHEMA, orient="row"), tmp_path / "old.parquet", {}, {"flags": {}})

    def asked(name: str, threads: int = 1, attempt: int = 1) -> int:
        return verification_memory(None, SimpleNamespace(problems=str(tmp_path / name)), threads, attempt)

    assert asked("large.parquet", 2, 3) == 3 * (OWN + 2 * COPIES * 3)
    assert asked("old.parquet") == asked("not-there.parquet") == OWN + COPIES * (UNKNOWN >> 20)
    assert asked(written(tmp_path / "small.parquet")) == OWN


def test_rules_ask_for_memory_without_reading_frames():
    code = "import sys, boundary.verifying.memory; assert 'polars' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow/scripts", check=True)
