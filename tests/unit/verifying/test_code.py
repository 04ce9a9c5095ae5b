"""Benchmarks of programs: formats, golds, extraction of code, comparison of what comes out."""

import base64
import json
import pickle
import zlib
from pathlib import Path

import pytest

from boundary.benchmarks.build import build
from boundary.benchmarks.formats import FIELDS, FORMATS, evalplus
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
    entry = {key: value for key, value in entry.items() if value is not None}
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


HUMAN = {
    "task_id": "HumanEval/0",
    "entry_point": "decode",
    "prompt": 'def encode(s):\n    return s[::-1]\n\n\ndef decode(s):\n    """Undo encode."""\n',
    "canonical_solution": "    return s[::-1]\n",
    "test": """from random import choice
def check(candidate):
    for _ in range(9):
        text = ''.join(choice('abc') for _ in range(9))
        assert candidate(encode(text)) == text
    assert candidate(candidate('ab')) == 'ab'
""",
}


AFTER = "AssertionError in its tests, after call"


def humaneval(tmp_path, **changed):
    return built(tmp_path, [HUMAN | changed], format="humaneval")


@pytest.mark.parametrize(
    ("program", "reason", "detail"),
    [
        ("def decode(s): return s[::-1]", "match", None),
        ("def decode(s): return ''.join(reversed(s))", "match", None),
        ("def decode(s): return s", "mismatch", f"{AFTER} 1"),
        ("def decode(s): return ['a'] if len(s) < 3 else s[::-1]", "mismatch", f"{AFTER} 11"),
        ("def decode(s): return None[s]", "error", "TypeError in call 1 of its tests"),
        ("def decode(s): return object()", "mismatch", f"{AFTER} 1"),
        ("class E(str): __eq__ = lambda *_: True\ndef decode(s): return E(s)", "mismatch", f"{AFTER} 1"),
        ("import os\nos._exit(0)", "error", "ended before its tests did"),
        ("import sys\nsys.exit()", "error", "SystemExit"),
        ("def check(candidate): pass\ndef decode(s): return s", "mismatch", f"{AFTER} 1"),
        ("import os\nos.write(3, b'[\"failed\"\\n' * 9)\ndef decode(s): return s", "error", ""),
        ("def decode(s):\n    while True: pass", "timeout", ("CPU time", "wall time")),
    ],
)  # fmt: skip
def test_tests_that_are_code_meet_plain_values_alone(program, reason, detail, humaneval_gold):
    found = code.grade(humaneval_gold | {"cpu_seconds": 1}, program, Limits(isolation=sandbox.strongest_level()))
    assert found.reason == reason
    assert found.detail in (detail if isinstance(detail, tuple) else (detail,))


@pytest.fixture(scope="module")
def humaneval_gold(tmp_path_factory):
    frame, flags = humaneval(tmp_path_factory.mktemp("humaneval"))
    assert not flags
    return json.loads(frame["gold"][0])


def test_what_tests_expect_does_not_enter_the_process_of_the_program(humaneval_gold):
    assert "check" not in json.dumps(humaneval_gold["tests"])
    look = "import gc\ndef decode(s):\n    texts = [str(it) for it in gc.get_objects() if type(it) in (dict, list)]\n"
    look += "    return 'seen' if any('candi' + 'date(encode' in text for text in texts) else s[::-1]"
    assert code.grade(humaneval_gold, look, Limits(isolation=sandbox.strongest_level())).reason == "match"


def test_without_a_solution_nobody_knows_what_tests_call(tmp_path):
    row = {key: HUMAN[key] for key in HUMAN if key != "canonical_solution"}
    with pytest.raises(InputError, match="row 1 has no column 'canonical_solution', which format humaneval needs"):
        built(tmp_path, [row], format="humaneval")
    with pytest.raises(InputError, match="it has no canonical_solution, by which is found what its tests call"):
        built(tmp_path, [row | {"canonical_solution": ""}], format="humaneval")


@pytest.mark.parametrize(
    ("changed", "flag"),
    [
        ({"test": "def check(candidate):\n    assert candidate('a') == 'b'\n"}, "AssertionError in its tests"),
        ({"canonical_solution": "    return s\n", "test": "def check(candidate):\n    candidate(len)\n"},
         "hand over what is no plain value"),
        ({"canonical_solution": "    yield s\n",
          "test": "def check(candidate):\n    assert list(candidate('a')) == ['a']\n"},
         "TypeError in its tests, after call 1"),
        ({"canonical_solution": "    s.append(1)\n",
          "test": "def check(candidate):\n    a = []\n    candidate(a)\n    assert a\n"},
         f"{AFTER} 1"),
        ({"test": "import time\ndef check(candidate):\n    candidate(str(time.time()))\n"},
         "ask something else every time"),
    ],
)  # fmt: skip
def test_tests_that_cannot_go_that_way_are_left_out_with_the_reason(changed, flag, tmp_path):
    frame, flags = built(tmp_path, [HUMAN | {"task_id": "kept"}, HUMAN | changed], format="humaneval")
    assert frame["problem_id"].to_list() == ["kept"]
    assert flag in flags["HumanEval/0"], flags


def test_asserts_of_mbpp(tmp_path):
    row = {
        "task_id": 1,
        "text": "Sum.",
        "code": "def total(a):\r\n  return sum(a)",
        "test_setup_code": "import math\nn = 2",
    }
    row["test_list"] = ["assert math.isclose(total([0.1, 0.2]), 0.3)", "assert set([total((n, 1))]) == {3}"]
    frame, flags = built(tmp_path, [row], format="mbpp")
    assert not flags
    assert frame["question"][0].startswith("Sum.\n\nYour code should pass these tests:\n\nassert math.isclose(total(")
    assert graded(frame, 0, "from fractions import Fraction\ndef total(a): return sum(map(Fraction, a))") == (
        "match",
        None,
    )
    assert graded(frame, 0, "def total(a): return 0.3") == ("mismatch", f"{AFTER} 2")


def test_contests_of_apps_taco_and_code_contests(tmp_path):
    asked = {"question": "Add.", "solutions": "[]", "difficulty": "interview", "url": "", "starter_code": ""}
    script = json.dumps({"inputs": ["1 2\n", ["3", "4"]], "outputs": ["3\n", ["7"]]})
    method = json.dumps({"fn_name": "add", "inputs": [[1, 2], [{"1": 2}, 0]], "outputs": [[3], [{"1": 2}]]})
    rows = [asked | {"problem_id": 0, "input_output": script}, asked | {"problem_id": 1, "input_output": method}]
    add = "def add(a, b): return a + b if b else {int(key): value for key, value in a.items()}"
    for form in ("apps", "taco"):
        frame, flags = built(tmp_path, rows, format=form)
        assert not flags
        assert frame["stratum"].to_list() == ["interview"] * 2
        assert graded(frame, 0, "import sys\nprint(sum(map(int, sys.stdin.read().split())))") == ("match", None)
        assert graded(frame, 0, "print(3)")[0] == "mismatch"
        assert graded(frame, 1, add) == ("match", None)
        assert graded(frame, 1, f"class Solution:\n    @staticmethod\n    {add}") == ("match", None)
        assert graded(frame, 1, "def add(a, b): return 3")[0] == "mismatch"
    kinds = ("public_tests", "private_tests", "generated_tests")
    contest = {"name": "add", "description": "Add.", "solutions": {}}
    contest |= {kind: {"input": [f"{i} 1\n"], "output": [f"{i + 1}\n"]} for i, kind in enumerate(kinds)}
    frame, _ = built(tmp_path, [contest], format="code_contests")
    assert graded(frame, 0, "print(sum(map(int, input().split())))") == ("match", None)
    assert graded(frame, 0, "print(1)") == ("mismatch", "wrong in test 2 of 3")


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


def test_a_file_of_another_format_is_recognised_and_ignored_columns_are_named(tmp_path, caplog):
    assert FIELDS.keys() == FORMATS.keys()
    said = r"row 1 has no column 'base_input'.*it has `test` and `entry_point`: say `format: humaneval`"
    with pytest.raises(InputError, match=said):
        built(tmp_path, [HUMAN])
    with pytest.raises(InputError, match=r"row 1 has no column 'answer'.*say `format: apps` or `format: taco`"):
        built(tmp_path, [{"question": "?", "input_output": "{}"}], format=None, answer="answer", question="question")
    with caplog.at_level("INFO"):
        humaneval(tmp_path, canary="x", license="y")
    assert "columns that are not read: canary, license" in caplog.text


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
