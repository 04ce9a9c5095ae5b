"""Traces of the zoo, step by step: valid ones, wrong steps, and right answers by luck."""

from random import Random

import pytest

from boundary.zoo.steps import CHECKS, steps_valid
from boundary.zoo.tasks import TASKS, chain, countdown

QUESTION = "numbers 4 6 5 target 19"


def test_every_task_has_a_check():
    assert sorted(CHECKS) == TASKS


@pytest.mark.parametrize("task", [countdown, chain])
def test_teachers_reason_validly(task):
    name, rng = task.__name__.rpartition(".")[2], Random(1)
    for _ in range(200):
        prompt, response = task.teacher_document(rng)
        assert steps_valid(name, prompt.removesuffix(task.SUFFIX), response), response


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("6 * 4 = 24 ; 24 - 5 = 19 \\boxed{ ( 6 * 4 ) - 5 }", True),
        ("6 * 4 = 24 ; 24 - 5 = 19 \\boxed{ 4 * 6 - 5 }", True),  # another order of the same
        ("6 + 5 = 12 ; 12 + 4 = 16 retry 6 * 4 = 24 ; 24 - 5 = 19 \\boxed{ ( 6 * 4 ) - 5 }", True),  # given up
        ("6 * 4 = 25 ; 25 - 5 = 19 \\boxed{ ( 6 * 4 ) - 5 }", False),  # a wrong result
        ("6 * 4 = 24 ; 24 - 5 = 18 \\boxed{ ( 6 * 4 ) - 5 }", False),
        ("6 * 4 = 24 ; 25 - 6 = 19 \\boxed{ ( 6 * 4 ) - 5 }", False),  # of values that are not there
        ("6 * 4 = 24 \\boxed{ ( 6 * 4 ) - 5 }", False),  # a step is missing
        ("\\boxed{ ( 6 * 4 ) - 5 }", False),
        ("6 + 4 = 10 ; 10 + 5 = 15 \\boxed{ ( 6 * 4 ) - 5 }", False),  # luck: the box does not follow
        ("6 * 4 = 24 ; 24 - 5 = 19 \\boxed{ __import__('os') }", False),
        ("6 * 4 = 24 ; 24 - 5 = 19", False),
    ],
)
def test_steps_of_countdown(text, valid):
    assert steps_valid("countdown", QUESTION, text) == valid


def test_countdown_does_not_divide_by_nothing():
    assert not steps_valid("countdown", "numbers 5 5 4 target 4", "5 - 5 = 0 ; 4 / 0 = 4 \\boxed{ 4 / ( 5 - 5 ) }")


def test_a_wrong_method_of_the_same_value_is_luck():
    problem = (20, (("%", 2), ("&", 2), ("@", 9)))
    value, _, operand, method, after = list(chain.walk(problem))[-1]
    prompt, right = chain.question(problem), " ".join(["20", *(_link(*step) for step in chain.walk(problem))])
    box = f" \\boxed{{{chain.gold(problem)}}}"
    assert steps_valid("chain", prompt, right + box)
    other = "dbl" if method != "dbl" else "add"
    assert not steps_valid("chain", prompt, right.removesuffix(f"{method} {after:02d}") + f"{other} {after:02d}" + box)
    assert not steps_valid("chain", prompt, right.replace("20 %", "21 %") + box)
    assert not steps_valid("chain", prompt, right + " and so on" + box)
    assert not steps_valid("chain", prompt, right.rpartition(" @")[0] + box)
    total = (value + operand) % chain.WIDTH
    sums = f"sum {total:02d} mod {(total + 1) % 11:02d} "
    assert not steps_valid("chain", prompt, right.removesuffix(f"{method} {after:02d}") + sums + right[-6:] + box)


def _link(value, symbol, operand, method, after) -> str:
    return f"{symbol} {operand:02d} {method} {after:02d}"
