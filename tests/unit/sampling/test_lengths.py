"""Another max_tokens pays only the difference: cut is the same as sampled, continued is the same in distribution."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from boundary.files import store
from boundary.files.digests import weights_digest
from boundary.sampling import job
from boundary.sampling.prompts import render
from boundary.zoo.tasks import chain
from conftest import ROOT

WEIGHTS = str(ROOT / "resources/zoo/chain-base")
SHORT, LONG = 24, 48


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """sample(folder, max_tokens) -> the block, and the requests that an engine was started for."""
    rows = [{"metadata": "{}", **row} for row in chain.benchmark(100, seed=2024)[::13]]  # of all lengths
    problems = pl.DataFrame(rows).select("problem_id", "question", "metadata")
    prompts = render(problems, "{question} : ")
    asked = []
    engine = job._engine
    monkeypatch.setattr(job, "_engine", lambda requests, *rest: asked.append(requests) or engine(requests, *rest))

    def run(folder: str, max_tokens: int, logprobs: bool = False) -> tuple[pl.DataFrame, list]:
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / folder)
        asked.clear()
        decoding = {"temperature": 0.8, "top_p": 1.0, "max_tokens": max_tokens, "top_k": 0}
        model = {"weights": weights_digest(WEIGHTS), "dtype": "auto", "prompt": "{question} : "}
        spec = {"protocol": 1, "seed": 0, "model": model | {"stop": [], "stop_token_ids": []}}
        spec |= {"decoding": decoding | ({"logprobs": True} if logprobs else {})}
        setup = {"engine": "transformers", "options": {}, "weights": WEIGHTS, "model": "m"}
        setup |= {"tensor_parallel_size": 1, "gpus": 1, "trust_remote_code": False}
        setup |= {"models": ["m"], "decoding": "d", "stream": "chain", "benchmarks": ["chain"]}
        output = Path("results/samples/m/chain/d/0000-0063.parquet")
        output.unlink(missing_ok=True)
        job.run(output, "m/chain/d/0000-0063", prompts, spec, setup, {"weights": None}, 1)
        return store.read(output), [request for requests in asked for request in requests]

    return run


@pytest.mark.parametrize("logprobs", [False, True])
def test_a_lowered_limit_cuts_and_samples_nothing(sample, logprobs):
    direct, _ = sample("direct", SHORT, logprobs)
    sample("changed", LONG, logprobs)
    cut, sampled = sample("changed", SHORT, logprobs)
    assert sampled == []
    texts = ["problem_id", "sample_index", "text", "tokens", "finish_reason", "seed", "prompt_hash"]
    assert cut.select(texts).equals(direct.select(texts))
    if logprobs:
        both = zip(cut["cumulative_logprob"], direct["cumulative_logprob"], strict=True)
        assert max(abs(one - other) for one, other in both) < 1e-4
    facts = store.about("results/samples/m/chain/d/0000-0063.parquet")["made_with"]["other_max_tokens"]
    assert facts == {"cut": (direct["finish_reason"] == "length").sum(), "cut_uncertain": 0, "continued": 0}


def test_a_raised_limit_goes_on_with_what_was_cut_off_and_back_is_a_look_up(sample):
    short, _ = sample("changed", SHORT)
    raised, sampled = sample("changed", LONG)
    unfinished = short.filter(finish_reason="length")
    assert 0 < len(unfinished) == len(sampled) < len(short)
    assert raised.filter(short["finish_reason"] == "stop").equals(short.filter(finish_reason="stop"))
    begins = [long.startswith(begin) for begin, long in zip(short["text"], raised["text"], strict=True)]
    assert all(begins)
    assert raised["seed"].equals(short["seed"])
    assert raised["tokens"].max() <= LONG

    direct, _ = sample("direct", LONG)
    for share in (
        lambda frame: (frame["finish_reason"] == "stop").to_numpy(),
        lambda frame: frame["text"].str.contains(r"boxed\{\d").to_numpy(),
    ):
        one, other = share(raised).mean(), share(direct).mean()
        assert abs(one - other) < 4 * np.sqrt(2 * 0.25 / len(direct))
    length = abs(raised["tokens"].mean() - direct["tokens"].mean())
    assert length < 4 * direct["tokens"].std() * np.sqrt(2 / len(direct))

    back, sampled = sample("changed", SHORT)
    assert sampled == []
    assert back.equals(short)
