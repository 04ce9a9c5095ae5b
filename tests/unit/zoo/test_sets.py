"""The three kinds of problems of a task: held out, trained on, and longer."""

import re
from random import Random

import pytest

from boundary.zoo.tasks import HELD_OUT, LONGER, TRAINED, chain, countdown


def size(problem: dict) -> int:
    return len(re.findall(r"\d+", problem["question"]))


@pytest.mark.parametrize(("task", "largest"), [(chain, 6), (chain, 4), (countdown, 4), (countdown, 3)])
def test_kinds_are_what_they_are_called(task, largest):
    held_out, trained, longer = (task.benchmark(60, 2024, kind, largest) for kind in (HELD_OUT, TRAINED, LONGER))
    if largest == max(6 * (task is chain), 4):
        assert held_out == task.benchmark(60, 2024)
    assert {len({problem["question"] for problem in problems}) for problems in (held_out, trained, longer)} == {60}
    rng = Random(f"{task.__name__.rpartition('.')[2]} pool")
    pool = {prompt for prompt, _ in (task.rl_problem(rng, largest) for _ in range(512))}
    assert {problem["question"] + task.SUFFIX for problem in trained} <= pool
    assert [problem["stratum"] for problem in trained] == [problem["stratum"] for problem in held_out]
    assert min(map(size, longer)) > max(map(size, trained)) == max(map(size, held_out))
    assert not {problem["question"] for problem in held_out + longer} & {problem["question"] for problem in trained}
    assert all(0 <= problem["guess_rate"] < 1 and problem["answers"] for problem in trained + longer)
