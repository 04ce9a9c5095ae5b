"""Two products at once, for real language models: "7 * 13 and 12 * 4:", and the beginning of the first equation.

Knows the task: its problems, rewards and teacher. Nobody learns it from nothing, so it has no language of its own. The
answer is two numbers, so that one from a short list of likely numbers is seldom right.
"""

import json
import zlib
from random import Random

from boundary.verifying.grading import two_integers as grader

SUFFIX = ""  # what a prompt adds to the question: nothing, a chat goes around it
HELD_OUT_SHARE = 8  # one in so many unordered pairs of factors is kept from training
RANGES = {"2 to 9": (2, 9), "2 to 12": (2, 12)}

Problem = tuple[tuple[int, int], tuple[int, int]]


def question(problem: Problem) -> str:
    (a, b), (c, d) = problem
    return f"{a} * {b} and {c} * {d}:\n{a} * {b} ="  # where nothing is begun, small models ramble


def gold(problem: Problem) -> str:
    return " and ".join(str(a * b) for a, b in problem)


def held_out(problem: Problem) -> bool:
    """Whether a problem belongs to the benchmark: no training ever draws it, in whatever order."""
    unordered = sorted(tuple(sorted(pair)) for pair in problem)
    return zlib.crc32(repr(unordered).encode()) % HELD_OUT_SHARE == 0


def draw_problem(least: int, largest: int, rng: Random, for_benchmark: bool = False) -> Problem:
    while True:
        first, second = ((rng.randint(least, largest), rng.randint(least, largest)) for _ in range(2))
        if held_out((first, second)) == for_benchmark and sorted(first) != sorted(second):
            return first, second


def benchmark(size: int, seed: int) -> list[dict]:
    """`size` distinct held-out problems of two ranges, as rows of a normalised benchmark."""
    rng = Random(f"products benchmark {seed}")
    rows, seen = [], set()
    for i, (stratum, ends) in enumerate(RANGES.items(), start=1):
        while len(rows) < round(size * i / len(RANGES)):
            problem = draw_problem(*ends, rng, for_benchmark=True)
            if problem not in seen:
                seen.add(problem)
                row = {"problem_id": f"products-{len(rows):03d}", "question": question(problem), "stratum": stratum}
                rows.append(row | {"answers": [gold(problem)], "guess_rate": None, "metadata": json.dumps({})})
    return rows


def rl_problem(rng: Random) -> tuple[str, str]:
    """(question, gold answer) for reinforcement learning."""
    problem = draw_problem(*rng.choice(list(RANGES.values())), rng)
    return question(problem), gold(problem)


def teacher_document(rng: Random) -> tuple[str, str]:
    """(question, right response)."""
    asked, right = rl_problem(rng)
    return asked, f" {right}"


def reward(gold_answer: str, text: str) -> bool:
    """Outcome reward: the benchmark's own grader finds both products, in order."""
    return grader.extract(text) == gold_answer


def formatted(text: str) -> bool:
    """Whether the response has two numbers."""
    return grader.extract(text) is not None


def share_right(gold_answer: str, text: str) -> float:
    """The share of the two products that are right."""
    found = (grader.extract(text) or "").split(" and ")
    return sum(read == right for read, right in zip(found, gold_answer.split(" and "), strict=False)) / 2
