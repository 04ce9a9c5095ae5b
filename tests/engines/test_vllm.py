"""The real vLLM engine: samples the zoo through the workflow, and agrees with the transformers engine."""

import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from boundary.files import store
from conftest import fresh_project, python_with_vllm, tiny_config

SAMPLES = 32


@pytest.fixture(scope="module")
def counts(tmp_path_factory) -> dict[str, pl.DataFrame]:
    """Per-problem counts of the countdown base under both engines, everything else alike.

    vLLM samples under a lower max_tokens first, so that its counts rest on responses that were cut off and continued.
    """
    project = fresh_project(tmp_path_factory.mktemp("engines") / "project")
    target = "results/counts/countdown-base/countdown/t0.6.parquet"
    found = {}
    for engine, python in (("vllm", python_with_vllm()), ("transformers", sys.executable)):
        config = tiny_config(
            engine=engine,
            models={"countdown-base": {}},
            benchmarks={"countdown": {"samples": SAMPLES, "block": SAMPLES}},
            pairs=[],
        )
        shorter = tiny_config()["decodings"]["t0.6"] | {"max_tokens": 24}
        lower = config | {"decodings": {"t0.6": shorter}}
        for wanted, settings in (("samples", lower), (target, config)) if engine == "vllm" else ((target, config),):
            command = [python, *project.command(wanted, config=settings)[1:]]
            done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=900)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        block = project.path(f"results/samples/countdown-base/countdown/t0.6/0000-{SAMPLES - 1:04d}.parquet")
        made_with = store.about(block)["made_with"]
        assert made_with["engine"] == engine
        assert made_with.get("other_max_tokens", {}).get("continued", 0) > 500 or engine == "transformers"
        samples = pl.read_parquet(block)
        assert samples["cumulative_logprob"].null_count() == 0
        assert samples["text"].n_unique() > 0.3 * len(samples)
        found[engine] = pl.read_parquet(project.path(target))
        project.path("results").rename(project.root / f"results-{engine}")
    return found


def test_pass_at_1_of_both_engines_agrees_within_sampling_error(counts):
    """The same weights, so the difference of pass@1 is sampling noise: its standard error is that of two binomial means
    per problem, and 4 standard errors are exceeded once in 16,000 times. Seeds are fixed, so the test is not flaky."""
    rates = {engine: (frame["c"] / frame["n"]).to_numpy() for engine, frame in counts.items()}
    variance = sum(rate * (1 - rate) / (SAMPLES - 1) for rate in rates.values())
    error = np.sqrt(variance.sum()) / len(variance)
    difference = rates["vllm"].mean() - rates["transformers"].mean()
    assert 0 < error < 0.01
    assert abs(difference) < 4 * error


def test_an_engine_that_finds_no_memory_says_what_to_change(tmp_path):
    project = fresh_project(tmp_path / "project")
    config = tiny_config(
        engine="vllm",
        engines={"vllm": {"gpu_memory_utilization": 0.0001}},
        models={"countdown-base": {}},
        benchmarks={"countdown": {"problems": 3, "samples": 2, "block": 2}},
        pairs=[],
    )
    command = [python_with_vllm(), *project.command("samples", config=config)[1:]]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=300)
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "If memory is short: more GPUs per model (models.*.tensor_parallel_size)" in output, output[-3000:]
