"""The three kinds of problems of a task: held out, trained on, and harder."""

import re
from random import Random

import pytest

from boundary.zoo.tasks import HARDER, HELD_OUT, TRAINED, chain, countdown


def numbers(problem: dict) -> int:
    return len(re.findall(r"\d+", problem["question"]))


@pytest.mark.parametrize("task", [chain, countdown])
def test_kinds_are_what_they_are_called(task):
    held_out, trained, harder = (task.benchmark(100, 2024, kind) for kind in (HELD_OUT, TRAINED, HARDER))
    assert held_out == task.benchmark(100, 2024)
    assert {len({problem["question"] for problem in problems}) for problems in (held_out, trained, harder)} == {100}
    rng = Random(f"{task.__name__.rpartition('.')[2]} pool")
    pool = {prompt for prompt, _ in (task.rl_problem(rng) for _ in range(512))}
    assert {problem["question"] + task.SUFFIX for problem in trained} <= pool
    assert [problem["stratum"] for problem in trained] == [problem["stratum"] for problem in held_out]
    assert min(map(numbers, harder)) > max(map(numbers, trained))
    assert not {problem["question"] for problem in held_out + harder} & {problem["question"] for problem in trained}
    assert all(0 <= problem["guess_rate"] < 1 and problem["answers"] for problem in trained + harder)
