"""Real counts of very many samples: correct samples of 10,000 a problem from the zoo, into data/counts.csv; by hand.

    python tests/benchmarks/real_counts.py

Samples of one problem that have drawn the same tokens so far are one row with a number, which the next token splits
multinomially: exactly as many independent samples, at the cost of the distinct ones. About ten minutes of one core.
"""

import csv
import sys
import time
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow/scripts"))
FILE = Path(__file__).parent / "data/counts.csv"

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from boundary.sampling.engines.attention import use_shared_keys
from boundary.sampling.engines.rows import Rows
from boundary.zoo.tasks import chain, countdown

SAMPLES, PROBLEMS, LONGEST = 10_000, 100, 128
TEMPERATURE, TOP_P = 0.6, 0.95


def chains(least: int, most: int) -> list[tuple[str, str]]:
    """(prompt, gold) of held-out chains of so many steps; the models were trained on 2 to 6."""
    rng = Random(f"chains of {least} to {most} steps")
    drawn = [chain.draw_problem(rng.randint(least, most), rng, for_benchmark=True) for _ in range(PROBLEMS)]
    return [(chain.prompt(problem), chain.gold(problem)) for problem in drawn]


def countdowns(largest_rate: float) -> list[tuple[str, str]]:
    """(prompt, a right expression) of held-out countdowns that a random legal path solves no more often than that."""
    rng, found = Random(f"countdowns up to {largest_rate}"), []
    while len(found) < PROBLEMS:
        numbers, target = problem = countdown.draw_problem(4 if largest_rate < 1 else rng.randint(3, 4), rng, True)
        if countdown.guess_rate(numbers, target) <= largest_rate:
            found.append((countdown.prompt(*problem), countdown.solution_path(*problem, rng).items[0][1][2:-2]))
    return found


POOLS = [  # folder of resources/zoo, its task, name of the problems, the problems
    ("chain-base", chain, "3 to 6 steps", chains(3, 6)),
    ("chain-grpo/step-15", chain, "3 to 6 steps", chains(3, 6)),
    ("chain-grpo/step-30", chain, "3 to 6 steps", chains(3, 6)),
    ("chain-grpo/step-100", chain, "3 to 6 steps", chains(3, 6)),
    ("chain-distilled", chain, "3 to 6 steps", chains(3, 6)),
    ("countdown-base", countdown, "all", countdowns(1)),
    ("countdown-grpo/step-50", countdown, "all", countdowns(1)),
    ("countdown-grpo/step-200", countdown, "all", countdowns(1)),
    ("countdown-base", countdown, "hard", countdowns(0.003)),
    ("countdown-grpo/step-50", countdown, "hard", countdowns(0.003)),
    ("countdown-grpo/step-200", countdown, "hard", countdowns(0.003)),
    ("chain-grpo/step-30", chain, "6 steps", chains(6, 6)),
    ("chain-grpo/step-15", chain, "6 steps", chains(6, 6)),
]


def count(rows: Rows, tokenizer, task, prompt: str, gold: str, rng) -> int:
    """How many of SAMPLES responses to `prompt` are right."""
    ends, right = rows.model.generation_config.eos_token_id, 0
    rows.clear()
    rows.add([tokenizer(prompt)["input_ids"]], [[]])
    places, numbers, texts = torch.zeros(1, dtype=torch.long), np.array([SAMPLES]), [[]]
    for _ in range(LONGEST):
        probabilities, ids = (rows.logits[places] / TEMPERATURE).double().softmax(-1).sort(-1, descending=True)
        probabilities[probabilities.cumsum(-1) - probabilities >= TOP_P] = 0
        probabilities = (probabilities / probabilities.sum(-1, keepdim=True)).numpy()
        drawn = rng.multinomial(numbers, probabilities)
        parents, which = drawn.nonzero()
        numbers, tokens = drawn[parents, which], ids.numpy()[parents, which]
        ended = tokens == ends
        for parent, times in zip(parents[ended], numbers[ended], strict=True):
            right += int(times) * task.reward(gold, tokenizer.decode(texts[parent], skip_special_tokens=True))
        parents, tokens, numbers = parents[~ended], tokens[~ended], numbers[~ended]
        if not len(parents):
            break
        texts = [[*texts[parent], int(token)] for parent, token in zip(parents, tokens, strict=True)]
        before = places[parents]
        order = before.argsort(stable=True)
        places = torch.empty_like(before)
        places[order] = rows.advance(before[order], torch.from_numpy(tokens)[order])
    return right


def main() -> None:
    torch.set_num_threads(1)
    with FILE.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["model", "problems", "n", "c"])
        for folder, task, name, problems in POOLS:
            begun, rng = time.process_time(), np.random.default_rng(0)
            model = AutoModelForCausalLM.from_pretrained(ROOT / "resources/zoo" / folder).eval()
            use_shared_keys(model)
            tokenizer = AutoTokenizer.from_pretrained(ROOT / "resources/zoo" / folder)
            rows = Rows(model)
            c = [count(rows, tokenizer, task, *problem, rng) for problem in problems]
            table.writerow([folder, name, SAMPLES, " ".join(map(str, c))])
            file.flush()
            print(f"{folder}, {name}: {np.mean(np.array(c) > 0):.2f} solved, {time.process_time() - begun:.0f} s")


if __name__ == "__main__":
    main()
