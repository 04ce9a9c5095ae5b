"""Verification: each distinct answer once, through a cache, in processes that can be killed."""

import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import polars as pl
import pytest

from boundary.analysis.disagreement import disagreements
from boundary.files import store
from boundary.verifying import verify as verification
from boundary.verifying import workers
from boundary.verifying.answers import open_box
from boundary.verifying.grading import Context, Limits, Verdict
from boundary.verifying.grading.code import strongest_level
from boundary.verifying.verify import verify
from boundary.verifying.workers import Failure, InfrastructureError, killable_map
from conftest import ROOT


def behave(item: str) -> str:
    """What untrusted text may make a grader do."""
    match item.split()[0]:
        case "hang":
            time.sleep(600)
        case "crash":
            os._exit(9)
        case "raise":
            raise RuntimeError(item)
        case "memory":
            return str(len(bytearray(8 << 30)))
        case "recurse":
            return behave(item)
        case "busy":  # for longer than a chunk has, with little CPU time, as on a busy machine
            time.sleep(3)
        case "work":
            while True:
                pass
        case "once":  # hangs at the first try only, as on a busy machine
            marker = item.split()[1]
            if not os.path.exists(marker):
                open(marker, "w").close()
                time.sleep(600)
        case "killed":  # by the machine, as when memory runs out
            os.kill(os.getpid(), signal.SIGKILL)
        case "a":
            if item != "a":
                raise workers.KilledError("a program was killed", int(item.split()[-1]))
        case "broken":
            raise InfrastructureError("no space left on device")
    return item


def run(items, **options) -> list:
    options = {"workers": 2, "seconds": 2, "memory_mb": 2048} | options
    return [result for _, result in sorted(killable_map(behave, items, **options), key=lambda pair: pair[0])]


def test_what_hangs_or_crashes_costs_its_own_result_only(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 2)
    items = ["a", "hang", "b", "crash", "c", "raise", "d", "memory", "e", "recurse", "f", f"once {tmp_path}/marker"]
    items += [f"good {i}" for i in range(40)]
    results = run(items)
    expected = list(items)
    expected[1] = Failure("timeout")
    expected[3] = Failure("error", "crash of the grader, exit code 9")
    expected[5] = Failure("error", "RuntimeError", internal=True)
    expected[7] = Failure("error", "out of memory")
    expected[9] = Failure("error", "RecursionError", internal=True)
    assert results == expected


def test_a_busy_machine_is_no_items_time_out():
    assert run(["busy", "work"], seconds=1) == ["busy", Failure("timeout")]


def test_a_fault_of_the_machine_is_tried_again_and_then_fails_the_job(monkeypatch):
    monkeypatch.setattr(workers, "PAUSE", 0)
    with pytest.raises(InfrastructureError, match="no space left"):
        run(["a", "broken", "b"])


def not_well() -> None:
    raise InfrastructureError("a right program fails")


def test_a_kill_is_the_items_where_all_else_is_well(monkeypatch):
    monkeypatch.setattr(workers, "PAUSE", 0)
    grader_says = "a program was killed 1"
    assert run(["b", "killed", grader_says]) == ["b", workers.KILLED, workers.KILLED]
    with pytest.raises(InfrastructureError, match="a right program fails"):
        run([grader_says], control=not_well)
    counts = itertools.count(step=2)  # by every look, two more processes were killed for want of memory
    monkeypatch.setattr(workers, "oom_kills", lambda: {"/proc/vmstat": next(counts)})
    with pytest.raises(InfrastructureError, match="1 other processes were killed"):
        run([grader_says])
    counts = itertools.count()  # one more, which is its own
    assert run([grader_says]) == [workers.KILLED]


COLLIDING = """
import os
line = '["value",{"set":[' + ",".join(str(i * (2**61 - 1)) for i in range(60_000)) + "]}]\\n"
os.write(3, line.encode())
def f(): pass
"""


def test_results_that_take_forever_to_compare_cost_their_program(tmp_path):
    gold = {"tests": {"entry_point": "f", "inputs": ["[]"]}, "expected": [['"' + "x" * 200_000 + '"']]}
    script = "import json, sys\nfrom boundary.verifying import grading\ngrading.OWN_SECONDS = 1\n"
    script += "gold, program, level = json.loads(sys.stdin.read())\n"
    script += "grading.grade_one('code', grading.Limits(isolation=level), (gold, program))\n"
    given = json.dumps([json.dumps(gold | {"rule": "set", "atol": 0}), COLLIDING, strongest_level()])
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    done = subprocess.run([sys.executable, "-c", script], input=given, text=True, env=environment, timeout=60)
    assert done.returncode == -signal.SIGPROF


def test_a_worker_that_cannot_start_fails_the_job(monkeypatch):
    monkeypatch.setattr(workers, "PAUSE", 0)
    with pytest.raises(InfrastructureError, match="does not start"):
        run(["a"], preload=["no_such_module"])


def test_doubtful_results_are_tried_once_more_alone():
    assert run(["a", "b"], doubtful=lambda result: result == "b") == ["a", "b"]


PROBLEMS = {"p": json.dumps({"answers": ["1 + 2"]}), "q": json.dumps({"answers": ["2 + 2"]})}
CONTEXTS = dict.fromkeys(PROBLEMS, Context())
ROWS = [
    ("p", "\\boxed{1 + 2}", "stop", "match"),
    ("p", "\\boxed{2 + 1}", "stop", "match"),
    ("p", "\\boxed{1 + 2}", "stop", "match"),
    ("q", "\\boxed{1 + 2}", "stop", "mismatch"),
    ("q", "so 2 + 2", "length", "truncated"),
    ("q", "", "stop", "no answer"),
    ("p", "\\boxed{1 + 2}", "length", "match"),
    ("q", "so 2 + 2", "other", "interrupted"),
    ("q", "", None, "no answer"),
]


def batches(size: int):
    rows = [(problem, i, 1, text, reason) for i, (problem, text, reason, _) in enumerate(ROWS)]
    schema = ["problem_id", "sample_index", "tokens", "text", "finish_reason"]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return (frame.slice(start, size) for start in range(0, len(rows), size))


@pytest.fixture
def graded(monkeypatch):
    """The items that reach the workers."""
    seen = []

    def spy(function, items, **_):
        seen.extend(items)
        return ((i, function(item)) for i, item in enumerate(items))

    monkeypatch.setattr(verification, "killable_map", spy)
    return seen


def test_a_box_that_the_prompt_opened_is_filled_by_the_response():
    filled = pl.DataFrame({"problem_id": ["p", "q"], "sample_index": 0, "tokens": 1, "text": [" 1 + 2 }", "5"]})
    filled = filled.with_columns(finish_reason=pl.lit("stop"))
    asked = dict.fromkeys(PROBLEMS, Context(box=open_box("1, 2 make 3: \\boxed{")))
    assert verify([filled], PROBLEMS, asked, ["countdown"], Limits(), workers=1)["answer"].to_list()[0] == "1 + 2"
    assert verify([filled], PROBLEMS, CONTEXTS, ["countdown"], Limits(), workers=1)["correct"].sum() == 0
    assert open_box("within \\boxed{}.") == ""


@pytest.mark.parametrize("size", [1, 3, 100])
def test_each_distinct_answer_is_graded_once_and_reasons_are_kept(graded, size):
    verdicts = verify(batches(size), PROBLEMS, CONTEXTS, ["countdown"], Limits(), workers=1)
    assert sorted(answer for _, answer in graded) == ["1 + 2", "1 + 2", "2 + 1"]
    assert verdicts["reason"].to_list() == [reason for *_, reason in ROWS]
    assert verdicts["correct"].to_list() == [reason == "match" for *_, reason in ROWS]
    assert verdicts["answer"].to_list() == ["1 + 2", "2 + 1", "1 + 2", "1 + 2", None, None, "1 + 2", None, None]
    assert dict(verdicts.schema) == verification.SCHEMA


def test_the_cache_is_shared_by_blocks_and_keyed_by_all_that_bears_on_a_verdict(graded, tmp_path, monkeypatch):
    cache = tmp_path / "cache/countdown.sqlite"
    first = verify(batches(100), PROBLEMS, CONTEXTS, ["countdown"], Limits(), workers=1, cache=cache)
    assert len(graded) == 3
    again = verify(batches(100), PROBLEMS, CONTEXTS, ["countdown"], Limits(), workers=1, cache=cache)
    assert len(graded) == 3
    assert again.equals(first)
    verify(batches(100), PROBLEMS, CONTEXTS, ["countdown"], Limits(seconds=9), workers=1, cache=cache)
    assert len(graded) == 6
    changed = PROBLEMS | {"q": json.dumps({"answers": ["2 + 1"]})}
    verdicts = verify(batches(100), changed, CONTEXTS, ["countdown"], Limits(), workers=1, cache=cache)
    assert len(graded) == 7
    assert verdicts["reason"][3] == "match"
    monkeypatch.setattr(verification, "library", lambda file: "an edited grader")
    verify(batches(100), PROBLEMS, CONTEXTS, ["countdown"], Limits(), workers=1, cache=cache)
    assert len(graded) == 10


def test_graders_that_compare_alike_share_their_verdicts(graded, tmp_path):
    golds = {name: json.dumps({"answers": ["3"]}) for name in PROBLEMS}
    cache = tmp_path / "cache.sqlite"
    verdicts = verify(batches(100), golds, CONTEXTS, ["mathematics", "boxed"], Limits(), workers=1, cache=cache)
    assert len(graded) == len(set(graded)) == 2
    both = [verdicts.filter(grader=name)["reason"].to_list() for name in ("mathematics", "boxed")]
    assert both[0] == ["match"] * 4 + ["truncated", "no answer", "match", "interrupted", "no answer"]
    assert both[1] == ["match"] * 4 + ["truncated", "no answer", "truncated", "interrupted", "no answer"]


@pytest.mark.parametrize("harm", ["damaged", "a folder", "locked"])
def test_a_cache_that_cannot_be_used_costs_time_only(graded, tmp_path, harm, monkeypatch):
    monkeypatch.setattr("boundary.verifying.cache.WAIT", 0.1)
    cache = tmp_path / "cache.sqlite"
    other = sqlite3.connect(cache) if harm == "locked" else None
    if harm == "damaged":
        cache.write_bytes(b"not a database" * 1000)
    elif harm == "a folder":
        cache.mkdir()
    else:
        other.execute("BEGIN EXCLUSIVE")
    verdicts = verify(batches(100), PROBLEMS, CONTEXTS, ["countdown"], Limits(), workers=1, cache=cache)
    assert verdicts["reason"].to_list() == [reason for *_, reason in ROWS]
    if other:
        other.close()


WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, {scripts!r})
from boundary.verifying.grading import Verdict
from boundary.verifying.cache import VerdictCache
cache = VerdictCache(Path({path!r}))
for i in range(10**6):
    cache.put([(f"{{sys.argv[1]}} {{i}} {{j}}".encode(), Verdict("match")) for j in range(50)])
    print(i, flush=True)
    time.sleep(0.001)
"""


def test_the_cache_survives_writers_side_by_side_and_their_kill(tmp_path):
    from boundary.verifying.cache import VerdictCache

    path = tmp_path / "cache.sqlite"
    script = WRITER.format(scripts=str(ROOT / "workflow/scripts"), path=str(path))
    writers = [subprocess.Popen([sys.executable, "-c", script, name], stdout=subprocess.PIPE) for name in "ab"]
    for writer in writers:  # both have written, and are killed while they write
        assert [int(writer.stdout.readline()) for _ in range(5)] == [0, 1, 2, 3, 4]
    counts = []
    for writer in writers:
        writer.kill()
        counts.append(5 + len(writer.stdout.read().splitlines()))
    cache = VerdictCache(path)
    keys = [
        f"{n} {i} {j}".encode() for n, count in zip("ab", counts, strict=True) for i in range(count) for j in (0, 49)
    ]
    assert cache.get(keys) == dict.fromkeys(keys, Verdict("match"))


def test_batches_of_a_file_are_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "ROWS", 3)
    frame = pl.DataFrame({"problem_id": list("abcdefgh"), "text": list("12345678")})
    store.write(frame, tmp_path / "x.parquet", {})
    parts = list(store.batches(tmp_path / "x.parquet", ["problem_id", "text"]))
    assert [len(part) for part in parts] == [3, 3, 2]
    assert pl.concat(parts).equals(frame)
    monkeypatch.setattr(store, "GROUP_BYTES", 16)  # large rows: groups of few, each read without the others
    store.write(frame, tmp_path / "x.parquet", {})
    small = list(store.batches(tmp_path / "x.parquet", ["text"], most_bytes=300))
    assert len(small) == 8
    assert pl.concat(small).equals(frame.select("text"))


def test_disagreements_name_their_samples():
    right = {"one": [True, True, False, False], "other": [True, False, True, False]}
    verdicts = pl.concat(
        pl.DataFrame({"problem_id": list("ppqq"), "sample_index": [0, 1, 0, 1], "grader": grader, "correct": correct})
        for grader, correct in right.items()
    )
    (row,) = disagreements(verdicts).to_dicts()
    assert row == {
        "first": "one",
        "second": "other",
        "samples": 4,
        "both": 1,
        "only_first": 1,
        "only_second": 1,
        "examples_first": ["p#1"],
        "examples_second": ["q#0"],
    }


def test_a_fault_of_the_grader_of_programs_is_no_verdict_and_names_the_sample(monkeypatch):
    def broken(function, items, **_):
        yield from ((i, Failure("error", "ZeroDivisionError", internal=True)) for i in range(len(items)))

    monkeypatch.setattr(verification, "killable_map", broken)
    golds = {"p": json.dumps({"tests": {"inputs": ["1"]}, "expected": [["1"]], "rule": "printed"})}
    columns = ["problem_id", "sample_index", "tokens", "text", "finish_reason"]
    batch = pl.DataFrame([("p", 3, 1, "```python\nprint(1)\n```", "stop")], schema=columns, orient="row")
    with pytest.raises(InfrastructureError, match="ZeroDivisionError on the answer of problem 'p', sample 3"):
        verify([batch], golds, {"p": Context()}, ["code"], Limits(), workers=1)
