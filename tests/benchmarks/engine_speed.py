"""Tokens per second of the sampling job against the plain engine on the same prompts and settings; run by hand.

    python tests/benchmarks/engine_speed.py transformers
    $VLLM_PYTHON tests/benchmarks/engine_speed.py vllm

Plain: `LLM.generate` in one call (vLLM), `generate` at several batch sizes (transformers). Ours: `sample_block` with
its seeds, partial file and progress. Each is timed three times in turn, after a warm-up; the best of each counts.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow/scripts"))
os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")

import polars as pl
import torch

from boundary.sampling.blocks import block_requests, sample_block
from boundary.sampling.engines import open_engine
from boundary.sampling.progress import Progress
from boundary.zoo.tasks import chain

WEIGHTS = str(ROOT / "resources/zoo/chain-base")
MODEL = {"dtype": "auto", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}
DECODING = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 128}
PROBLEMS, SAMPLES, ROUNDS = 50, 64, 3


def speed(tokens: int, begun: float) -> float:
    return tokens / (time.perf_counter() - begun)


def main() -> None:
    name = sys.argv[1]
    torch.set_num_threads(1)
    problems = chain.benchmark(PROBLEMS, seed=1)
    prompts = pl.DataFrame(
        {"problem_id": str(i), "prompt": p["question"] + chain.SUFFIX} for i, p in enumerate(problems)
    )
    requests = block_requests(prompts, 0, SAMPLES - 1, 0, "speed")
    texts = [request.prompt for request in requests]
    engine = open_engine(
        name, WEIGHTS, MODEL, {"batch_size": 256} if name == "transformers" else {}, set(texts), DECODING
    )

    def ours() -> float:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            spec = {"decoding": DECODING}
            progress = Progress("speed", len(requests))
            frame, _ = sample_block(requests, lambda _: engine, Path(folder) / "b.partial", spec, progress)
            return speed(frame["tokens"].sum(), begun)

    def plain_vllm() -> float:
        from vllm import SamplingParams

        common = {key: DECODING[key] for key in ("temperature", "top_p", "top_k", "max_tokens")}
        parameters = [SamplingParams(**common, seed=request.seed, logprobs=0) for request in requests]
        begun = time.perf_counter()
        outputs = engine.llm.generate(texts, parameters, use_tqdm=False)
        return speed(sum(len(output.outputs[0].token_ids) for output in outputs), begun)

    def plain_transformers(batch: int) -> float:
        tokenizer, model, total, begun = engine.tokenizer, engine.model, 0, time.perf_counter()
        sampling = {"do_sample": True, "temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_new_tokens": 128}
        for start in range(0, len(texts), batch):
            inputs = tokenizer(
                texts[start : start + batch], return_tensors="pt", padding=True, return_token_type_ids=False
            )
            with torch.inference_mode():
                output = model.generate(**inputs, **sampling, pad_token_id=tokenizer.pad_token_id)
            new = output[:, inputs["input_ids"].shape[1] :]
            total += int((new != tokenizer.pad_token_id).sum()) + int((new[:, -1] == tokenizer.pad_token_id).sum())
        return speed(total, begun)

    plain = {"LLM.generate": plain_vllm} if name == "vllm" else {}
    if name == "transformers":
        plain = {f"generate, batch {b}": lambda b=b: plain_transformers(b) for b in (128, 256, 512, 1024)}
    ours()
    best = {"ours": 0.0, **dict.fromkeys(plain, 0.0)}
    for _ in range(ROUNDS):
        for label, function in {"ours": ours, **plain}.items():
            best[label] = max(best[label], function())
    for label, value in best.items():
        print(f"{label}: {value:,.0f} tokens/s")
    print(f"ratio to the best plain one: {best['ours'] / max(best[label] for label in plain):.2f}")


if __name__ == "__main__":
    main()
