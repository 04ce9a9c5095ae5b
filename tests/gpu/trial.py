"""The transformers engine, the scorer and the leases on a real GPU, in seven minutes; run by hand.

    python tests/gpu/trial.py              on the first CUDA GPU, or where there is none small, on the CPU

Needs torch, transformers and scipy, nothing else of this project's requirements; what needs more is skipped by name.
The models are the zoo's and a Qwen2 of about half a billion random parameters, made here: speed and memory ask for no
trained ones. A line for each trial; ends with `trial: N of M passed, K skipped` and exit status 1 where one failed.
"""

import argparse
import importlib.util
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch
import transformers

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = str(ROOT / "workflow/scripts")
sys.path.insert(0, SCRIPTS)

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from boundary.errors import InputError
from boundary.likelihood.scorers import read, with_transformers
from boundary.sampling.devices import gpus
from boundary.sampling.engines import Request, advising, open_engine
from boundary.zoo.tasks import chain

ON_GPU = torch.cuda.is_available()
ZOO = str(ROOT / "resources/zoo/chain-base")
MODEL = {"stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}
HALF_A_BILLION = {"hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24, "num_attention_heads": 14}
TINY = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2}
VOCABULARY = 151_936 if ON_GPU else 4096
BATCHES = (128, 256, 512, 1024) if ON_GPU else (32, 64)
PROBLEMS, SAMPLES, TOKENS = (32, 32, 192) if ON_GPU else (4, 16, 24)
SLOWEST = 0.8  # of the tokens per second of `generate` at its best batch
MORE = 1 << 26 if ON_GPU else 1 << 22  # bytes that are too few for the half billion, and for the tiny ones
HELD = 2.0  # seconds for which a job keeps its GPU


class Skipped(Exception):  # noqa: N818
    """What a trial needs is not here."""


def seed(number: int) -> int:
    return random.Random(number).getrandbits(62)


def requests_of(problems: int, samples: int) -> list[Request]:
    texts = [problem["question"] + chain.SUFFIX for problem in chain.benchmark(problems, seed=1)]
    return [Request(str(i), j, text, seed(i * samples + j)) for i, text in enumerate(texts) for j in range(samples)]


def decoding(max_tokens: int, temperature: float = 0.6) -> dict:
    return {"temperature": temperature, "top_p": 0.95, "top_k": 0, "max_tokens": max_tokens, "logprobs": True}


def opened(weights: str, requests: list[Request], batch: int, dtype: str, max_tokens: int):
    texts = {request.prompt + request.prefix for request in requests}
    return open_engine(
        "transformers", weights, MODEL | {"dtype": dtype}, {"batch_size": batch}, texts, decoding(max_tokens)
    )


def drawn(engine, requests: list[Request], how: dict) -> dict[tuple, object]:
    return {(r.request.problem_id, r.request.sample_index): r for part in engine.generate(requests, how) for r in part}


def timed(function, *arguments) -> tuple[float, object]:
    """Seconds, and what the function gave."""
    if ON_GPU:
        torch.cuda.synchronize()
    begun = time.perf_counter()
    found = function(*arguments)
    if ON_GPU:
        torch.cuda.synchronize()
    return time.perf_counter() - begun, found


def require(holds: bool, told: str) -> str:
    """What a trial found, where it is what it has to be."""
    if not holds:
        raise AssertionError(told)
    return told


# --- leases ----------------------------------------------------------------------------------------------------------

JOB = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from boundary.sampling.devices import lease_gpus
print("asks", flush=True)
held, begun = lease_gpus(1, float(sys.argv[2])), time.time()
time.sleep(float(sys.argv[3]))
print(json.dumps([held, begun, time.time()]), flush=True)
"""


def lease(free: float = 0.9) -> subprocess.Popen:
    """A job that leases the first GPU, keeps it for a while, and prints its name and both moments."""
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
    command = [sys.executable, "-c", JOB, SCRIPTS, str(free), str(HELD)]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": first or "0"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def two_jobs_never_hold_one_gpu(folder: Path) -> str:
    if importlib.util.find_spec("pynvml") is None:
        raise Skipped("no pynvml")
    told = [json.loads(job.communicate(timeout=60)[0].splitlines()[-1]) for job in (lease(), lease())]
    (first, _, end), (second, begun, _) = sorted(told, key=lambda job: job[1])
    seen = [(gpu.lock, round(gpu.free, 2)) for gpu in gpus()] if ON_GPU else "no driver, by CUDA_VISIBLE_DEVICES"
    told = f"{first} and {second}, the second {begun - end:.2f} s after the first; NVML: {seen}"
    return require(first == second and begun >= end, told)


def a_gpu_whose_memory_is_filled_is_waited_for(folder: Path) -> str:
    if not ON_GPU or importlib.util.find_spec("pynvml") is None:
        raise Skipped("no CUDA, or no pynvml")
    filled = torch.empty(torch.cuda.get_device_properties(0).total_memory // 5, dtype=torch.uint8, device="cuda")
    job = lease()
    try:
        job.wait(timeout=HELD + 10)
        waited = False
    except subprocess.TimeoutExpired:
        waited = True
    del filled
    torch.cuda.empty_cache()
    told = json.loads(job.communicate(timeout=60)[0].splitlines()[-1])
    return require(waited, f"waited while a fifth of the memory was in use, then took {told[0]}")


# --- sampling --------------------------------------------------------------------------------------------------------


def seeds_reproduce(folder: Path) -> str:
    requests, how = requests_of(*((16, 16) if ON_GPU else (6, 6))), decoding(60)
    engine = opened(ZOO, requests, 64, "float32", 60)
    first, again = drawn(engine, requests, how), drawn(engine, requests, how)
    other = drawn(opened(ZOO, requests, 24, "float32", 60), requests[::-1], how)
    same = sum(first[key].text == again[key].text for key in first) / len(first)
    moved = sum(first[key].text == other[key].text for key in first) / len(first)
    told = f"{same:.1%} of {len(first)} responses again, {moved:.1%} in another batch and order"
    return require(same == 1 and moved > 0.98, told)


def scoring_is_the_bare_forward_pass(folder: Path) -> str:
    """Log-probabilities against a forward pass of one response at a time, and the time against one of all together."""
    engine, requests = _scored(folder, "float32")
    ended = [False] * len(requests)
    (seconds, found), ids = timed(_steps, engine, requests, ended), [read(engine.tokenizer, r) for r in requests]
    apart = 0.0
    with torch.inference_mode():
        for (row, start), steps in zip(ids[:4], found[:4], strict=True):
            logits = engine.model(input_ids=torch.tensor([row], device=engine.device)).logits[0, start - 1 : -1]
            expected = logits.float().log_softmax(-1)[range(len(row) - start), row[start:]].cpu()
            apart = max(apart, float((expected - steps.logprobs).abs().max()))

    def bare() -> None:
        width = max(len(row) for row, _ in ids)
        batch = torch.tensor([row + [0] * (width - len(row)) for row, _ in ids], device=engine.device)
        with torch.inference_mode():
            for part in batch.split(max(1, (1 << 28) // VOCABULARY // width)):
                engine.model(input_ids=part)

    bare()
    ratio = timed(bare)[0] / timed(_steps, engine, requests, ended)[0]
    tokens = sum(len(row) - start for row, start in ids)
    told = f"at most {apart:.1e} nats apart, {tokens / seconds:,.0f} tokens/s, {ratio:.2f} of bare forward passes"
    return require(apart < 1e-3, told)


def half_precision_is_near_full(folder: Path) -> str:
    by_dtype = {}
    for dtype in ("float32", "bfloat16"):
        engine, requests = _scored(folder, dtype)
        by_dtype[dtype] = torch.cat([s.logprobs.double() for s in _steps(engine, requests, [False] * len(requests))])
    apart = (by_dtype["float32"] - by_dtype["bfloat16"]).abs()
    told = f"{float(apart.median()):.4f} nats a token apart in the median, {float(apart.max()):.4f} at most"
    return require(bool(apart.median() < 0.05), told)


def as_fast_as_generate(folder: Path) -> str:
    requests, how = requests_of(PROBLEMS, SAMPLES), decoding(TOKENS)
    dtype = "bfloat16" if ON_GPU else "float32"
    ours, theirs = {}, {}
    for batch in BATCHES:
        engine = opened(_qwen2(folder), requests, batch, dtype, TOKENS)
        drawn(engine, requests[:8], how)
        seconds, found = timed(drawn, engine, requests, how)
        ours[batch] = sum(r.tokens for r in found.values()) / seconds
        seconds, tokens = timed(_generated, engine, requests, batch)
        theirs[batch] = tokens / seconds
        del engine
    best, own = max(theirs, key=theirs.get), max(ours, key=ours.get)
    told = f"{ours[own]:,.0f} tokens/s at batch {own}, generate {theirs[best]:,.0f} at batch {best}"
    told += f", {ours[own] / theirs[best]:.2f} of it; ours by batch: {_by_batch(ours)}; generate: {_by_batch(theirs)}"
    if ON_GPU:
        told += f"; at most {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB"
    return require(not ON_GPU or ours[own] > SLOWEST * theirs[best], told)  # a CPU has other work, too


def _generated(engine, requests: list[Request], batch: int) -> int:
    """Tokens that `generate` makes of the prompts, so many at a time."""
    tokenizer, model, total = engine.tokenizer, engine.model, 0
    own = model.config._attn_implementation
    model.set_attn_implementation("sdpa")  # as transformers chooses
    tokenizer.padding_side, tokenizer.pad_token = "left", tokenizer.pad_token or tokenizer.eos_token
    chosen = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_new_tokens": TOKENS, "do_sample": True}
    for start in range(0, len(requests), batch):
        texts = [request.prompt for request in requests[start : start + batch]]
        inputs = tokenizer(texts, return_tensors="pt", padding=True, return_token_type_ids=False).to(engine.device)
        with torch.inference_mode():
            output = model.generate(**inputs, **chosen, pad_token_id=tokenizer.pad_token_id)
        new = output[:, inputs["input_ids"].shape[1] :]
        total += int((new != tokenizer.pad_token_id).sum())
    model.set_attn_implementation(own)
    return total


def _by_batch(speeds: dict[int, float]) -> str:
    return ", ".join(f"{batch} {speed:,.0f}" for batch, speed in speeds.items())


# --- memory ----------------------------------------------------------------------------------------------------------

SHORT = """
import sys
sys.path[:0] = sys.argv[2:4]
import trial
print("TOLD", trial.short_of_memory(sys.argv[4], sys.argv[1]))
"""


def short_of_memory(part: str, weights: str) -> str:
    """What a user is told where memory ends as the weights are loaded, or amid sampling. In a process of its own."""
    requests = requests_of(64, 16)
    try:
        if part == "loading":
            _limit_memory(MORE)
        engine = opened(weights, requests, 1024, "float32", 64)
        _limit_memory(MORE)
        with advising():
            drawn(engine, requests, decoding(64, temperature=1.0))
    except InputError as error:
        return str(error)
    return "nothing: memory did"


def _limit_memory(more: int) -> None:
    """Let this process have so many bytes more than it has."""
    if ON_GPU:
        total = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.empty_cache()
        torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + more) / total)
    else:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more,) * 2)


def _says_what_to_change(folder: Path, part: str) -> str:
    command = [sys.executable, "-c", SHORT, _qwen2(folder), str(Path(__file__).parent), SCRIPTS, part]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    told = done.stdout.partition("TOLD ")[2].strip() or done.stderr[-500:]
    return require("If memory is short: more GPUs per model" in told and "\n" not in told, told[:160])


def memory_that_ends_while_loading(folder: Path) -> str:
    if not ON_GPU:
        raise Skipped("no CUDA: a process without memory cannot even start the threads that load")
    return _says_what_to_change(folder, "loading")


def memory_that_ends_while_sampling(folder: Path) -> str:
    return _says_what_to_change(folder, "sampling")


# --- what needs more -------------------------------------------------------------------------------------------------


def a_sampling_job_resumes(folder: Path) -> str:
    if importlib.util.find_spec("polars") is None:
        raise Skipped("no polars")
    from boundary.sampling.blocks import sample_block
    from boundary.sampling.progress import Progress

    requests, spec = requests_of(4, 8), {"decoding": decoding(60)}
    engine = opened(ZOO, requests, 16, "float32", 60)
    frames = [
        sample_block(requests, lambda left: engine, folder / "block.partial", spec, Progress("trial", len(requests)))[0]
        for _ in range(2)
    ]
    return require(frames[0].equals(frames[1]), f"{len(frames[0])} samples, the second time from the partial file")


def vllm_samples_with_seeds(folder: Path) -> str:
    if importlib.util.find_spec("vllm") is None:
        raise Skipped("no vLLM")
    requests, how = requests_of(4, 4), decoding(60)
    texts = {request.prompt for request in requests}
    engine = open_engine("vllm", ZOO, MODEL | {"dtype": "float32"}, {}, texts, how)
    found = [drawn(engine, order, how) for order in (requests, requests[::-1])]
    same = sum(found[0][key].text == found[1][key].text for key in found[0]) / len(found[0])
    return require(same > 0.98, f"{same:.1%} of {len(found[0])} responses in another order")


def _qwen2(folder: Path) -> str:
    """A folder of a Qwen2 with random weights, made on the device, that reads bytes."""
    path = folder / "qwen2"
    if not path.exists():
        torch.manual_seed(0)
        sizes = {
            "vocab_size": VOCABULARY,
            "num_key_value_heads": 2,
            "tie_word_embeddings": True,
            "eos_token_id": VOCABULARY - 1,
        }
        config = Qwen2Config(**(HALF_A_BILLION if ON_GPU else TINY), **sizes, max_position_embeddings=8192)
        with torch.device("cuda" if ON_GPU else "cpu"):
            model = Qwen2ForCausalLM(config)
        model.to(torch.bfloat16).save_pretrained(path)
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        tokenizer = Tokenizer(models.BPE({byte: number for number, byte in enumerate(alphabet)}, []))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>").save_pretrained(path)
    return str(path)


def _scored(folder: Path, dtype: str) -> tuple[object, list[Request]]:
    """An engine of the Qwen2, and responses of several lengths to score."""
    asked = requests_of(64 if ON_GPU else 8, 1)
    requests = [replace(request, prefix=request.prompt * (4 * i % 48 + 1)) for i, request in enumerate(asked)]
    return opened(_qwen2(folder), requests, 64, dtype, 8), requests


def _steps(engine, requests: list[Request], ended: list[bool]) -> list:
    found = {r.problem_id: steps for part in with_transformers(engine, requests, ended, None) for r, steps in part}
    return [found[request.problem_id] for request in requests]


TRIALS = (  # leases first: nothing is on the GPU yet
    two_jobs_never_hold_one_gpu,
    a_gpu_whose_memory_is_filled_is_waited_for,
    seeds_reproduce,
    scoring_is_the_bare_forward_pass,
    half_precision_is_near_full,
    memory_that_ends_while_loading,
    memory_that_ends_while_sampling,
    a_sampling_job_resumes,
    as_fast_as_generate,
    vllm_samples_with_seeds,
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=400, help="after which no trial begins any more")
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help="only these")
    arguments, begun = parser.parse_args(), time.monotonic()
    device = torch.cuda.get_device_name() if ON_GPU else "CPU"
    print(f"{device}, torch {torch.__version__}, transformers {transformers.__version__}", flush=True)
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for trial in (t for t in TRIALS if t.__name__ in (arguments.trials or [t.__name__])):
            started = time.monotonic()
            try:
                if started - begun > arguments.seconds:
                    raise Skipped("no time left")
                outcome, told = "passed", trial(Path(folder))
            except Skipped as reason:
                outcome, told = "skipped", str(reason)
            except Exception as error:  # the next trial goes on
                outcome, told = "FAILED", f"{type(error).__name__}: {error}"
            outcomes.append(outcome)
            print(f"{outcome} {trial.__name__}, {time.monotonic() - started:.0f} s: {told}", flush=True)
            if ON_GPU:
                torch.cuda.empty_cache()
    passed, skipped = outcomes.count("passed"), outcomes.count("skipped")
    print(f"trial: {passed} of {len(outcomes) - skipped} passed, {skipped} skipped, {time.monotonic() - begun:.0f} s")
    return int("FAILED" in outcomes)


if __name__ == "__main__":
    sys.exit(main())
