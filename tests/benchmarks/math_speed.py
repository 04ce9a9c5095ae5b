"""Responses per second of verification and of plain math-verify, on the same responses; the verdicts must be equal.

    python tests/benchmarks/math_speed.py math_cot_100.jsonl [--samples 256]

The file has rows of `gt` (gold answer) and `response` (a list of texts). Repeated sampling is imitated by repeating the
responses of a problem up to --samples; math-verify's time is measured on one round of them and multiplied, since it has
no memory. Verification runs with two workers and an empty cache.
"""

import argparse
import json
import logging
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

import math_verify
import polars as pl

from boundary.verifying.grading import Context, Limits
from boundary.verifying.verify import verify


def plain(gold: str, response: str) -> bool:
    golds = math_verify.parse(f"\\boxed{{{gold}}}", parsing_timeout=None)
    return math_verify.verify(golds, math_verify.parse(response, parsing_timeout=None), timeout_seconds=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("responses", type=Path)
    parser.add_argument("--samples", type=int, default=256)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    rows = [json.loads(line) for line in arguments.responses.open()]
    plain("1", "\\boxed{1}")

    begun = time.perf_counter()
    theirs = [[plain(row["gt"], response) for response in row["response"]] for row in rows]
    seconds = time.perf_counter() - begun
    once = sum(len(row["response"]) for row in rows)
    rounds = arguments.samples // len(rows[0]["response"])
    print(f"math-verify, one process: {once / seconds:.0f} responses/s ({once} responses)")

    samples = pl.DataFrame(
        [
            {
                "problem_id": str(i),
                "sample_index": r * len(row["response"]) + j,
                "tokens": 1,
                "text": text,
                "finish_reason": "stop",
            }
            for i, row in enumerate(rows)
            for r in range(rounds)
            for j, text in enumerate(row["response"])
        ]
    )
    golds = {str(i): json.dumps({"answers": [row["gt"]]}) for i, row in enumerate(rows)}
    contexts = dict.fromkeys(golds, Context())
    for graders in (["math_verify"], ["math_verify", "boxed", "paper"]):
        begun = time.perf_counter()
        verdicts = verify([samples], golds, contexts, graders, Limits(), workers=2)
        taken = time.perf_counter() - begun
        speed = len(samples) / taken
        print(f"{', '.join(graders)}: {speed:.0f} responses/s, {speed * seconds / once:.1f} times math-verify")
    ours = verdicts.filter(grader="math_verify").select("problem_id", "sample_index", "correct").iter_rows()
    differ = {(i, j % len(theirs[0])) for i, j, right in ours if right != theirs[int(i)][j % len(theirs[0])]}
    print(f"{len(samples)} verdicts, {len(differ)} responses with another verdict: {sorted(differ)}")


if __name__ == "__main__":
    main()
