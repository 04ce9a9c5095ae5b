"""Responses per second of one endpoint and of two, each a stand-in that takes as long for every answer; run by hand.

    python tests/benchmarks/endpoints_speed.py [--seconds 0.2] [--concurrency 8] [--requests 400]

They are timed in turns; what counts is the median of the ratios.
"""

import argparse
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(ROOT / "tests/engines")]

import polars as pl
from fake_server import completion, serving

from boundary.sampling.blocks import block_requests
from boundary.sampling.engines import open_engine

DECODING = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 48}
PROMPTS = pl.DataFrame({"problem_id": ["a"], "prompt": ["1 + 1"]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.2, help="of an answer")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    requests = block_requests(PROMPTS, 0, arguments.requests - 1, 0, "speed")

    def slowly(body: dict, before: int):
        time.sleep(arguments.seconds)
        return 200, completion(), {}

    def speed(urls: list[str]) -> float:
        model, options = {"stop": [], "stop_token_ids": []}, {"concurrency": arguments.concurrency}
        engine = open_engine("server", {"url": urls, "model": "m"}, model, options, {"1 + 1"}, DECODING)
        opened.append(engine)
        begun = time.perf_counter()
        found = sum(len(finished) for finished in engine.generate(requests, DECODING))
        return found / (time.perf_counter() - begun)

    opened: list = []  # a client that is collected closes its connections, on the loop of the next one
    ratios = []
    with ExitStack() as stack:
        urls = [stack.enter_context(serving(slowly)).url for _ in range(2)]
        for _ in range(arguments.rounds):
            one, two = speed(urls[:1]), speed(urls)
            ratios.append(two / one)
            print(f"one endpoint {one:.0f} responses/s, two {two:.0f}: {ratios[-1]:.2f}")
    print(f"two to one: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
