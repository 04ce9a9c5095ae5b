"""Responses per second of verification and of math-verify as it is, on the same responses, and where verdicts differ.

    python tests/benchmarks/math_speed.py math_cot_100.jsonl math500.jsonl [--samples 256]

The first file has rows of `gt` (gold answer) and `response` (a list of texts), the second of `answer`. Repeated
sampling is imitated by repeating the responses of a problem up to --samples; math-verify's time is measured on one
round of them and multiplied, since it has no memory. Verification runs with two workers and an empty cache. Then CPU
seconds per 1,000 long responses of which no two give the same answer, each in one process.
"""

import argparse
import itertools
import json
import logging
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

import math_verify
import polars as pl

from boundary.verifying.finding import finder
from boundary.verifying.grading import Context, Limits, mathematics
from boundary.verifying.verify import verify


def plain(gold: str, response: str) -> bool:
    golds = math_verify.parse(f"\\boxed{{{gold}}}", parsing_timeout=None)
    return math_verify.verify(golds, math_verify.parse(response, parsing_timeout=None), timeout_seconds=None)


def long_responses(rows: list[dict], answers: list[str], n: int) -> list[tuple[str, str]]:
    """(gold, response) of about 16,000 tokens each, with another number in each answer; every second one is right."""
    texts = itertools.cycle([text for row in rows for text in row["response"]])
    found = []
    for i, answer in zip(range(n), itertools.cycle(answers), strict=False):
        gold, wrong = (re.sub(r"\d+", str(first + i), answer, count=1) for first in (1000, 5000))
        thought = ""
        while len(thought) < 50_000:
            thought += next(texts) + "\n\nWait, let me check that again.\n\n"
        given = gold.replace("\\frac", "\\dfrac").replace("+", " + ") if i % 2 else wrong
        found.append((gold, f"<think>{thought}</think>{next(texts)[:500]}\nThe answer is $\\boxed{{{given}}}$."))
    return found


def timed(name: str, function, pairs: list[tuple[str, str]]) -> list[bool]:
    begun = time.process_time()
    verdicts = [function(*pair) for pair in pairs]
    spent = time.process_time() - begun
    print(f"{name}: {1000 * spent / len(pairs):.2f} CPU seconds per 1,000 long responses; {sum(verdicts)} right")
    return verdicts


def ours(gold: str, text: str) -> bool:
    return mathematics.grade({"answers": [gold]}, finder("mathematics")(text, True, Context())).reason == "match"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("responses", type=Path)
    parser.add_argument("golds", type=Path)
    parser.add_argument("--samples", type=int, default=256)
    parser.add_argument("--long", type=int, default=400, help="long responses without repetition")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    rows = [json.loads(line) for line in arguments.responses.open()]
    plain("1", "\\boxed{1}")

    begun = time.perf_counter()
    theirs = [[plain(row["gt"], response) for response in row["response"]] for row in rows]
    seconds = time.perf_counter() - begun
    once = sum(len(row["response"]) for row in rows)
    rounds = arguments.samples // len(rows[0]["response"])
    answers = [json.loads(line)["answer"] for line in arguments.golds.open()]
    long = long_responses(rows, [answer for answer in answers if re.search(r"\d", answer)], arguments.long)
    right = [timed(name, function, long) for name, function in (("math-verify", plain), ("mathematics", ours))]
    print("long responses with another verdict:", [long[i][0] for i in range(len(long)) if right[0][i] != right[1][i]])
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
    for graders in (["mathematics"], ["mathematics", "boxed", "paper"]):
        begun = time.perf_counter()
        verdicts = verify([samples], golds, contexts, graders, Limits(), workers=2)
        taken = time.perf_counter() - begun
        speed = len(samples) / taken
        print(f"{', '.join(graders)}: {speed:.0f} responses/s, {speed * seconds / once:.1f} times math-verify")
    found = verdicts.filter(grader="mathematics").select("problem_id", "sample_index", "correct").iter_rows()
    differ = {(i, j % len(theirs[0])) for i, j, right in found if right != theirs[int(i)][j % len(theirs[0])]}
    print(f"{len(samples)} verdicts, {len(differ)} responses with another verdict: {sorted(differ)}")


if __name__ == "__main__":
    main()
