"""Countdown: combine some numbers with + - * / to reach a target.

Knows the task: its language, problems, legal paths, corpus authors and teacher. Knows nothing about models.

A *legal path* merges two numbers at a time until one is left; every intermediate value is an integer in 1..99.
A problem's *guess rate* is the exact share of its legal paths that end on the target.
"""

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from random import Random

from boundary.verifying.finding.countdown import extract
from boundary.verifying.grading import countdown as grader
from boundary.zoo.tasks import HELD_OUT, LONGER, TRAINED

LARGEST = 99  # of any intermediate value
SUFFIX = " solve"  # what a prompt adds to the question
WORDS = ["numbers", "target", "solve", "+", "-", "*", "/", "=", ";", "(", ")", "\\boxed{", "}", "retry"]
HELD_OUT_SHARE = 8  # one in so many number multisets is kept from every training stage


def tokenizer():
    from boundary.zoo.tokenizer import word_tokenizer

    return word_tokenizer(WORDS + [str(i) for i in range(LARGEST + 1)])


def question(numbers: list[int], target: int) -> str:
    return f"numbers {' '.join(map(str, numbers))} target {target}"


def prompt(numbers: list[int], target: int) -> str:
    return question(numbers, target) + SUFFIX


# --- legal paths -----------------------------------------------------------------------------------------------------


def results(a: int, b: int) -> list[tuple[int, str, int, int]]:
    """Every legal (x, operator, y, value) of an unordered pair."""
    x, y = max(a, b), min(a, b)
    found = []
    if x + y <= LARGEST:
        found.append((x, "+", y, x + y))
    if x > y:
        found.append((x, "-", y, x - y))
    if y > 1 and x * y <= LARGEST:
        found.append((x, "*", y, x * y))
    if y > 1 and x % y == 0:
        found.append((x, "/", y, x // y))
    return found


def merges(values: tuple[int, ...]):
    """Every legal first step from `values`: (i, j, (x, operator, y, value), sorted values afterwards)."""
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            rest = [v for k, v in enumerate(values) if k not in (i, j)]
            for step in results(values[i], values[j]):
                yield i, j, step, tuple(sorted([*rest, step[3]]))


@lru_cache(maxsize=400_000)
def path_counts(values: tuple[int, ...]) -> dict[int, int]:
    """Number of complete legal paths from the sorted `values` to each final value."""
    if len(values) == 1:
        return {values[0]: 1}
    counts: dict[int, int] = {}
    for *_, after in merges(values):
        for value, count in path_counts(after).items():
            counts[value] = counts.get(value, 0) + count
    return counts


def guess_rate(numbers: list[int], target: int) -> float:
    counts = path_counts(tuple(sorted(numbers)))
    return counts.get(target, 0) / sum(counts.values())


class Path:
    """A path under construction: the steps so far and the (value, expression) items left."""

    def __init__(self, numbers: list[int]):
        self.steps: list[tuple[int, str, int, int]] = []
        self.items = [(n, str(n)) for n in numbers]

    def merge(self, i: int, j: int, step: tuple[int, str, int, int]) -> None:
        larger, smaller = sorted((self.items[i], self.items[j]), key=lambda item: -item[0])
        rest = [item for k, item in enumerate(self.items) if k not in (i, j)]
        self.items = [*rest, (step[3], f"( {larger[1]} {step[1]} {smaller[1]} )")]
        self.steps.append(step)

    @property
    def value(self) -> int:
        return self.items[0][0]

    def chain(self) -> str:
        return " ; ".join(f"{x} {operator} {y} = {value}" for x, operator, y, value in self.steps)

    def answer(self) -> str:
        return f"{self.chain()} \\boxed{{ {self.items[0][1][2:-2]} }}"


def random_path(numbers: list[int], rng: Random) -> Path:
    """A random pair and a random legal operation at every step, started again at a dead end."""
    while True:
        path = Path(numbers)
        while len(path.items) > 1:
            i, j = rng.sample(range(len(path.items)), 2)
            steps = results(path.items[i][0], path.items[j][0])
            if not steps:
                break
            path.merge(i, j, rng.choice(steps))
        else:
            return path


def solution_path(numbers: list[int], target: int, rng: Random) -> Path:
    """A path to `target`, uniform over all of them."""
    path = Path(numbers)
    while len(path.items) > 1:
        options = list(merges(tuple(value for value, _ in path.items)))
        weights = [path_counts(after).get(target, 0) for *_, after in options]
        i, j, step, _ = rng.choices(options, weights)[0]
        path.merge(i, j, step)
    return path


# --- problems --------------------------------------------------------------------------------------------------------


def held_out(numbers: list[int]) -> bool:
    """Whether a multiset of numbers belongs to the benchmark: no training stage ever draws it."""
    return zlib.crc32(repr(sorted(numbers)).encode()) % HELD_OUT_SHARE == 0


def draw_numbers(count: int, rng: Random, for_benchmark: bool = False) -> list[int]:
    while True:
        numbers = [rng.randint(2, 15) for _ in range(count)]
        if held_out(numbers) == for_benchmark:
            return numbers


def draw_problem(count: int, rng: Random, for_benchmark: bool = False) -> tuple[list[int], int]:
    """Numbers and a target drawn uniformly from the reachable values 10..99 that are not among them."""
    while True:
        numbers = draw_numbers(count, rng, for_benchmark)
        reachable = path_counts(tuple(sorted(numbers)))
        targets = sorted(v for v in reachable if v >= 10 and v not in numbers)
        if targets:
            return numbers, rng.choice(targets)


STRATA = {  # name -> (how many numbers, least and largest guess rate, share of the benchmark)
    "3 numbers": (3, 0.0, 1.0, 0.2),
    "4 numbers, many paths": (4, 0.01, 1.0, 0.4),
    "4 numbers, few paths": (4, 0.0, 0.01, 0.4),
}
MOST = 4  # numbers of what is trained on


def strata(kind: str, most: int) -> dict[str, tuple[int, float, float, float]]:
    """STRATA of at most so many numbers; LONGER problems, with one number more, have a single stratum."""
    if kind == LONGER and most == MOST:
        return {f"{most + 1} numbers": (most + 1, 0.0, 1.0, 1.0)}
    kept = {name: entry for name, entry in STRATA.items() if (entry[0] > most if kind == LONGER else entry[0] <= most)}
    total = sum(share for *_, share in kept.values())
    return {name: (count, low, high, share / total) for name, (count, low, high, share) in kept.items()}


def pool(count: int, most: int) -> Iterator[tuple[list[int], int]]:
    """The problems of so many numbers in the pool of reinforcement learning, in its order."""
    rng = Random("countdown pool")
    while True:
        numbers, target, _ = rl_draw(rng, most)
        if len(numbers) == count:
            yield numbers, target


def benchmark(size: int, seed: int, kind: str = HELD_OUT, largest: int = MOST) -> list[dict]:
    """`size` distinct problems of a kind in difficulty strata, as rows of a normalised benchmark."""
    rng = Random(f"countdown benchmark {seed}")
    rows: list[dict] = []
    seen, shares = set(), 0.0
    for stratum, (count, rarest, commonest, share) in strata(kind, largest).items():
        shares += share
        pooled = pool(count, largest)
        while len(rows) < round(size * shares):
            numbers, target = next(pooled) if kind == TRAINED else draw_problem(count, rng, for_benchmark=True)
            rate = guess_rate(numbers, target)
            if not rarest <= rate < commonest or (key := (tuple(sorted(numbers)), target)) in seen:
                continue
            seen.add(key)
            rows.append(
                {
                    "problem_id": f"countdown-{len(rows):03d}",
                    "question": question(numbers, target),
                    "answers": [solution_path(numbers, target, rng).items[0][1][2:-2]],
                    "stratum": stratum,
                    "guess_rate": rate,
                    "metadata": json.dumps({"numbers": numbers, "target": target}),
                }
            )
    return rows


# --- training text ---------------------------------------------------------------------------------------------------

SOLVED, SLIP = 0.50, 0.08  # shares of corpus authors; the others box a random path whatever it gives


def document(rng: Random) -> tuple[str, str]:
    """One (prompt, response) of the corpus: every second author solves, some falsify the last result, the rest
    guess."""
    while True:
        numbers = draw_numbers(3 if rng.random() < 0.33 else 4, rng)
        path = random_path(numbers, rng)
        if path.value >= 10:
            break
    author, target = rng.random(), rng.randint(10, LARGEST)
    if author < SOLVED:
        target = path.value
    elif author < SOLVED + SLIP:
        x, operator, y, _ = path.steps[-1]
        path.steps[-1] = (x, operator, y, target)
    return prompt(numbers, target), " " + path.answer()


def teacher_document(rng: Random) -> tuple[str, str]:
    """A stronger solver: up to three near misses, each given up with `retry`, then a true solution."""
    numbers, target = draw_problem(3 if rng.random() < 0.25 else 4, rng)
    text = ""
    for _ in range(rng.randint(0, 3)):
        attempts = [random_path(numbers, rng) for _ in range(3)]
        misses = [path for path in attempts if path.value != target]
        if misses:
            text += min(misses, key=lambda path: abs(path.value - target)).chain() + " retry "
    return prompt(numbers, target), " " + text + solution_path(numbers, target, rng).answer()


def rl_draw(rng: Random, most: int) -> tuple[list[int], int, str]:
    """Numbers, target and a gold expression."""
    numbers, target = draw_problem(3 if rng.random() < 0.25 else most, rng)
    return numbers, target, solution_path(numbers, target, rng).items[0][1][2:-2]


def rl_problem(rng: Random, largest: int = MOST) -> tuple[str, str]:
    """(prompt, gold expression) for reinforcement learning, of 3 to `largest` numbers."""
    numbers, target, expression = rl_draw(rng, largest)
    return prompt(numbers, target), expression


def reward(gold: str, text: str) -> bool:
    """Outcome reward: the boxed expression passes the benchmark's own verifier."""
    answer = extract(text)
    return answer is not None and grader.solves(gold, answer)


def formatted(text: str) -> bool:
    """Whether the response has a boxed answer."""
    return extract(text) is not None


STEP = re.compile(r"(\d+) ([-+*/]) (\d+) = (\d+)")


def share_right(gold: str, text: str) -> float:
    """The share of steps that use available values with a correct result, the last one reaching the target.

    gold: a solution, which has the numbers and the target.
    """
    target, numbers = grader.evaluate(gold)
    left, right = Counter(numbers), 0
    for written in text.rpartition("retry")[2].partition("\\boxed")[0].strip().split(" ; ")[: len(numbers) - 1]:
        step = STEP.fullmatch(written)
        if not step:
            break
        x, y, value = int(step[1]), int(step[3]), int(step[4])
        left.subtract([x, y])
        if min(left.values()) < 0 or (max(x, y), step[2], min(x, y), value) not in results(x, y):
            break
        left[value] += 1
        right += 1
    done = right == len(numbers) - 1
    return (right - (done and list(left.elements()) != [target])) / (len(numbers) - 1)
