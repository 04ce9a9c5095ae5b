"""Tokens per second of the sampling job against the plain engine on the same prompts and settings; run by hand.

    python tests/benchmarks/engine_speed.py transformers
    $VLLM_PYTHON tests/benchmarks/engine_speed.py vllm
    $VLLM_PYTHON tests/benchmarks/engine_speed.py server --url http://localhost:8000/v1 --served PID
    python tests/benchmarks/engine_speed.py transformers --weights FOLDER --questions gsm8k.jsonl --max-tokens 256

Plain: `LLM.generate` in one call, as a user writes it (no seeds, no log-probabilities), and with a seed a request
(vLLM); `generate` at several batch sizes (transformers). Ours: `sample_block` with seeds, log-probabilities, partial
file and progress. By default on the zoo; --weights has a chat template, and questions are rows of `question`. Each is
timed --rounds times in turn, after a warm-up; what counts is the median of the ratios of a round. --cpu: CPU time in
place of wall time, where other work runs beside it. server: ours samples from a `vllm serve` of the same weights that
runs at --url (with --chat: the questions as messages), plain is `LLM.generate` here; --served: its process, whose CPU
time and that of its children is ours. What this process itself uses while a server answers is printed per response.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow/scripts"))
os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")

import polars as pl
import psutil
import torch
from transformers import AutoTokenizer

from boundary.sampling.blocks import block_requests, sample_block
from boundary.sampling.chat import Messages
from boundary.sampling.engines import open_engine
from boundary.sampling.progress import Progress
from boundary.zoo.tasks import chain

MODEL = {"dtype": "auto", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}


def texts_of(arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    """What is asked, as text and as it is sent to a server: with --chat as messages."""
    if arguments.questions is None:
        texts = [p["question"] + chain.SUFFIX for p in chain.benchmark(arguments.problems, seed=1)]
        return texts, texts
    tokenizer = AutoTokenizer.from_pretrained(arguments.weights)
    questions = [json.loads(line)["question"] for line in arguments.questions.open()][: arguments.problems]
    turns = [[{"role": "user", "content": question}] for question in questions]
    texts = [tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True) for turn in turns]
    return texts, [Messages({})(question) for question in questions] if arguments.chat else texts


def cpu_seconds(served: int | None) -> float:
    """Of this process, and of a server's with its children."""
    process = psutil.Process(served) if served else None
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))] if process else []
    return time.process_time() + sum(one.user + one.system for one in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=["transformers", "vllm", "server"])
    parser.add_argument("--weights", default=str(ROOT / "resources/zoo/chain-base"))
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--problems", type=int, default=50)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--batches", type=int, nargs="+", default=[128, 256, 512, 1024], help="of generate")
    parser.add_argument("--batch", type=int, default=256, help="of ours")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--chat", action="store_true", help="questions as messages (server)")
    parser.add_argument("--threads", type=int, default=1, help="of torch here")
    parser.add_argument("--url", default="http://localhost:8000/v1")
    parser.add_argument("--served", type=int, metavar="PID")
    arguments = parser.parse_args()
    clock = (lambda: cpu_seconds(arguments.served)) if arguments.cpu else time.perf_counter
    torch.set_num_threads(arguments.threads)
    decoding = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": arguments.max_tokens}
    shown, sent = texts_of(arguments)
    prompts = pl.DataFrame({"problem_id": [str(i) for i in range(len(shown))], "prompt": sent})
    requests = block_requests(prompts, 0, arguments.samples - 1, 0, "speed")
    text_of = dict(zip(sent, shown, strict=True))
    texts = [text_of[request.prompt] for request in requests]
    options = {"batch_size": arguments.batch} if arguments.engine == "transformers" else {}
    here = arguments.engine.replace("server", "vllm")
    engine = sampler = open_engine(here, arguments.weights, MODEL, options, set(texts), decoding)
    if arguments.engine == "server":
        server = {"url": arguments.url, "model": arguments.weights} | ({"api": "chat"} if arguments.chat else {})
        sampler = open_engine("server", server, MODEL, {}, set(sent), decoding)
    used: list[float] = []  # CPU-seconds of this process per 1,000 responses

    def ours() -> float:
        with tempfile.TemporaryDirectory() as folder:
            begun, own = clock(), time.process_time()
            spec, progress = {"decoding": decoding}, Progress("speed", len(requests))
            frame, _ = sample_block(requests, lambda _: sampler, Path(folder) / "b.partial", spec, progress)
            used.append((time.process_time() - own) / len(requests) * 1000)
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
    if here == "vllm":
        plain = {"LLM.generate": lambda: plain_vllm(False), "LLM.generate, seeded": lambda: plain_vllm(True)}
    else:
        plain = {f"generate, batch {b}": lambda b=b: plain_transformers(b) for b in arguments.batches}
    if arguments.rounds > 1:
        for function in (ours, *plain.values()):
            function()
    speeds = {label: [] for label in ("ours", *plain)}
    for _ in range(arguments.rounds):
        for label, function in {"ours": ours, **plain}.items():
            speeds[label].append(function())
            print(f"{label}: {speeds[label][-1]:,.0f} tokens/s", file=sys.stderr, flush=True)
    for label, found in speeds.items():
        print(f"{label}: {statistics.median(found):,.0f} tokens/s")
    if arguments.engine == "server":
        print(f"the client's CPU: {statistics.median(used):.2f} s per 1,000 responses")
    for label in plain:
        ratios = [own / other for own, other in zip(speeds["ours"], speeds[label], strict=True)]
        print(f"ours to {label}: {statistics.median(ratios):.2f} ({', '.join(f'{r:.2f}' for r in sorted(ratios))})")


if __name__ == "__main__":
    main()
