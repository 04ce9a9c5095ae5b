"""The real vLLM engine: samples the zoo through the workflow, and agrees with the transformers engine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import forks
from boundary.files import store
from conftest import GIVEN_UP, ROOT, fresh_project, make_adapter, python_with_vllm, tiny_config

pytestmark = pytest.mark.ci

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
            project.snakemake(wanted, config=settings, python=python)
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
    environment = os.environ | {"VLLM_ENABLE_V1_MULTIPROCESSING": "1"}  # as on GPUs
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode != 0
    log = project.path("results/logs/samples/countdown-base/countdown/t0.6/0000-0001.log").read_text()
    last = done.stderr.partition("A job failed:")[2]
    for said in (log, last):
        assert "cannot be loaded: RuntimeError: ValueError: " in said, done.stderr[-3000:] + log
        assert "If memory is short: more GPUs per model (models.*.tensor_parallel_size)" in said
    assert "in another process of vLLM" in log


TRIED = """
import json, sys
sys.path.insert(0, sys.argv[4])
from boundary.sampling.blocks import seed_of
from boundary.sampling.engines import Request, open_engine

given = json.load(open(sys.argv[1]))
model = {"dtype": "float32", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}
decoding = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "max_tokens": 40, "logprobs": True}

def of_dual_chunks(max_tokens, **more):
    limit = decoding | {"max_tokens": max_tokens}
    memory = {"gpu_memory_utilization": 0.4}  # on a CPU of all that this process holds, so the first engine's too
    engine = open_engine("vllm", given["dual"], model | more, memory, {"1 + 1"}, limit)
    return [r.text for finished in engine.generate([Request("a", 0, "1 + 1", 0)], limit) for r in finished]

prompts, long = given["prompts"], [given["long"] + prompt for prompt in given["prompts"]]
weights = given["merged" if sys.argv[3] == "merged" else "base"]
more = {"adapter": given["adapter"]} if sys.argv[3] == "adapter" else {}
memory = {"gpu_memory_utilization": 0.15}
engine = open_engine("vllm", weights, model | more, memory, {*prompts, *long}, decoding)

def drawn(requests, decoding=decoding, stop_at=None):
    found, before = {}, engine.generated
    for responses in engine.generate(requests, decoding):
        found |= {f"{r.request.problem_id} {r.request.sample_index}": [r.text, r.tokens, r.logprobs] for r in responses}
        if stop_at is not None and engine.generated - before >= stop_at:
            return [[r.problem_id, r.sample_index, ids, logprobs] for r, ids, logprobs in engine.unfinished()]
    return found

def requests(prompts, n, begun={}):
    return [
        Request(str(i), j, prompt, seed_of(0, "test", str(i), j), begun=tuple(ids), begun_logprobs=tuple(logprobs))
        for i, prompt in enumerate(prompts) for j in range(n)
        for ids, logprobs in [begun.get((str(i), j), ((), ()))]
    ]

if sys.argv[3] == "again":
    begun = {(p, j): (ids, logprobs) for p, j, ids, logprobs in given["going"]}
    result = drawn([r for r in requests(prompts[8:16], 4, begun) if r.begun])
else:
    result = {"greedy": drawn(requests(prompts[:8], 1), decoding | {"temperature": 0.0})}
if sys.argv[3] == "merged":
    result["dual"] = of_dual_chunks(8, hf_overrides={"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}})
    try:
        of_dual_chunks(128)
    except ValueError as error:
        result["beyond"] = str(error)
if sys.argv[3] == "base":
    result["many"] = drawn(requests(long, 1))
    sys.modules["boundary.sampling.engines.vllm"].HEARTBEAT = 0
    result["going"] = drawn(requests(prompts[8:16], 4), stop_at=200)
json.dump(result, open(sys.argv[2], "w"))
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory) -> dict:
    """What the engine gives for an adapter, for many tokens of prompts at once, and for responses that go on."""
    from transformers import AutoTokenizer

    from boundary.zoo.tasks import chain

    folder, base = tmp_path_factory.mktemp("tried"), str(ROOT / "resources/zoo/chain-base")
    make_adapter(base, folder, ["q_proj", "v_proj", "o_proj"])
    prompts = [p["question"] + chain.SUFFIX for p in chain.benchmark(64, seed=1)]
    given = {"base": base, "adapter": f"{folder}/adapter", "merged": f"{folder}/merged", "prompts": prompts}
    given["long"] = "".join(prompts[:8])
    given["dual"] = dual_chunk_model(base, folder / "dual")
    tokenizer = AutoTokenizer.from_pretrained(base)
    assert sum(len(tokenizer(given["long"] + prompt)["input_ids"]) for prompt in prompts) > 4096
    (folder / "tried.py").write_text(TRIED)
    found = {}
    for part in ("adapter", "merged", "base", "again"):  # one engine a process
        (folder / "given.json").write_text(json.dumps(given | {"going": found.get("base", {}).get("going")}))
        arguments = ["tried.py", "given.json", "result.json", part, str(ROOT / "workflow/scripts")]
        status, output = forks.run(forks.of_scripts(python_with_vllm()), arguments, folder, GIVEN_UP)
        assert status == 0, output[-4000:]
        found[part] = json.loads((folder / "result.json").read_text())
    return found


def dual_chunk_model(base: str, folder: Path) -> str:
    """A Qwen2 of random weights whose config.json asks for dual chunk attention beyond 64 tokens."""
    import torch
    from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

    tokenizer = AutoTokenizer.from_pretrained(base)
    sizes = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    dual = {"chunk_size": 64, "local_size": 8, "original_max_position_embeddings": 64}
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        num_key_value_heads=1,
        max_position_embeddings=256,
        dual_chunk_attention_config=dual,
        **sizes,
    )
    torch.manual_seed(0)
    Qwen2ForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_a_model_with_dual_chunks_starts_within_the_context_it_was_trained_with(tried):
    assert len(tried["merged"]["dual"]) == 1
    assert "max_tokens = 128 need a context of" in tried["merged"]["beyond"]
    assert "the model's is 64" in tried["merged"]["beyond"]


def test_an_adapter_has_the_log_probabilities_of_the_merged_weights(tried):
    adapter, merged, base = (tried[part]["greedy"] for part in ("adapter", "merged", "base"))
    assert adapter != base
    for key, (text, tokens, logprobs) in adapter.items():
        assert [text, tokens] == merged[key][:2]
        assert logprobs == pytest.approx(merged[key][2], abs=1e-3)


def test_seeded_prompts_of_more_tokens_than_one_step_takes_are_sampled(tried):
    assert len(tried["base"]["many"]) == 64


def test_an_interrupted_response_goes_on_from_its_tokens(tried):
    going = tried["base"]["going"]
    assert len(going) > 10
    for problem, index, ids, _ in going:
        text, tokens, logprobs = tried["again"][f"{problem} {index}"]
        assert tokens > len(ids)
        assert len(logprobs) == tokens
        assert text
