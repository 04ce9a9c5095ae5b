"""Totals of the plan, and what would decide an undecided claim, as `snakemake plan` prints it."""

import json

import pytest

from boundary.errors import InputError
from boundary.files import sizes
from boundary.files.hub import UnreachableError
from boundary.sampling.pace import Block, Pace
from boundary.sampling.planning import CPU_HOURS, as_text, cannot_be_decided, plan, shared, to_decide
from boundary.start import tell_of_short_room


def test_the_plan_says_which_claims_these_samples_cannot_decide():
    blocks = [("a", "b", 128)] * 2
    jobs = [{"model": m, "benchmark": "math", "blocks": blocks, "problems": 100} for m in ("a", "b", "other")]
    jobs[2]["blocks"] = blocks[:1]
    asked = {"rate": 0.01, "level": 0.95, "claims": 56, "models": {"math": ["a", "b"]}, "topped_up": []}
    assert cannot_be_decided(jobs, asked) == [
        "math: n = 256 is too small to confirm any problem that one model solves at a rate of 0.01 or more and the "
        "other never solved; it takes 1,157 samples of each problem, or an analysis.rate of 0.044"
    ]
    assert cannot_be_decided(jobs, asked | {"rate": 0.05}) == []


def test_the_plan_names_problems_samples_tokens_and_hours():
    claim = {"claim": "coverage narrowed", "base": "a", "tuned": "b", "benchmark": "math", "decoding": "t"}
    undecided = claim | {"problems_to_decide": 120, "tokens_of_problems": 36_000_000, "samples_to_decide": 512}
    undecided["tokens_of_samples"] = 18_000_000
    jobs = [{"model": "a", "hours_per_token": 1e-6}, {"model": "b", "hours_per_token": 3e-6}]
    text = to_decide([claim, undecided], jobs)
    assert text.endswith(
        "coverage narrowed: b against a, math, t: 120 problems in all (36,000,000 tokens more, 72.00 GPU-hours) or "
        "512 samples of each problem (18,000,000 tokens more, 36.00 GPU-hours)"
    )
    jobs[0]["hours_per_token"] = None
    assert "120 problems in all (36,000,000 tokens more) or" in to_decide([undecided], jobs)
    assert to_decide([claim], jobs) == ""


def job(benchmark: str, problems: int | None, n: int, block: int = 4) -> dict:
    blocks = [[f"results/{benchmark}/{i:04d}-{i + block - 1:04d}.parquet", "none", block] for i in range(0, n, block)]
    names = {"model": "m", "benchmark": benchmark, "decoding": "t", "stream": benchmark.partition("-")[0]}
    return names | {"spec": {"decoding": {"max_tokens": 10}}, "gpus": 1, "blocks": blocks, "problems": problems}


def test_the_total_counts_shared_samples_once_and_names_what_is_not_known_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    jobs = [job("code", 3, 8), job("code-all", 5, 4), job("math", 2, 4), job("images", None, 4)]
    text = as_text(plan(jobs), shared(jobs))
    total = next(line for line in text.splitlines() if line.startswith("total")).split()
    assert total[3:5] == ["40", "400"]  # 3 * 8 + 5 * 4 + 2 * 4, of which 3 * 4 twice
    assert "The problems of images are counted once it is built." in text
    assert "12 samples of code and code-all are the same" in text
    assert shared([job("math", 2, 4)]).samples == 0


def test_rows_of_an_own_file_are_counted_before_it_is_built(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"q": f"{number}", "a": "1", "level": number % 2} for number in range(10)]
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    entry = {"source": "file", "file": "own.jsonl", "question": "q", "answer": "a", "verifier": "math"}
    jobs = [job("own", None, 8) | {"own_file": entry}, job("half", None, 8) | {"own_file": entry}]
    jobs[1]["own_file"] = entry | {"filter": {"level": [1]}}
    assert plan(jobs)["samples"].to_list() == [80, 40]
    assert "CPU-hours" in as_text(plan(jobs), shared(jobs), CPU_HOURS)


def test_sizes_of_weights_are_asked_once_and_room_is_looked_for(tmp_path, monkeypatch):
    asked = []

    def size(name: str) -> int:
        asked.append(name)
        if name == "org/away":
            raise UnreachableError("no network")
        return 5_000_000_000

    monkeypatch.setattr(sizes, "weights_size", size)
    monkeypatch.setattr(sizes, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(sizes, "free_bytes", lambda folder: 6_000_000_000)
    file, names = tmp_path / "mine.sizes.yaml", ["org/a", "org/away", "org/b"]
    assert sizes.ask_sizes(file, names) == {"org/a": 5_000_000_000, "org/away": None, "org/b": None}
    assert asked == names[:2]  # no network: nothing more is asked
    assert "5.0 GB of 1 model, of 2 models not known" in sizes.in_words(sizes.ask_sizes(file, names))
    assert asked.count("org/a") == 1
    (tmp_path / "models--org--a/blobs").mkdir(parents=True)
    (tmp_path / "models--org--a/blobs/part.incomplete").write_bytes(bytes(1000))
    assert sizes.left_to_download({"org/a": 5000}) == {"org/a": 4000}
    sizes.require_room("org/a", {"org/a": 5_000_000_000, "org/b": 5_000_000_000})  # warns
    with pytest.raises(InputError, match=r"org/b does not fit: 7\.0 GB .* HF_HOME names a larger place"):
        sizes.require_room("org/b", {"org/b": 7_000_000_000})


def test_a_run_says_before_its_first_job_where_results_have_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr(sizes, "free_bytes", lambda folder: 3_000_000_000)
    pace, said = Pace([Block(("m", "b", "t"), path, "none", 500_000_000) for path in ("one", "two")]), []
    assert [block.path for block in pace.among(["one", "results/report.html"])] == ["one"]
    tell_of_short_room(500_000_000, tmp_path, said.append)
    assert said == []
    tell_of_short_room(1_000_000_000, tmp_path, said.append)
    free = f"Free in {tmp_path}: 3.0 GB: perhaps not enough, --directory names another place."
    assert said == [f"Samples to keep: 4.0 GB if they have these tokens. {free}"]
