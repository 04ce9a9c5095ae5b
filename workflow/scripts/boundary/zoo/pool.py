"""A fixed pool of problems to train on: the same for every recipe and seed of a task."""

from functools import cache
from random import Random


@cache
def pool(task, size: int) -> tuple[tuple[str, str], ...]:
    """`size` (prompt, gold answer); a larger pool begins with the smaller one. task: a module of zoo/tasks."""
    rng = Random(f"{task.__name__.rpartition('.')[2]} pool")
    return tuple(task.rl_problem(rng) for _ in range(size))
