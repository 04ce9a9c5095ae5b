"""Tokens per second of the sampling job against the plain engine on the same prompts and settings; run by hand.

    python tests/benchmarks/engine_speed.py transformers
    $VLLM_PYTHON tests/benchmarks/engine_speed.py vllm
    python tests/benchmarks/engine_speed.py transformers --weights FOLDER --questions gsm8k.jsonl --max-tokens 256

Plain: `LLM.generate` in one call, as a user writes it (no seeds, no log-probabilities), and with a seed a request
(vLLM); `generate` at several batch sizes (transformers). Ours: `sample_block` with its seeds, log-probabilities, partial
file and progress. By default on the zoo; --weights has a chat template, and questions are rows of `question`. Each is
timed --rounds times in turn, after a warm-up; the best of each counts. --cpu: CPU time in place of wall time, where
other work runs beside it.
"""

import argparse
import json
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
from transformers import AutoTokenizer

from boundary.sampling.blocks import block_requests, sample_block
from boundary.sampling.engines import open_engine
from boundary.sampling.progress import Progress
from boundary.zoo.tasks import chain

MODEL = {"dtype": "auto", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}


def texts_of(arguments: argparse.Namespace) -> list[str]:
    if arguments.questions is None:
        return [p["question"] + chain.SUFFIX for p in chain.benchmark(arguments.problems, seed=1)]
    tokenizer = AutoTokenizer.from_pretrained(arguments.weights)
    rows = [json.loads(line) for line in arguments.questions.open()][: arguments.problems]
    turns = [[{"role": "user", "content": row["question"]}] for row in rows]
    return [tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True) for turn in turns]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=["transformers", "vllm"])
    parser.add_argument("--weights", default=str(ROOT / "resources/zoo/chain-base"))
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--problems", type=int, default=50)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--batches", type=int, nargs="+", default=[128, 256, 512, 1024], help="of generate")
    parser.add_argument("--batch", type=int, default=256, help="of ours")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu", action="store_true")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.cpu else time.perf_counter
    torch.set_num_threads(1)
    decoding = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": arguments.max_tokens}
    shown = texts_of(arguments)
    prompts = pl.DataFrame({"problem_id": [str(i) for i in range(len(shown))], "prompt": shown})
    requests = block_requests(prompts, 0, arguments.samples - 1, 0, "speed")
    texts = [request.prompt for request in requests]
    options = {"batch_size": arguments.batch} if arguments.engine == "transformers" else {}
    engine = open_engine(arguments.engine, arguments.weights, MODEL, options, set(texts), decoding)

    def ours() -> float:
        with tempfile.TemporaryDirectory() as folder:
            begun = clock()
            spec, progress = {"decoding": decoding}, Progress("speed", len(requests))
            frame, _ = sample_block(requests, lambda _: engine, Path(folder) / "b.partial", spec, progress)
            return frame["tokens"].sum() / (clock() - begun)

    def plain_vllm(seeded: bool) -> float:
        from vllm import SamplingParams

        parameters = [SamplingParams(**decoding, seed=r.seed if seeded else None) for r in requests]
        begun = clock()
        outputs = engine.llm.generate(texts, parameters, use_tqdm=False)
        return sum(len(output.outputs[0].token_ids) for output in outputs) / (clock() - begun)

    def plain_transformers(batch: int) -> float:
        tokenizer, model, total = engine.tokenizer, engine.model, 0
        model.set_attn_implementation("sdpa")  # as transformers chooses
        tokenizer.padding_side, tokenizer.pad_token = "left", tokenizer.pad_token or tokenizer.eos_token
        chosen = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_new_tokens": arguments.max_tokens}
        begun = clock()
        for start in range(0, len(texts), batch):
            inputs = tokenizer(
                texts[start : start + batch], return_tensors="pt", padding=True, return_token_type_ids=False
            )
            with torch.inference_mode():
                output = model.generate(**inputs, do_sample=True, **chosen, pad_token_id=tokenizer.pad_token_id)
            new = output[:, inputs["input_ids"].shape[1] :]
            total += int((new != tokenizer.pad_token_id).sum()) + int((new[:, -1] == tokenizer.pad_token_id).sum())
        seconds = clock() - begun
        if ours_attention != "sdpa":
            model.set_attn_implementation(ours_attention)
        return total / seconds

    ours_attention = engine.model.config._attn_implementation if arguments.engine == "transformers" else ""
    if arguments.engine == "vllm":
        plain = {"LLM.generate": lambda: plain_vllm(False), "LLM.generate, seeded": lambda: plain_vllm(True)}
    else:
        plain = {f"generate, batch {b}": lambda b=b: plain_transformers(b) for b in arguments.batches}
    if arguments.rounds > 1:
        ours()
    best = {"ours": 0.0, **dict.fromkeys(plain, 0.0)}
    for _ in range(arguments.rounds):
        for label, function in {"ours": ours, **plain}.items():
            best[label] = max(best[label], function())
    for label, value in best.items():
        print(f"{label}: {value:,.0f} tokens/s")
    for label in plain:
        print(f"ours to {label}: {best['ours'] / best[label]:.2f}")


if __name__ == "__main__":
    main()
