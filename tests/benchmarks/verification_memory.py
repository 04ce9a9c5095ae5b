"""Peak memory of verifying a block of 100,000 samples of 4,000 characters, and its speed.

    python tests/benchmarks/verification_memory.py [--samples 100000] [--characters 4000] [--boxed 0.8]

--boxed is the share of responses that box their answer; the others end in free text, all different: the hard case.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

import polars as pl
import psutil

from boundary.files import store
from boundary.verifying.grading import Context, Limits
from boundary.verifying.verifiers import VERIFIERS
from boundary.verifying.verify import verify

PROBLEMS = 100


def write(path: Path, samples: int, characters: int, boxed: float) -> None:
    """In a process of its own, so that its memory does not count."""
    rng = random.Random(0)
    words = [f"step{i} gives {i * i} so" for i in range(2000)]
    rows = []
    for i in range(samples):
        text = " ".join(rng.choices(words, k=characters // 18))[: characters - 40]
        last = (
            f" the answer is \\boxed{{{rng.randrange(40)}}}." if rng.random() < boxed else f" so it is {rng.random()}"
        )
        rows.append((f"p{i % PROBLEMS}", i // PROBLEMS, 1, text + last, "stop"))
    schema = ["problem_id", "sample_index", "tokens", "text", "finish_reason"]
    store.write(pl.DataFrame(rows, schema=schema, orient="row"), path, {})


def watch(peaks: dict[str, int]) -> None:
    """Note the largest memory seen, of this process and of it with all its workers."""
    job = psutil.Process()
    while True:
        own = job.memory_info().rss
        total = own
        for process in job.children(recursive=True):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        for name, seen in (("the job", own), ("all its processes", total)):
            peaks[name] = max(peaks[name], seen)
        time.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=4000)
    parser.add_argument("--boxed", type=float, default=0.8)
    parser.add_argument("--graders", default=",".join(VERIFIERS["math"]))
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        return write(arguments.write, arguments.samples, arguments.characters, arguments.boxed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "samples.parquet")
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--write", str(path)], check=True)
        threading.Thread(target=watch, args=(peaks := {"the job": 0, "all its processes": 0},), daemon=True).start()
        print(f"{path.stat().st_size / 1e6:.0f} MB on disk")
        golds = {f"p{i}": json.dumps({"answers": [str(i % 40)]}) for i in range(PROBLEMS)}
        columns = ["problem_id", "sample_index", "tokens", "text", "finish_reason"]
        begun = time.perf_counter()
        verdicts = verify(
            store.batches(path, columns),
            golds,
            dict.fromkeys(golds, Context()),
            arguments.graders.split(","),
            Limits(),
            workers=2,
            cache=Path(folder, "cache.sqlite"),
        )
        store.write(verdicts, Path(folder, "verdicts.parquet"), {})
        print(f"{arguments.samples / (time.perf_counter() - begun):.0f} samples/s; {len(verdicts)} verdicts")
    for name, peak in peaks.items():
        print(f"peak memory of {name}: {peak / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
