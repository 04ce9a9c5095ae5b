"""A sampling job that takes its time, to be killed: tokens follow from a response's seed and place: a gap shows."""

import os
import time
from pathlib import Path

import polars as pl

from boundary.sampling import blocks, job
from boundary.sampling.engines import Response, Unfinished

SPEC = {"seed": 0, "model": {"weights": "w"}, "decoding": {"temperature": 1.0, "max_tokens": 40}}
SETUP = {"model": "m", "stream": "b", "decoding": "d", "benchmarks": ["b"], "models": ["m"], "options": {}}
PROMPTS = {"problem_id": ["a", "b", "c"], "prompt": ["1", "2", "3"], "prompt_hash": ["x", "y", "z"]}
SAMPLED: list[int] = []  # responses that engines of this process were asked for
OUTPUT = "results/samples/m/b/d/0000-0007.parquet"


class Engine:
    """Three responses at a time, a token each at every step."""

    def __init__(self, pause: float):
        self.pause, self.generated, self.description, self.running = pause, 0, {"engine": "slow"}, []

    def unfinished(self) -> list[Unfinished]:
        return [Unfinished(request, list(ids), [-float(one % 7) for one in ids]) for request, ids in self.running]

    def generate(self, requests, decoding):
        waiting = list(requests)
        SAMPLED.append(len(waiting))
        while waiting or self.running:
            while waiting and len(self.running) < 3:
                request = waiting.pop(0)
                self.running.append((request, list(request.begun)))
            time.sleep(self.pause)
            for request, ids in self.running:
                ids.append(request.seed % 1000 + len(ids))
            done = [(request, ids) for request, ids in self.running if len(ids) >= 10 + request.seed % 30]
            self.running = [one for one in self.running if one not in done]
            yield [
                Response(request, " ".join(map(str, ids)), len(ids), "stop", -float(sum(one % 7 for one in ids)))
                for request, ids in done
            ]


def sample(folder: str, pause: float, output: str = OUTPUT) -> None:
    """The block `output` in a folder. No frame is made before: processes are forked, and threads are not."""
    os.chdir(folder)
    blocks.BETWEEN_KEEPING = 0
    job._engine = lambda *_: Engine(pause)
    job.run(Path(output), "m", pl.DataFrame(PROMPTS), SPEC, SETUP, {}, 1)
