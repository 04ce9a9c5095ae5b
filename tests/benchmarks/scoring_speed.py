"""Tokens per second of scoring against a bare batched forward pass on the same tokens; run by hand.

    python tests/benchmarks/scoring_speed.py --weights FOLDER --samples BLOCK.parquet --prompts PROMPTS.parquet

Bare: the model on batches by length and nothing else. With log-probabilities: what they need beside it. Ours: the
scorer, without and with entropies. Each is timed --rounds times in turn by CPU time; what counts is the median of the
ratios of a round.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

import polars as pl
import torch

from boundary.likelihood import scorers
from boundary.sampling.engines import Request, open_engine

MODEL = {"dtype": "auto", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}
DECODING = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 8}


@torch.inference_mode()
def bare(engine, requests: list[Request], with_logprobs: bool) -> None:
    rows = sorted((scorers.read(engine.tokenizer, request) for request in requests), key=lambda row: -len(row[0]))
    for first in range(0, len(rows), engine.batch_size):
        batch = rows[first : first + engine.batch_size]
        ids = torch.tensor([row + [0] * (len(batch[0][0]) - len(row)) for row, _ in batch])
        logits = engine.model(input_ids=ids, use_cache=False).logits
        if with_logprobs:
            logits[:, :-1].float().log_softmax(-1).gather(2, ids[:, 1:, None])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument("--responses", type=int, default=256)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    prompts = dict(pl.read_parquet(arguments.prompts).select("problem_id", "prompt").iter_rows())
    rows = pl.read_parquet(arguments.samples).head(arguments.responses)
    requests = [
        Request(p, i, prompts[p], 0, prefix=t)
        for p, i, t in rows.select("problem_id", "sample_index", "text").iter_rows()
    ]
    texts = {request.prompt + request.prefix for request in requests}
    engine = open_engine("transformers", arguments.weights, MODEL, {"batch_size": arguments.batch}, texts, DECODING)
    ended = [False] * len(requests)
    ways = {
        "bare": lambda: bare(engine, requests, False),
        "with log-probabilities": lambda: bare(engine, requests, True),
        "ours": lambda: list(scorers.with_transformers(engine, requests, ended, None)),
        "ours, with entropies": lambda: list(scorers.with_transformers(engine, requests, ended, DECODING)),
    }
    ways["bare"]()
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(arguments.rounds):
        seconds = {}
        for name, way in ways.items():
            begun = time.process_time()
            way()
            seconds[name] = time.process_time() - begun
            ratios[name].append(seconds["bare"] / seconds[name])
        print(
            f"round {number + 1}: " + ", ".join(f"{name} {taken:.1f} s" for name, taken in seconds.items()), flush=True
        )
    for name, found in ratios.items():
        print(f"{name}: {statistics.median(found):.2f} of bare")


if __name__ == "__main__":
    main()
