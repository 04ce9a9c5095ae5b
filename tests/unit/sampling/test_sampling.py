"""Seeds, the partial file, and the transformers engine's own sampling."""

import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path

import polars as pl
import pytest
import torch

from boundary.errors import InputError
from boundary.files import store
from boundary.files.digests import weights_digest
from boundary.sampling import block_store, job
from boundary.sampling.blocks import (
    SAMPLE_KEYS,
    block_requests,
    expected,
    finished_rows,
    is_complete,
    locked,
    sample_block,
    seed_of,
)
from boundary.sampling.engines import (
    Request,
    Response,
    advising,
    cannot_start,
    context_needed,
    longest_context,
    open_engine,
)
from boundary.sampling.engines.root_cause import VARIABLES, keep_errors, raising_root_cause
from boundary.sampling.engines.transformers import Engine
from boundary.sampling.samples import Sample
from conftest import ROOT

SPEC = {"decoding": {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "max_tokens": 8}}
PROMPTS = pl.DataFrame({"problem_id": ["a", "b"], "prompt": ["1", "2"], "prompt_hash": ["x", "y"]})


class Silent:
    def start(self, done):
        self.done = done

    def add(self, samples, tokens):
        pass


class CountingEngine:
    """Answers with the seed, two at a time; stops with an error after `limit` responses."""

    def __init__(self, limit=None):
        self.description = {"engine": "counting"}
        self.limit, self.sampled, self.generated = limit, [], 0

    def unfinished(self):
        return []

    def generate(self, requests, decoding):
        for start in range(0, len(requests), 2):
            if self.limit is not None and len(self.sampled) >= self.limit:
                raise RuntimeError("killed")
            batch = requests[start : start + 2]
            self.sampled += batch
            yield [Response(r, f"text {r.seed}", 3, "stop", -1.5) for r in batch]


def requests() -> list[Request]:
    return block_requests(PROMPTS, 4, 7, seed=0, stream="m/b/d")


def run(engine, partial, spec=SPEC):
    return sample_block(requests(), lambda _: engine, partial, spec, Silent())


def test_no_two_samples_share_a_seed_and_blocks_do_not_matter():
    seeds = [seed_of(0, stream, problem, i) for stream in ("m/b/d", "n/b/d") for problem in "ab" for i in range(2000)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)
    whole = {r.sample_index: r.seed for r in block_requests(PROMPTS.head(1), 0, 7, 0, "m/b/d")}
    half = {r.sample_index: r.seed for r in block_requests(PROMPTS.head(1), 4, 7, 0, "m/b/d")}
    assert half.items() <= whole.items()


def test_a_killed_block_resumes_with_every_finished_chunk(tmp_path):
    uninterrupted, _ = run(CountingEngine(), tmp_path / "whole.partial")
    partial = tmp_path / "block.partial"
    with pytest.raises(RuntimeError, match="killed"):
        run(CountingEngine(limit=4), partial)
    second = CountingEngine()
    resumed, made_with = run(second, partial)
    assert len(second.sampled) == 4  # of eight
    assert resumed.equals(uninterrupted)
    assert made_with == {"engine": "counting"}


@pytest.mark.parametrize("damage", [lambda data: data[:-5], lambda data: data[:-20] + b"X" + data[-19:]])
def test_a_torn_or_altered_chunk_is_dropped_and_sampled_again(tmp_path, damage):
    partial = tmp_path / "block.partial"
    uninterrupted, _ = run(CountingEngine(), partial)
    partial.write_bytes(damage(partial.read_bytes()))
    again = CountingEngine()
    resumed, _ = run(again, partial)
    assert len(again.sampled) == 2
    assert resumed.equals(uninterrupted)


def test_a_finished_partial_file_needs_no_engine(tmp_path):
    partial = tmp_path / "block.partial"
    uninterrupted, _ = run(CountingEngine(), partial)
    again, made_with = sample_block(requests(), lambda _: pytest.fail("engine started"), partial, SPEC, Silent())
    assert again.equals(uninterrupted)
    assert made_with == {"engine": "counting"}


def test_a_partial_file_of_another_configuration_is_set_aside(tmp_path):
    partial = tmp_path / "block.partial"
    run(CountingEngine(), partial)
    before = partial.read_bytes()
    engine = CountingEngine()
    run(engine, partial, spec=SPEC | {"seed": 1})
    assert len(engine.sampled) == 8
    (kept,) = tmp_path.glob("block.partial.set-aside-*")
    assert kept.read_bytes() == before


def test_a_partial_file_of_other_prompts_is_set_aside(tmp_path):
    partial = tmp_path / "block.partial"
    run(CountingEngine(), partial)
    engine = CountingEngine()
    others = block_requests(PROMPTS.with_columns(prompt=pl.lit("other")), 4, 7, seed=0, stream="m/b/d")
    sample_block(others, lambda _: engine, partial, SPEC, Silent())
    assert len(engine.sampled) == 8


def test_a_second_process_waits_until_the_first_is_done(tmp_path):
    order = []

    def second():
        with locked(tmp_path / "block.lock"):
            order.append("second")

    with locked(tmp_path / "block.lock"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join(timeout=10)
    assert order == ["first", "second"]


def test_a_finished_block_is_recognised_by_spec_and_prompts(tmp_path):
    frame, made_with = run(CountingEngine(), tmp_path / "block.partial")
    file, wanted = tmp_path / ".0004-0007.parquet", expected(requests(), PROMPTS, 0, ["m/b/d"])
    assert not is_complete(file, SPEC, wanted)
    store.write(frame.join(PROMPTS.select("problem_id", "prompt_hash"), on="problem_id"), file, SPEC, made_with)
    assert is_complete(file, SPEC, wanted)
    assert not is_complete(file, SPEC | {"seed": 1}, wanted)
    assert not is_complete(
        file, SPEC, expected(requests(), PROMPTS.with_columns(prompt_hash=pl.lit("z")), 0, ["m/b/d"])
    )
    with pytest.raises(InputError, match="seed was not set, is 1"):
        store.require_spec(file, SPEC | {"seed": 1})


def test_samples_of_another_random_stream_are_others(tmp_path):
    """The stream's name is in the seeds and not in the spec: finished blocks and partial files are told by the seed."""
    partial = tmp_path / "block.partial"
    frame, made_with = run(CountingEngine(), partial)
    file = tmp_path / ".0004-0007.parquet"
    store.write(frame.join(PROMPTS.select("problem_id", "prompt_hash"), on="problem_id"), file, SPEC, made_with)
    elsewhere = block_requests(PROMPTS, 4, 7, seed=0, stream="m/other/d")
    assert is_complete(file, SPEC, expected(requests(), PROMPTS, 0, ["m/b/d"]))
    assert not is_complete(file, SPEC, expected(elsewhere, PROMPTS, 0, ["m/other/d"]))
    fewer = expected(block_requests(PROMPTS, 5, 6, 0, "m/b/d"), PROMPTS, 0, ["m/b/d"])
    assert sorted(finished_rows([file], SPEC, fewer, SAMPLE_KEYS)) == [("a", 5), ("a", 6), ("b", 5), ("b", 6)]
    assert finished_rows([file], SPEC, expected(elsewhere, PROMPTS, 0, ["m/other/d"]), SAMPLE_KEYS) == {}
    either = expected(elsewhere, PROMPTS, 0, ["m/other/d", "m/b/d"])  # where a model was renamed, former seeds count
    assert is_complete(file, SPEC, either)
    engine = CountingEngine()
    sample_block(elsewhere, lambda _: engine, partial, SPEC, Silent())
    assert len(engine.sampled) == 8


def test_weights_that_changed_since_the_run_was_planned_are_not_sampled(tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    shutil.copytree(ROOT / "resources/zoo/chain-base", folder)
    spec = SPEC | {"seed": 0, "model": {"weights": weights_digest(str(folder)), "dtype": "auto"}}
    (folder / "config.json").write_text((folder / "config.json").read_text() + "\n")
    setup = {"model": "m", "models": ["m"], "decoding": "d", "stream": "b", "benchmarks": ["b"]}
    setup |= {"weights": str(folder), "options": {}, "engine": "transformers", "tensor_parallel_size": 1, "gpus": 1}
    setup["trust_remote_code"] = False
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="have changed since this run was planned"):
        job.run(tmp_path / "0000-0001.parquet", "m/b/d/0000-0001", PROMPTS, spec, setup, {"weights": None}, 1)


def test_images_of_a_file_of_prompts_reach_the_requests(tmp_path):
    shown = PROMPTS.with_columns(images=pl.Series([[b"one", b"two"], None], dtype=pl.List(pl.Binary)))
    store.write(shown, tmp_path / "prompts.parquet", {})
    found = block_requests(store.read(tmp_path / "prompts.parquet"), 0, 1, seed=0, stream="m/b/d")
    assert [request.images for request in found] == [(b"one", b"two")] * 2 + [()] * 2


def test_prompts_without_the_images_of_their_benchmark_are_refused_before_an_engine_starts(tmp_path):
    setup = {"model": "m", "decoding": "d", "stream": "b", "images": True}
    with pytest.raises(InputError, match=r"m/b/d/0000-0001: the benchmark has images, and its file of prompts brings"):
        job.run(tmp_path / "0000-0001.parquet", "m/b/d/0000-0001", PROMPTS, SPEC | {"seed": 0}, setup, {}, 1)


def sampled(requests, batch_size, **model):
    entry = {"dtype": "auto", "stop": [], "stop_token_ids": []} | model
    decoding = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 60, "logprobs": True}
    prompts = {request.prompt for request in requests}
    engine = Engine(str(ROOT / "resources/zoo/chain-base"), entry, {"batch_size": batch_size}, prompts, decoding)
    responses = [response for batch in engine.generate(requests, decoding) for response in batch]
    return {(r.request.problem_id, r.request.sample_index): r for r in responses}


def test_a_sample_is_a_function_of_its_seed_and_not_of_its_batch(zoo_requests):
    whole, alone = sampled(zoo_requests, 48), sampled(zoo_requests[::-1], 5)
    assert {key: r.text for key, r in whole.items()} == {key: r.text for key, r in alone.items()}
    for key, response in whole.items():
        assert response.cumulative_logprob == pytest.approx(alone[key].cumulative_logprob, abs=1e-3)
        assert response.finish_reason == "stop"


def test_logprobs_are_those_of_the_model_at_temperature_1(zoo_requests):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = ROOT / "resources/zoo/chain-base"
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    response = sampled(zoo_requests[:1], 1)["chain-000", 0]
    prompt = tokenizer(response.request.prompt)["input_ids"]
    answer = tokenizer(response.text, add_special_tokens=False)["input_ids"] + [tokenizer.eos_token_id]
    assert response.tokens == len(answer)
    with torch.inference_mode():
        scores = model(torch.tensor([prompt + answer])).logits[0, len(prompt) - 1 : -1].log_softmax(-1)
    expected = scores[range(len(answer)), answer].sum().item()
    assert response.cumulative_logprob == pytest.approx(expected, abs=1e-3)
    assert response.logprobs == pytest.approx(scores[range(len(answer)), answer].tolist(), abs=1e-3)


def test_a_context_that_is_too_short_is_refused_with_the_number_that_fits():
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(ROOT / "resources/zoo/chain-base")
    assert context_needed(tokenizer, {"0", "0 1"}, {"max_tokens": 60}, 100) > 60
    with pytest.raises(InputError, match="lower the decoding's max_tokens to"):
        context_needed(tokenizer, {"0 1 2"}, {"max_tokens": 60}, 62)


def test_an_engine_that_runs_out_of_memory_says_what_to_change():
    error = cannot_start("org/model", torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB"))
    assert "Tried to allocate 20 GiB" in str(error)
    assert "models.*.tensor_parallel_size" in str(error)


def test_memory_that_runs_out_amid_the_work_says_what_to_change_and_other_errors_stay_as_they_are():
    expected = r"OutOfMemoryError: CUDA out of memory. If memory is short: .*batch_size"
    with pytest.raises(InputError, match=expected), advising():
        raise torch.OutOfMemoryError("CUDA out of memory")
    with pytest.raises(RuntimeError, match="device-side assert"), advising():
        raise RuntimeError("device-side assert")


def test_an_engine_that_cannot_be_imported_is_a_line(monkeypatch):
    for name in ("VLLM_CONFIGURE_LOGGING", "VLLM_ENABLE_V1_MULTIPROCESSING"):  # which its import would set
        monkeypatch.setenv(name, "1")
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(InputError, match=r"engine vllm cannot be imported by .*: ModuleNotFoundError: .*vllm"):
        open_engine("vllm", "org/model", {}, {}, {"1"}, {})


def test_a_model_with_dual_chunks_has_the_context_that_it_was_trained_with():
    from transformers import Qwen2_5_VLConfig, Qwen2Config

    lengths = {"chunk_size": 262144, "local_size": 8192, "original_max_position_embeddings": 262144}
    long = {"max_position_embeddings": 1010000}
    assert longest_context(Qwen2Config(**long)) == 1010000
    assert longest_context(Qwen2Config(**long, dual_chunk_attention_config=lengths)) == 262144
    assert longest_context(Qwen2Config(max_position_embeddings=9, dual_chunk_attention_config=lengths)) == 9
    assert longest_context(Qwen2_5_VLConfig(text_config={**long, "dual_chunk_attention_config": lengths})) == 262144


def test_the_error_of_another_process_is_raised_in_place_of_a_pointer_to_it(tmp_path, monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    errors = keep_errors()
    config = json.loads(Path(os.environ["VLLM_LOGGING_CONFIG_PATH"]).read_text())
    assert config["handlers"]["file"]["filename"] == str(errors)
    monkeypatch.delenv("VLLM_LOGGING_CONFIG_PATH")
    told = "EngineCore failed to start.\nTraceback (most recent call last):\n  File x\ntorch.OutOfMemoryError: CUDA\n"
    errors.write_text(told + "Traceback:\nRuntimeError: Worker failed, see above for the root cause\n")
    with pytest.raises(RuntimeError, match=r"^torch.OutOfMemoryError: CUDA\n") as caught, raising_root_cause(errors):
        raise RuntimeError("Engine core initialization failed. See root cause above.")
    assert told in caught.value.__notes__[0]
    with pytest.raises(ValueError, match="another"), raising_root_cause(errors):
        raise ValueError("another")


def test_stop_strings_end_a_response_and_stay_out_of_it(zoo_requests):
    for response in sampled(zoo_requests, 48, stop=["\\boxed"]).values():
        assert "\\boxed" not in response.text
        assert response.finish_reason == "stop"


def test_a_file_put_back_by_hand_is_never_lost(tmp_path):
    """Whatever lies under its second name: nothing, the same, another one of the same setting, or a damaged one."""
    frame, made_with = run(CountingEngine(), tmp_path / "block.partial")
    whole = frame.join(PROMPTS.select("problem_id", "prompt_hash"), on="problem_id")
    output, other = tmp_path / "0004-0007.parquet", SPEC | {"seed": 1}
    second = block_store.path_of(output, SPEC, PROMPTS)
    for beside in (None, whole, whole.with_columns(text=pl.lit("other")), "damaged"):
        for file in tmp_path.glob("*.parquet*"):
            file.unlink()
        store.write(whole, output, SPEC, made_with)
        data = output.read_bytes()
        if isinstance(beside, str):
            second.write_text(beside)
        elif beside is not None:
            store.write(beside, second, SPEC, made_with)
        block_store.keep([(str(output), lambda: SPEC)])
        assert output.read_bytes() == data
        block_store.keep([(str(output), lambda: other)])  # and now another setting is asked for
        assert not output.exists()
        assert data in [file.read_bytes() for file in block_store.overlapping(tmp_path, 4, 7)]


def test_what_went_on_is_taken_from_the_partial_file_under_a_former_names_seed(tmp_path):
    earlier = {
        (r.problem_id, r.sample_index): Sample(r.problem_id, r.sample_index, "begun", 2, "length", -1.0, 99)
        for r in requests()
    }
    partial = tmp_path / "block.partial"
    with pytest.raises(RuntimeError, match="killed"):
        sample_block(requests(), lambda _: CountingEngine(limit=4), partial, SPEC, Silent(), begun=earlier)
    engine = CountingEngine()
    frame, _ = sample_block(requests(), lambda _: engine, partial, SPEC, Silent(), begun=earlier)
    assert len(engine.sampled) == 4  # of eight
    assert set(frame["seed"]) == {99}
    assert frame["text"].str.starts_with("begun").all()
