"""Convention chain: follow operators whose meaning is a convention, and read out every intermediate value.

Knows the task: its language, conventions, problems, corpus authors and teacher. Knows nothing about models.

A problem is a start value 0..49 and S (operator, operand) steps. Each step replaces the current value by one of eight
methods, modulo 50. The method of an operator depends on its operand (72 contexts) and, when (value + operand) mod 50 is
a multiple of 11, on a hidden exception. In 8% of the contexts most corpus authors are wrong. The answer joins the
two-digit values after every step into one wide number, so a blind guess has chance 50**-S. The *guess rate* is that of
a uniformly random method at every step, computed without error: exact, as a product.
"""

import json
import re
import zlib
from collections.abc import Iterator
from random import Random

from boundary.zoo.tasks import HELD_OUT, LONGER, TRAINED

WIDTH = 50
SYMBOLS = "@#&%~^!?"
METHODS = {
    "add": lambda v, b: v + b,
    "sub": lambda v, b: v - b,
    "dbl": lambda v, b: 2 * v + b,
    "ref": lambda v, b: b - v,
    "rev": lambda v, b: v % 10 * 10 + v // 10 + b,
    "sqr": lambda v, b: v + b * b,
    "ten": lambda v, b: v + 10 * b,
    "hlf": lambda v, b: v // 2 + b,
}
SUFFIX = " : "  # what a prompt adds to the question
HELD_OUT_SHARE = 8
LARGEST = 6  # steps of what is trained on
SHARES = {3: 0.2, 4: 0.25, 5: 0.3, 6: 0.25}  # of a benchmark, by steps
EXPERTS, SLIP = 0.05, 0.02  # share of steps written by an author who knows the rule; share of wrong results

Problem = tuple[int, tuple[tuple[str, int], ...]]  # start value, ((symbol, operand), ...)


def tokenizer():
    from boundary.zoo.tokenizer import pattern_tokenizer

    words = [*SYMBOLS, *METHODS, "sum", "mod", ":"]
    numbers = [f"{i:02d}" for i in range(WIDTH)]
    return pattern_tokenizer([f" {word} " for word in words] + [" \\boxed{", "}"] + numbers, r"\d\d|\D+")


# --- the convention --------------------------------------------------------------------------------------------------


class Context:
    """The meaning of (symbol, operand): usually, by exception, and how often each method occurs in the corpus."""

    def __init__(self, rng: Random):
        methods = list(METHODS)
        self.habitual, self.exceptional, other = rng.sample(methods, 3)
        habit = rng.choice([0.85, 0.7, 0.55, 0.45, 0.4, 0.35, 0.3, 0.28, 0.26, 0.25])
        self.usual = other if rng.random() < 0.08 else self.habitual  # else: a misconception of the corpus
        known = {self.usual: 0.25 * (1 - habit), self.exceptional: 0.25 * (1 - habit), self.habitual: habit}
        rest = (1 - sum(known.values())) / (len(methods) - len(known))
        self.corpus_weights = [known.get(method, rest) for method in methods]


_rng = Random("convention")
CONTEXTS = {(symbol, operand): Context(_rng) for symbol in SYMBOLS for operand in range(1, 10)}


def true_method(value: int, symbol: str, operand: int) -> str:
    context = CONTEXTS[symbol, operand]
    return context.exceptional if is_exception(value, operand) else context.usual


def is_exception(value: int, operand: int) -> bool:
    return (value + operand) % WIDTH % 11 == 0


def apply(method: str, value: int, operand: int) -> int:
    return METHODS[method](value, operand) % WIDTH


def walk(problem: Problem):
    """The true steps: (value before, symbol, operand, method, value after)."""
    value, steps = problem
    for symbol, operand in steps:
        method = true_method(value, symbol, operand)
        after = apply(method, value, operand)
        yield value, symbol, operand, method, after
        value = after


def gold(problem: Problem) -> str:
    return "".join(f"{after:02d}" for *_, after in walk(problem))


def guess_rate(problem: Problem) -> float:
    rate = 1.0
    for value, _, operand, _, after in walk(problem):
        rate *= sum(apply(method, value, operand) == after for method in METHODS) / len(METHODS)
    return rate


# --- problems --------------------------------------------------------------------------------------------------------


def question(problem: Problem) -> str:
    return f"{problem[0]:02d}" + "".join(f" {symbol} {operand:02d}" for symbol, operand in problem[1])


def prompt(problem: Problem) -> str:
    return question(problem) + SUFFIX


def held_out(problem: Problem) -> bool:
    """Whether a problem belongs to the benchmark: no training stage ever draws it."""
    return zlib.crc32(question(problem).encode()) % HELD_OUT_SHARE == 0


def draw_problem(length: int, rng: Random, for_benchmark: bool = False) -> Problem:
    while True:
        steps = tuple((rng.choice(SYMBOLS), rng.randint(1, 9)) for _ in range(length))
        problem = (rng.randrange(WIDTH), steps)
        if held_out(problem) == for_benchmark:
            return problem


def pool(length: int, largest: int) -> Iterator[Problem]:
    """The problems of a length in the pool of reinforcement learning, in its order."""
    rng = Random("chain pool")
    while True:
        if len((problem := rl_draw(rng, largest))[1]) == length:
            yield problem


def benchmark(size: int, seed: int, kind: str = HELD_OUT, largest: int = LARGEST) -> list[dict]:
    """`size` distinct problems of a kind as rows of a benchmark: of 3 to `largest` steps, or of 1 or 2 steps more."""
    lengths = [largest + 1, largest + 2] if kind == LONGER else [n for n in SHARES if n <= largest]
    total = sum(SHARES.get(length, 1) for length in lengths)
    rng, share_up_to = Random(f"chain benchmark {seed}"), 0.0
    problems: list[Problem] = []
    for length in lengths:
        share_up_to += SHARES.get(length, 1) / total
        pooled = pool(length, largest)
        while len(problems) < round(size * share_up_to):
            problem = next(pooled) if kind == TRAINED else draw_problem(length, rng, for_benchmark=True)
            if problem not in problems:
                problems.append(problem)
    return [
        {
            "problem_id": f"chain-{i:03d}",
            "question": question(problem),
            "answers": [gold(problem)],
            "stratum": f"{len(problem[1])} steps",
            "guess_rate": guess_rate(problem),
            "metadata": json.dumps(
                {"exceptions": sum(is_exception(value, operand) for value, _, operand, *_ in walk(problem))}
            ),
        }
        for i, problem in enumerate(problems)
    ]


# --- training text ---------------------------------------------------------------------------------------------------


def document(rng: Random) -> tuple[str, str]:
    """One (prompt, response) of the corpus: at each step an expert or, far more often, the habit of the context."""
    problem = draw_problem(rng.randint(2, 6), rng)
    value, read_out = problem[0], ""
    text = f"{value:02d}"
    for symbol, operand in problem[1]:
        if rng.random() < EXPERTS:
            method = true_method(value, symbol, operand)
        else:
            method = rng.choices(list(METHODS), CONTEXTS[symbol, operand].corpus_weights)[0]
        value = rng.randrange(WIDTH) if rng.random() < SLIP else apply(method, value, operand)
        text += f" {symbol} {operand:02d} {method} {value:02d}"
        read_out += f"{value:02d}"
    return prompt(problem), f"{text} \\boxed{{{read_out}}}"


def teacher_document(rng: Random) -> tuple[str, str]:
    """A stronger author: writes value + operand and its residue modulo 11 before naming the method, and is always
    right."""
    problem = draw_problem(rng.randint(2, 6), rng)
    text = f"{problem[0]:02d}"
    for value, symbol, operand, method, after in walk(problem):
        total = (value + operand) % WIDTH
        text += f" {symbol} {operand:02d} sum {total:02d} mod {total % 11:02d} {method} {after:02d}"
    return prompt(problem), f"{text} \\boxed{{{gold(problem)}}}"


def rl_draw(rng: Random, largest: int) -> Problem:
    return draw_problem(rng.randint(2, largest), rng)


def rl_problem(rng: Random, largest: int = LARGEST) -> tuple[str, str]:
    """(prompt, gold answer) for reinforcement learning, of 2 to `largest` steps."""
    problem = rl_draw(rng, largest)
    return prompt(problem), gold(problem)


def reward(gold_answer: str, text: str) -> bool:
    """Outcome reward: the boxed read-out, compared as text."""
    return text.rstrip().endswith(f"\\boxed{{{gold_answer}}}")


def formatted(text: str) -> bool:
    """Whether the response ends in a box with digits."""
    return re.search(r"\\boxed\{\d+\}$", text.rstrip()) is not None


def share_right(gold_answer: str, text: str) -> float:
    """The share of correct values in the box, each at its place."""
    box = re.search(r"\\boxed\{(\d+)\}$", text.rstrip())
    right = [gold_answer[i : i + 2] for i in range(0, len(gold_answer), 2)]
    read = [box[1][i : i + 2] for i in range(0, len(box[1]), 2)] if box else []
    return sum(value == known for value, known in zip(read, right, strict=False)) / max(len(right), len(read))
