"""Products of two numbers, for real language models: "What is 7 * 13?", as in resources/smollm2/products.jsonl.

Knows the task: its problems, rewards and teacher. No model learns it from random weights, so it has no language of its
own.
"""

import json
import re
from functools import cache
from pathlib import Path
from random import Random

SUFFIX = ""  # what a prompt adds to the question: nothing, a chat says what form the answer has
FACTORS = 2, 15  # of problems to train on; the benchmark has larger ones too
BENCHMARK = Path(__file__).resolve().parents[5] / "resources/smollm2/products.jsonl"
NUMBER = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])|\d+")

Problem = tuple[int, int]


def question(problem: Problem) -> str:
    return "What is {} * {}?".format(*problem)


@cache
def held_out() -> frozenset[tuple[int, ...]]:
    """The factors of the benchmark's problems, in order of size: no training ever draws them, in either order."""
    rows = map(json.loads, BENCHMARK.read_text().splitlines())
    return frozenset(tuple(sorted(map(int, row["problem_id"].split("x")))) for row in rows)


def benchmark(size: int, seed: int) -> list[dict]:
    """The first `size` problems of the benchmark, as rows of a normalised one; it is the same for every seed."""
    return [
        {"problem_id": row["problem_id"], "question": row["question"], "answers": [row["answer"]]}
        | {"stratum": row["range"], "guess_rate": None, "metadata": "{}"}
        for row in map(json.loads, BENCHMARK.read_text().splitlines()[:size])
    ]


def rl_problem(rng: Random) -> tuple[str, str]:
    """(question, gold answer) for reinforcement learning."""
    while True:
        problem = rng.randint(*FACTORS), rng.randint(*FACTORS)
        if tuple(sorted(problem)) not in held_out():
            return question(problem), str(problem[0] * problem[1])


def teacher_document(rng: Random) -> tuple[str, str]:
    return rl_problem(rng)


def answer(text: str) -> str | None:
    """The last number of a response."""
    found = NUMBER.findall(text)
    return found[-1].replace(",", "") if found else None


def reward(gold_answer: str, text: str) -> bool:
    """Outcome reward: the last number is the product."""
    return answer(text) == gold_answer


def formatted(text: str) -> bool:
    """Whether the response has a number."""
    return answer(text) is not None


def share_right(gold_answer: str, text: str) -> float:
    """The share of the digits, counted from the end, that are right."""
    said = answer(text) or ""
    return sum(a == b for a, b in zip(reversed(said), reversed(gold_answer), strict=False)) / len(gold_answer)
