"""The zoo: exact guess rates, training text that never touches the benchmark, and the weights that are shipped."""

import itertools
import re
from random import Random

import numpy as np
import pytest
import yaml

from boundary.files.adapters import of_another_base
from boundary.verifying.answers import last_boxed
from boundary.verifying.grading import countdown as grader
from boundary.zoo.tasks import chain, countdown
from conftest import ROOT


def test_benchmarks_are_deterministic_distinct_and_in_strata():
    for task in (countdown, chain):
        problems = task.benchmark(100, seed=2024)
        assert problems == task.benchmark(100, seed=2024)
        assert len({problem["question"] for problem in problems}) == len(problems) == 100
        assert len({problem["stratum"] for problem in problems}) >= 3


def test_every_gold_answer_passes_its_verifier():
    for problem in countdown.benchmark(100, seed=2024):
        assert grader.solves(problem["answers"][0], problem["answers"][0])
        numbers, target = map(int, re.findall(r"\d+", problem["question"])[:-1]), problem["question"].split()[-1]
        assert grader.evaluate(problem["answers"][0]) == (int(target), sorted(numbers))


def test_countdown_guess_rate_is_the_share_of_random_legal_paths():
    """Against brute force: every complete sequence of steps, counted one by one."""

    def finals(values):
        if len(values) == 1:
            return [values[0]]
        found = []
        for i, j in itertools.combinations(range(len(values)), 2):
            rest = [v for k, v in enumerate(values) if k not in (i, j)]
            for *_, value in countdown.results(values[i], values[j]):
                found += finals([*rest, value])
        return found

    for numbers, target in (([3, 7, 8], 29), ([2, 5, 9, 13], 24), ([4, 4, 6, 12], 48)):
        reached = finals(numbers)
        assert countdown.guess_rate(numbers, target) == pytest.approx(reached.count(target) / len(reached))


def test_chain_guess_rate_agrees_with_simulation():
    problem = (7, (("@", 2), ("~", 5)))
    rng, hits, trials = Random(0), 0, 40_000
    for _ in range(trials):
        value, text = problem[0], ""
        for _, operand in problem[1]:
            value = chain.apply(rng.choice(list(chain.METHODS)), value, operand)
            text += f"{value:02d}"
        hits += text == chain.gold(problem)
    rate = chain.guess_rate(problem)
    assert hits / trials == pytest.approx(rate, abs=4 * np.sqrt(rate / trials))


@pytest.mark.parametrize("task", [countdown, chain])
def test_no_training_stage_ever_draws_a_problem_of_the_benchmark(task):
    held_out = {problem["question"] + task.SUFFIX for problem in task.benchmark(100, seed=2024)}
    rng = Random(0)
    for draw in (task.document, task.teacher_document, task.rl_problem):
        assert not held_out & {draw(rng)[0] for _ in range(3000)}
    for problem in task.benchmark(100, seed=2024):  # and by construction: its split never trains
        numbers = [int(number) for number in re.findall(r"\d+", problem["question"])]
        if task is countdown:
            assert countdown.held_out(numbers[:-1])
        else:
            symbols = re.findall(r"[^\s\d]", problem["question"])
            assert chain.held_out((numbers[0], tuple(zip(symbols, numbers[1:], strict=True))))


@pytest.mark.parametrize("task", [countdown, chain])
def test_teachers_are_right_and_text_survives_the_tokenizer(task):
    rng, tokenizer = Random(0), task.tokenizer()
    for _ in range(200):
        prompt, response = task.teacher_document(rng)
        ids = tokenizer(prompt + response)["input_ids"]
        assert tokenizer.pad_token_id not in ids  # no unknown word
        assert tokenizer.decode(ids, skip_special_tokens=True) == prompt + response
        assert last_boxed(response) is not None
        if task is countdown:
            numbers, target = re.findall(r"\d+", prompt)[:-1], re.findall(r"\d+", prompt)[-1]
            assert grader.evaluate(last_boxed(response)) == (int(target), sorted(map(int, numbers)))


def test_shipped_weights_are_small_16_bit_and_have_cards():
    from safetensors import safe_open

    models = yaml.safe_load((ROOT / "config/models.yaml").read_text())
    zoo = {ROOT / model["weights"] for model in models.values() if model["weights"].startswith("resources/zoo")}
    assert len(zoo) == 10
    assert sum(file.stat().st_size for file in (ROOT / "resources/zoo").rglob("*") if file.is_file()) < 15e6
    for folder in zoo:
        card = (folder / "README.md").read_text()
        for fact in ("Data:", "Recipe:", "seed", "Trained: 20", "pass@1 = "):
            assert fact in card, folder
        with safe_open(folder / "model.safetensors", "pt") as weights:
            assert {weights.get_tensor(name).dtype.itemsize for name in weights.keys()} == {2}  # noqa: SIM118


def test_shipped_adapters_have_cards_and_name_their_base():
    config = yaml.safe_load((ROOT / "config/smollm2.yaml").read_text())
    folders = [ROOT / "config" / model["adapter"] for model in config["models"].values() if "adapter" in model]
    assert len(folders) == 9
    for folder in folders:
        assert of_another_base(str(folder), "anywhere/SmolLM2-135M-Instruct.Q4_1.gguf") is None
        assert "Recipe: task products" in (folder / "README.md").read_text()
    assert sum(file.stat().st_size for file in (ROOT / "resources").rglob("*") if file.is_file()) < 40e6
