"""Tests that are code, such as HumanEval's `check` and the asserts of MBPP: they run in a process of their own.

They contain the expected outputs, so they never meet the program. In their process the tested function only looks up
the program's results. Its arguments were noted before, with the problem's own solution, and the program was called with
them in its own process. If the tests call it with other arguments, because of the program's results, they stop there,
the program is called with these too, and the tests start again.
"""

import json
from collections.abc import Callable
from typing import Any

from boundary.contracts import Gold
from boundary.verifying.grading import Verdict
from boundary.verifying.sandbox import values

MOST_TURNS = 64  # of the tests, for one program
PRELOAD = ("copy",)  # beside it no program runs in the sandbox of tests
PROGRAM = '''
import builtins, copy, random

class Asks(BaseException):
    """What the tests ask that was not asked before."""

class Raised(Exception):
    """What the program raised, if that is not of Python itself."""

def perform(asserted, name, candidate):
    own = {"__name__": "solution"}
    exec(asserted["solution"], own)
    names = {**own, name: candidate}
    random.seed(0)
    exec(asserted["test"], names)
    if asserted["check"]:
        names["check"](candidate)

def note(asserted, name):
    own, calls = {"__name__": "solution"}, []
    exec(asserted["solution"], own)
    def candidate(*given):
        calls.append(copy.deepcopy(list(given)))
        return own[name](*given)
    perform(asserted, name, candidate)
    return calls

def replay(asserted, name, calls, results):
    known = iter(list(zip(calls, results)))
    index, raised = -1, []
    def candidate(*given):
        nonlocal index
        index += 1
        asked, (kind, content) = next(known, (None, (None, None)))
        if asked is None or (list(given) != asked and repr(list(given)) != repr(asked)):
            raise Asks(index, list(given))
        if kind == "value":
            return content
        raised.append(content)
        error = getattr(builtins, content, None)
        raise error() if isinstance(error, type) and issubclass(error, Exception) else Raised(content)
    try:
        perform(asserted, name, candidate)
    except Asks as asks:
        return ["asks", *asks.args]
    except BaseException as error:
        return ["raised" if raised else "failed", raised[-1] if raised else type(error).__name__, index]
    return ["passed"]

def tests(asserted, name, *known):
    return replay(asserted, name, *known) if known else note(asserted, name)
'''


def noted(gold: Gold, run: Callable[[str], Any]) -> list[str] | Verdict:
    """The calls that the tests make of the problem's own solution, each as text; a Verdict with the reason if there can
    be none.

    run: an input of `PROGRAM` -> its value, or a Verdict if there is none.
    """
    calls = run(_input(gold))
    if isinstance(calls, Verdict):
        return calls
    texts = list(map(values.dumps, calls))
    if any('{"foreign":' in text for text in texts):
        return Verdict("error", "its tests hand over what is no plain value")
    return texts


def judged(
    gold: Gold, call: Callable[[list[str]], list[str] | Verdict], run: Callable[[str], Any], most: int = MOST_TURNS
) -> Verdict:
    """The verdict of the tests on a program. call: calls -> the program's result for each, one per line, or why there
    is none.

    Each line was written by a program: only a value in it is used.
    """
    calls = gold["tests"]["inputs"]
    for _ in range(most):
        lines = call(calls)
        if isinstance(lines, Verdict):
            return lines
        found = run(_input(gold, calls, [_plain(line) for line in lines]))
        if isinstance(found, Verdict):
            return Verdict("mismatch", f"its tests end otherwise on what it gave: {found.detail or found.reason}"[:120])
        kind, *rest = found
        match kind:
            case "passed":
                return Verdict("match")
            case "raised":
                return Verdict("error", f"{rest[0]} in call {rest[1] + 1} of its tests"[:120])
            case "failed":
                return Verdict("mismatch", f"{rest[0]} in its tests, after call {rest[1] + 1}"[:120])
        asked = values.dumps(rest[1])
        if '{"foreign":' in asked:
            return Verdict("mismatch", "its tests hand over what is no plain value")
        calls = [*calls[: rest[0]], asked]
    return Verdict("mismatch", "its tests ask something else every time")


def _input(gold: Gold, *known: list[str]) -> str:
    texts = [values.dumps(gold["asserted"]), values.dumps(gold["tests"]["entry_point"])]
    texts += [f"[{','.join(texts)}]" for texts in known]
    return f"[{','.join(texts)}]"


def _plain(line: str) -> str:
    """A result as text that was written here."""
    try:
        kind, content = json.loads(line)
        if kind == "value":
            return f'["value",{values.dumps(values.loads(json.dumps(content)))}]'
        return values.dumps(["error", str(content)[:80]])
    except (ValueError, TypeError, RecursionError, ArithmeticError):
        return '["value",{"foreign":"what no value is"}]'
