"""Tasks of reasoning-gym: made from a seed, scored by the library's own scorers inside the sandbox."""

import ast
import inspect
import json

import pytest
from reasoning_gym.factory import DATASETS

from boundary.benchmarks.build import build
from boundary.errors import InputError
from boundary.verifying.finding import finder
from boundary.verifying.grading import Limits, reasoning_gym, scorable
from boundary.verifying.sandbox import host as sandbox
from conftest import missing

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


OWN_RESULT = "__import__('os').write(3, b'[\"value\",1.0]\\n')"
CODE = [
    OWN_RESULT,
    f"[{OWN_RESULT}]",
    f"{OWN_RESULT} or __import__('os')._exit(0)",
    f"1 + (lambda: {OWN_RESULT})()",
    f"sqrt({OWN_RESULT})",
    f"f'{{{OWN_RESULT}}}'",
    f"S({OWN_RESULT!r})",
    "x.__class__.__base__.__subclasses__()",
    "[c for c in [1]]",
    "[" * 100_000,
    "-" * 1999 + "1",
    "exit()",
]


EVERYWHERE = ("countdown", "string_insertion", "simple_integration")  # at the weaker levels too
TRIED = [(task, level) for level in sandbox.LEVELS for task in scorable.READINGS]
TRIED = [(task, level) for task, level in TRIED if level == sandbox.LEVELS[0] or task in EVERYWHERE]


@pytest.mark.parametrize(("task", "level"), TRIED)
def test_no_answer_is_run_where_its_score_is_made(task, level):
    if reason := sandbox.works(level):
        missing(f"sandbox level {level}: {reason}")
    gold = json.loads(build("task", entry(task, problems=1), [], LIMITS)[0]["gold"][0])
    limits = LIMITS._replace(isolation=level, cpu_seconds=20)  # a busy machine has time
    assert reasoning_gym.grade(gold, gold["answers"][0], limits).reason == "match"
    for answer in CODE:
        assert reasoning_gym.grade(gold, answer, limits).reason == "mismatch", answer
        composite = gold | {"task": "composite"}
        assert reasoning_gym.grade(composite, answer, limits).reason == "mismatch", answer


def reached(tree: ast.Module, begin: str) -> list[ast.FunctionDef]:
    """A function of a module with those of the same module that it calls, by name."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    found, waiting = {}, [begin]
    while waiting:
        name = waiting.pop()
        if name in functions and name not in found:
            found[name] = functions[name]
            called = [node.func for node in ast.walk(functions[name]) if isinstance(node, ast.Call)]
            waiting += [getattr(function, "id", getattr(function, "attr", "")) for function in called]
    return list(found.values())


RUNS = {
    "eval", "exec", "compile", "__import__", "import_module", "parse_expr", "parse_latex", "sympify", "S", "lambdify",
    "system", "popen", "Popen", "run", "check_output", "load", "fromstring", "literal_eval",
}  # fmt: skip
OTHERWISE = {  # scorers that call one of these, of something else than an answer
    "number_sorting": "of the gold",
    "bitwise_arithmetic": "of the problem",
    "propositional_logic": "a parser of its own",
}


def test_every_scorer_of_the_library_that_evaluates_an_answer_is_known():
    found = set()
    for task, (dataset, *_) in DATASETS.items():
        tree = ast.parse(inspect.getsource(inspect.getmodule(dataset)))
        for function in reached(tree, "score_answer"):
            calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
            if any(getattr(call, "id", getattr(call, "attr", "")) in RUNS for call in calls):
                found.add(task)
    assert found == {*scorable.EVALUATED, *OTHERWISE}


@pytest.mark.parametrize(
    ("task", "answer", "given"),
    [
        ("simple_integration", "x**2/2 + c", "x ** 2 / 2 + c"),
        ("simple_integration", "sin(x)*exp(-x)", "sin(x) * exp(-x)"),
        ("simple_integration", "f(x)", None),
        ("simple_integration", "sin(x, y=2)", None),
        ("simple_integration", "x.diff", None),
        ("countdown", "-(1 + 2)*3/4", "-(1 + 2) * 3 / 4"),
        ("countdown", "1 + pi", None),
        ("countdown", "1.5", None),
        ("puzzle24", "(1 + 2 + 3)*4", "(1 + 2 + 3) * 4"),
        ("puzzle24", "6*4*1*1", None),
        ("binary_matrix", "[[1, 0]]", "[[1, 0]]"),
        ("binary_matrix", "1 0\n0 1", "1 0\n0 1"),
        ("binary_matrix", "1 0\n0 A", None),
        ("number_sorting", "['1', '-2.5']", "['1', '-2.5']"),
        ("number_sorting", "['NaN', 'NaN']", None),
        ("complex_arithmetic", "nan", None),
        ("game_of_life_halting", "no idea", None),
        ("coin_flip", "0", None),
        ("chain_sum", OWN_RESULT, OWN_RESULT),
    ],
)
def test_what_a_scorer_is_given(task, answer, given):
    golds = {"binary_matrix": ["0 1\n1 1"], "game_of_life_halting": ["True"], "coin_flip": ["0.25"]}.get(task, ["7"])
    facts = {"variable": "x", "numbers": [1, 2, 3, 4]}
    if given is None:
        with pytest.raises(ValueError):  # noqa: PT011 (it says why in words of many kinds)
            scorable.scorable(task, answer, golds, facts)
    else:
        assert scorable.scorable(task, answer, golds, facts) == given


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
    assert finder("reasoning_gym")(text, finished, None) == answer


def test_a_task_or_an_option_that_there_is_not():
    with pytest.raises(InputError, match=r"has no task 'count_down'; it has .*countdown"):
        build("puzzle", entry("count_down"), [], LIMITS)
    with pytest.raises(InputError, match="countdown with options"):
        build("puzzle", entry("countdown", options={"colour": 1}), [], LIMITS)
