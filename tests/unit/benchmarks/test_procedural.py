"""Tasks of reasoning-gym: made from a seed, scored by the library's own scorers inside the sandbox."""

import json

import pytest

from boundary.benchmarks.build import build
from boundary.errors import InputError
from boundary.verifying.grading import Limits, reasoning_gym
from boundary.verifying.sandbox import host as sandbox

LIMITS = Limits(isolation=sandbox.strongest_level())


def entry(task: str, **more) -> dict:
    return {
        "source": "reasoning_gym",
        "reasoning_gym": task,
        "problems": 3,
        "seed": 7,
        "verifier": "reasoning_gym",
    } | more


def test_a_task_is_made_by_name_number_and_seed():
    frame, flags = build("puzzle", entry("countdown", options={"min_numbers": 3, "max_numbers": 3}), [], LIMITS)
    again, _ = build("puzzle", entry("countdown", options={"min_numbers": 3, "max_numbers": 3}), [], LIMITS)
    other, _ = build("puzzle", entry("countdown", seed=8), [], LIMITS)
    assert flags == {}
    assert frame.equals(again)
    assert not frame["question"].equals(other["question"])
    assert len(json.loads(frame["gold"][0])["entry"]["metadata"]["numbers"]) == 3


def test_another_right_answer_than_the_librarys_own_counts():
    gold = json.loads(build("puzzle", entry("countdown"), [], LIMITS)[0]["gold"][0])
    own = gold["answers"][0]
    for answer, reason in ((own, "match"), (f"0 + {own}", "mismatch"), (f"({own})", "match"), ("1", "mismatch")):
        assert reasoning_gym.grade(gold, answer, LIMITS).reason == reason, answer


@pytest.mark.parametrize(
    "answer",
    [
        "__import__('os').system('touch /tmp/escaped')",
        "9**9**9",
        "[" * 100_000,
        "exit()",
        "__import__('time').sleep(99)",
    ],
)
def test_answers_that_are_programs_stay_in_the_sandbox(answer):
    gold = json.loads(build("puzzle", entry("countdown"), [], LIMITS)[0]["gold"][0])
    assert reasoning_gym.grade(gold, answer, LIMITS._replace(cpu_seconds=2)).reason != "match"


@pytest.mark.parametrize(
    ("text", "finished", "answer"),
    [
        ("so <answer>1</answer> no, <answer> 2 </answer>", True, "2"),
        ("it is \\boxed{3}.", True, "3"),
        ("I think\n4\n", True, "4"),
        ("I think\n4", False, None),
        ("<think> \\boxed{5}", True, None),
    ],
)
def test_where_the_answer_is(text, finished, answer):
    assert reasoning_gym.extract(text, finished) == answer


def test_a_task_or_an_option_that_there_is_not():
    with pytest.raises(InputError, match=r"has no task 'count_down'; it has .*countdown"):
        build("puzzle", entry("count_down"), [], LIMITS)
    with pytest.raises(InputError, match="countdown with options"):
        build("puzzle", entry("countdown", options={"colour": 1}), [], LIMITS)
