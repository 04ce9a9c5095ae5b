"""Training problems: from a fixed pool, the same for every recipe and seed of a task, or new ones."""

from functools import cache
from random import Random

from boundary.contracts import Recipe


@cache
def pool(task, size: int, **largest: int) -> tuple[tuple[str, str], ...]:
    """`size` (prompt, gold answer); a larger pool begins with the smaller one. task: a module of zoo/tasks."""
    rng = Random(f"{task.__name__.rpartition('.')[2]} pool")
    return tuple(task.rl_problem(rng, **largest) for _ in range(size))


def drawn(task, recipe: Recipe, rng: Random) -> list[tuple[str, str]]:
    """(prompt, gold answer) of as many `problems` as the recipe names, from its `pool`, of up to its `largest` size."""
    largest = {key: recipe[key] for key in ("largest",) if key in recipe}
    if "pool" in recipe:
        return rng.sample(pool(task, recipe["pool"], **largest), recipe["problems"])
    return [task.rl_problem(rng, **largest) for _ in range(recipe["problems"])]
