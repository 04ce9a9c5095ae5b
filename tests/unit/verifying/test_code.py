"""Benchmarks of programs: formats, golds, extraction of code, comparison of what comes out."""

import base64
import json
import pickle
import zlib
from pathlib import Path

import pytest

from boundary.benchmarks.build import build
from boundary.benchmarks.formats import evalplus
from boundary.errors import InputError
from boundary.verifying.finding import finder
from boundary.verifying.grading import Context, Limits, code, tolerant
from boundary.verifying.grading.outputs import same_output, same_value
from boundary.verifying.programs import of_response, opens_fence
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.sandbox import values

PROMPT = 'def double(x):\n    """Twice x."""\n'
TWO_BLOCKS = "First:\n```python\ndef f(x):\n    return x\n```\nUse:\n```python\nprint(f(1))\n```\nDone."


@pytest.mark.parametrize(
    ("text", "finished", "context", "program"),
    [
        ("Here:\n```python\nx = 1\n```\nDone.", True, Context(), "x = 1\n"),
        ("Here:\n```python\nx = 1\n", False, Context(), None),
        ("no code", True, Context(), None),
        (TWO_BLOCKS, True, Context(), "print(f(1))\n"),
        (TWO_BLOCKS, True, Context(entry_point="f"), "def f(x):\n    return x\n"),
        ("x = 1\n```\nThat is it.", True, Context(begins="fence"), "x = 1\n"),
        ("x = 1\n", True, Context(begins="fence"), "x = 1\n"),
        ("x = ", False, Context(begins="fence"), None),
        ("\n```python\nx = 1\n```\n", True, Context(begins="fence"), "x = 1\n"),
        ("Here it is: ```python\nx = 1\n```", True, Context(), "x = 1\n"),
        ("~~~python\nx = 1\n~~~\nDone.", True, Context(), "x = 1\n"),
        ("1. So:\n\n   ```python\n   if x:\n       y = 1\n   ```\n", True, Context(), "if x:\n    y = 1\n"),
        ("Here:\n```python\nx = 1\n", True, Context(), "x = 1\n"),
        ("import os\nx = 1\n```\n", True, Context(), "import os\nx = 1\n"),
        ("import os\nx = 1\n", True, Context(), "import os\nx = 1\n"),
        ("import os\nx = 1\n", True, Context(begins="program"), "import os\nx = 1\n"),
        ("<think>\n```\ny = 2\n```\n</think>\n```\nx = 1\n```", True, Context(), "x = 1\n"),
        ("```\ny = 2\n```\nno", True, Context(thinking=True), None),
        ("First:\n```\nx = 1\n```\nHmm, wait, this may be", False, Context(), None),
        ("First:\n```\nx = 1\n```\nIt runs in", False, Context(), "x = 1\n"),
        ("<think>x</think><answer>\n```\nx = 1\n```\n</answer>", True, Context(), "x = 1\n"),
        ("    return 2 * x\n\ndef other():\n    pass\n", True, Context("code", PROMPT), PROMPT + "    return 2 * x\n"),
        ("    return 2 * x\nprint(double(1))", True, Context("code", PROMPT), PROMPT + "    return 2 * x"),
    ],
)
def test_the_program_of_a_response(text, finished, context, program):
    assert finder("code")(text, finished, context) == program


def test_a_program_that_no_closed_block_holds_says_so():
    assert of_response("x = 1\n", True).note == "the whole text, without a fence"
    assert of_response("Here:\n```\nx = 1\n", True).note == "its fence never closes"
    assert getattr(of_response("```\nx = 1\n```", True), "note", None) is None


def functional(expected, arguments, name="f") -> dict:
    tests = {"entry_point": f"Solution.{name}", "inputs": [values.dumps(arguments)]}
    return {"tests": tests, "rule": "lists", "expected": [[values.dumps(expected)]], "atol": 0}


def printed(expected: str, given: str = "") -> dict:
    return {"tests": {"inputs": [given]}, "rule": "printed", "expected": [[expected]], "atol": 0}


DEEP = "class Solution:\n    @cache\n    def f(self, n): return n and 1 + self.f(n - 1)"


@pytest.mark.parametrize(
    ("gold", "program", "reason", "tolerant_reason"),
    [
        (functional(6, [[1, 2, 3]]), "class Solution:\n    def f(self, a: List[int]): return sum(a)", "match", "match"),
        (functional(6, [[1, 2, 3]]), "def f(a): return reduce(add, a)", "match", "match"),  # no class, star imports
        (functional(20000, [20000]), DEEP, "match", "match"),
        (functional([0.3, 1], [0]), "class Solution:\n    def f(self, n): return [0.1 + 0.2, 1]", "mismatch", "match"),
        (functional([0.3, 1], [0]), "class Solution:\n    def f(self, n): return [0.31, 1]", "mismatch", "mismatch"),
        (printed("7", "7\n"), "print(int(stdin.readline()))", "match", "match"),
        (printed("0.33333333", "1 3\n"),
         "a, b = map(int, input().split())\nprint(a / b)", "mismatch", "match"),
        (printed("1000001"), "print(1000000)", "mismatch", "mismatch"),
    ],
)  # fmt: skip
def test_programs_of_livecodebench_find_what_its_grader_gives_them(gold, program, reason, tolerant_reason):
    verdict = code.grade(gold, program, Limits(isolation=sandbox.strongest_level()))
    assert (code.reading(verdict).reason, tolerant.reading(verdict).reason) == (reason, tolerant_reason)


def test_a_prompt_may_leave_a_fence_open():
    assert opens_fence("{question}\n<|im_start|>assistant\n```python")
    assert opens_fence("```\n{question}\n```\nHere it is:\n```python\n")
    assert not opens_fence("```\n{question}\n```\n")
    assert of_response("```" * 100_000, True) is None


def row(name: str, solution: str, inputs: list, task: str = "HumanEval/0", **more) -> dict:
    prompt, body = f"def {name}(*given):\n", solution
    return {
        "task_id": task,
        "entry_point": name,
        "prompt": prompt,
        "canonical_solution": body,
        "base_input": inputs,
        "plus_input": [],
        "atol": 0,
    } | more


def built(tmp_path, rows: list[dict], **entry) -> tuple:
    file = tmp_path / "own.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    entry = {"source": "file", "format": "evalplus", "verifier": "code"} | entry
    return build("own", entry, [file], Limits(isolation=sandbox.strongest_level()), 2)


def graded(frame, number: int, program: str) -> tuple:
    gold = json.loads(frame["gold"][number])
    return tuple(code.grade(gold, program, Limits(isolation=sandbox.strongest_level())))


def test_expected_outputs_come_from_the_problems_own_solutions(tmp_path):
    rows = [
        row("total", "    return sum(given)\n", [[1, 2], [3], []], "a"),
        row("broken", "    raise KeyError\n", [[1]], "b"),
        row("endless", "    import os; os._exit(0)\n", [[1]], "c"),
        row("long", "    return list(range(given[0]))\n", [[5], [200_000]], "d"),
        row("text", "    return 'digest ' + given[0]\n", [["of the day"]], "e"),
        row("Diff", "    return list(range(given[0]))\n", [[60_000]], "Mbpp/769"),
    ]
    frame, flags = built(tmp_path, rows)
    assert frame["problem_id"].to_list() == ["a", "d", "e", "Mbpp/769"]
    assert flags == {
        "b": "left out, its own solution fails: KeyError in test 1",
        "c": "left out, its own solution fails: ended early",
    }
    assert graded(frame, 0, "def total(*g): return sum(g)") == ("match", None)
    assert graded(frame, 0, "def total(*g): return sum(g) or None") == ("mismatch", "wrong in test 1 of 3")  # [] first
    assert graded(frame, 1, "def long(n): return list(range(n))") == ("match", None)
    assert graded(frame, 1, "def long(n): return [*range(n - 1), n]") == ("mismatch", "wrong in test 1 of 2")
    assert len(frame["gold"][1]) < 2000  # kept as a digest
    assert graded(frame, 2, "def text(t): return 'digest of the day'") == ("match", None)
    assert graded(frame, 3, "def Diff(n): return set(range(n))") == ("match", None)


def test_arguments_of_mbpp_are_what_they_were(tmp_path):
    """JSON has lists only; the solutions say what they were given."""
    shown = "    return repr(given)\n"
    rows = [
        row("f", shown, [[[1, 2], [3]]], "Mbpp/2"),
        row("f", shown, [[[[1, 2]], 3]], "Mbpp/75"),
        row("f", shown, [[[[1], []]]], "Mbpp/115"),
        row("f", shown, [["1", "2j"]], "Mbpp/124"),
        row("f", shown, [[[[1, 2], [3, 4]]]], "Mbpp/259"),
        row("f", shown, [[{"a": [1, 2]}, 3]], "Mbpp/722"),
        row("f", shown, [[[1, [2, [3]]]]], "Mbpp/580"),
    ]
    frame, flags = built(tmp_path, rows)
    assert not flags
    outputs = [json.loads(json.loads(gold)["expected"][0][0]) for gold in frame["gold"]]
    assert outputs == [
        "((1, 2), (3,))",
        "([(1, 2)], 3)",
        "([{1}, {}],)",
        "(1.0, 2j)",
        "(((1, 2), (3, 4)),)",
        "({'a': (1, 2)}, 3)",
        "((1, (2, (3,))),)",
    ]


def test_a_second_reading_of_a_question_is_right_too(tmp_path):
    rows = [row("digit_distance_nums", "    return -1\n", [[23, 56]], "Mbpp/558")]
    frame, _ = built(tmp_path, rows)
    for answer, reason in ((6, "match"), (-1, "match"), (5, "mismatch")):
        assert graded(frame, 0, f"def digit_distance_nums(a, b): return {answer}")[0] == reason


@pytest.mark.parametrize(
    ("rule", "expected", "given", "right"),
    [
        ("equal", 3, 3.0, True),
        ("equal", 0, False, True),
        ("equal", [1, 2], (1, 2), False),
        ("equal", 0.3, 0.1 + 0.2, True),
        ("equal", 0.3, 0.31, False),
        ("equal", [0.5, 1.5], [0.5, 1.5 + 1e-9], True),
        ("equal", [0.5, 1.5], [0.5], False),
        ("equal", 1, 1.0000001, False),
        ("equal", float("nan"), float("nan"), False),
        ("set", [1, 2, 2], (2, 1), True),
        ("set", [1, 2], [1], False),
        ("some", "a match", 5, True),
        ("some", None, 5, False),
        ("some", None, False, True),
        ("anything", 1, None, True),
        ("lists", [[1], [2]], ([1], (2,)), True),
        ("root", 7.0, -1.0, True),
        ("root", 7.0, 7.0, False),
    ],
)
def test_how_outputs_are_compared(rule, expected, given, right):
    gold = {"rule": rule, "atol": 1e-4 if rule == "root" else 0}
    assert same_value(gold, expected, given, "[[1,2,1]]") is right


@pytest.mark.parametrize(
    ("expected", "printed", "right"),
    [
        ("1 2\n3\n", "1 2\n3", True),
        ("1 2\n3\n", "  1 2  \r\n3\n\n", True),
        ("6.0", "6", True),
        ("1 2", "1  2.00", True),
        ("1 2", "1\n2", False),
        ("YES", "yes", False),
        ("", "\n", True),
        ("1", "sNaN", False),
    ],
)
def test_how_printed_output_is_compared(expected, printed, right):
    assert same_output(expected, printed) is right


class Bomb:
    def __reduce__(self):
        return (open, ("/tmp/beyond-base-unpickled", "w"))


def packed(thing) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(thing))).decode()


def test_livecodebench_rows_of_both_kinds(tmp_path):
    private = [{"input": "10\n20\n", "output": "30\n", "testtype": "stdin"}]
    script = {
        "question_id": "abc",
        "question_content": "Add.",
        "public_test_cases": json.dumps([{"input": "1\n2\n", "output": "3\n"}]),
        "private_test_cases": packed(json.dumps(private)),
        "metadata": "{}",
    }
    method = script | {
        "question_id": "def",
        "public_test_cases": json.dumps([{"input": '[1, 2]\n"a"', "output": '["a", 3]'}]),
        "private_test_cases": "[]",
        "metadata": json.dumps({"func_name": "add"}),
    }
    frame, flags = built(tmp_path, [script, method], format="livecodebench")
    assert not flags
    assert graded(frame, 0, "print(int(input()) + int(input()))\n") == ("match", None)
    assert graded(frame, 0, "print(3)\n") == ("mismatch", "wrong in test 2 of 2")
    assert graded(frame, 1, "class Solution:\n    def add(self, a, b): return (b, sum(a))\n") == ("match", None)


def test_a_pickle_that_is_more_than_text_is_refused(tmp_path):
    bad = {"question_id": 1, "question_content": "", "public_test_cases": "[]", "private_test_cases": packed(Bomb())}
    with pytest.raises(InputError, match=r"row 1 is not of format livecodebench: private tests hold .*open, not text"):
        built(tmp_path, [bad], format="livecodebench")
    assert not Path("/tmp/beyond-base-unpickled").exists()


def test_mistakes_in_rows_are_named(tmp_path):
    with pytest.raises(InputError, match="row 1 has no column 'entry_point', which format evalplus needs"):
        built(tmp_path, [{"task_id": "a"}])
    with pytest.raises(InputError, match="no problem's own solution runs"):
        built(tmp_path, [row("f", "    raise KeyError\n", [[1]])])


def test_rows_keep_their_parts():
    assert evalplus(row("find_zero", "    pass\n", [[[1, 2]]], "HumanEval/32"))["gold"]["rule"] == "root"
    assert evalplus(row("Diff", "    pass\n", [[[1], [2]]], "Mbpp/769"))["gold"]["rule"] == "set"
