"""A benchmark of programs through the chain: the model's responses run in the sandbox, in a workflow like any other."""

import json

import polars as pl

from boundary.files import store
from boundary.verifying.sandbox import host as sandbox
from conftest import tiny_config


def problem(task: str, solution: str) -> dict:
    return {
        "task_id": task,
        "entry_point": "f",
        "prompt": "def f(x):\n    ",
        "canonical_solution": solution,
        "base_input": [[1], [2]],
        "plus_input": [[3]],
        "atol": 0,
    }


def config(file: str) -> dict:
    own = {"file": file, "format": "evalplus", "verifier": "code", "extraction": "completion", "samples": 2, "block": 2}
    model = {"weights": "resources/zoo/chain-base", "prompt": "chain", "benchmarks": ["own"]}
    return tiny_config(models={"mine": model}, benchmarks={"own": own}, pairs=[])


def test_programs_are_sampled_verified_counted_and_reported(project):
    rows = [problem("a", "return x\n"), problem("b", "raise KeyError\n"), problem("c", "return 2 * x\n")]
    project.path("own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    project.snakemake(config=config("own.jsonl"))
    block = project.path("results/verdicts/mine/own/t0.6/0000-0001.parquet")
    verdicts = pl.read_parquet(block)
    assert verdicts["problem_id"].unique().to_list() in (["a", "c"], ["c", "a"])
    assert set(verdicts["reason"]) <= {"match", "mismatch", "error", "timeout"}
    assert verdicts["answer"].str.starts_with("def f(x):").all()
    assert store.about(block)["made_with"]["limits"]["isolation"] == sandbox.strongest_level()
    flags = project.path("results/tables/flags.csv").read_text()
    assert 'own,b,"left out, its own solution fails: KeyError in test 1"' in flags
    assert "results/tables/flags.csv" in project.path("results/report.html").read_text()

    project.edit("workflow/scripts/boundary/verifying/sandbox/zygote.py", "TICK = 0.05", "TICK = 0.04")
    planned = project.planned(config=config("own.jsonl"))
    assert planned["verify_block"] == 1
    assert "sample_block" not in planned
