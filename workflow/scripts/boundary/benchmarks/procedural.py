"""Problems made by reasoning-gym: any of its tasks, by name, size and seed, without a network."""

import json

from boundary.contracts import Gold, ProblemRow
from boundary.errors import InputError


def problems(task: str, number: int, seed: int, options: dict) -> list[ProblemRow]:
    """Rows of a benchmark: problem_id, question, gold. InputError names a task or option that the library refuses."""
    try:
        import reasoning_gym
        from reasoning_gym.factory import DATASETS
    except ImportError as error:
        raise InputError(
            f"benchmarks of reasoning-gym need that library: pip install reasoning-gym ({error})"
        ) from error
    if task not in DATASETS:
        raise InputError(f"reasoning-gym has no task {task!r}; it has {', '.join(sorted(DATASETS))}")
    try:
        made = reasoning_gym.create_dataset(task, size=number, seed=seed, **options)
        entries = [made[i] for i in range(number)]
    except (TypeError, ValueError, AssertionError) as error:
        raise InputError(f"reasoning-gym's task {task} with options {options}: {error}") from error
    rows: list[ProblemRow] = []
    for i, entry in enumerate(entries):
        try:
            plain = json.loads(json.dumps(entry))
        except TypeError as error:
            raise InputError(f"reasoning-gym's task {task} makes problems that are no plain data: {error}") from error
        answers = [] if entry["answer"] is None else [str(entry["answer"])]
        gold: Gold = {"answers": answers, "task": task, "options": options, "entry": plain}
        rows.append({"problem_id": f"{task}-{i:05d}", "question": entry["question"], "gold": gold, "row": i + 1})
    return rows
