"""File formats of code benchmarks: a row becomes a question, tests, and the problem's own solution.

A format is a function of one row. It returns problem_id, question, gold and solution (a program, or None). If the file
has no expected outputs, the gold has none: the outputs of the solution in the sandbox are used. It gets only the
columns that `FIELDS` lists.
"""

import base64
import io
import json
import pickle
import re
import zlib
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from boundary.contracts import Gold, LongOutput, ProblemRow, Tests
from boundary.verifying.sandbox import values

# --- evalplus: HumanEval+ and MBPP+ ----------------------------------------------------------------------------------


def evalplus(row: dict) -> ProblemRow:
    """A row of HumanEvalPlus or MbppPlus jsonl (releases v0.1.10 and v0.2.0). The shortest inputs come first."""
    name = row["entry_point"]
    convert = MBPP_ARGUMENTS.get(row["task_id"], _list)
    inputs = [values.dumps(convert(arguments)) for arguments in [*row["base_input"], *row["plus_input"]]]
    rule = RULES.get(name if row["task_id"].startswith("Mbpp/") else row["task_id"], "equal")
    gold: Gold = {
        "tests": {"entry_point": name, "inputs": sorted(inputs, key=len)},
        "rule": rule,
        "atol": row.get("atol") or 0,
    }
    return {
        "problem_id": row["task_id"],
        "question": row["prompt"],
        "gold": gold,
        "solution": row["prompt"] + row["canonical_solution"],
        "also": ALSO_RIGHT.get(row["task_id"]),
    }


def _list(arguments: list) -> list:
    return arguments


def _every(convert: Callable) -> Callable:
    """Every argument."""
    return lambda arguments: [convert(argument) for argument in arguments]


def _first(*converts: Callable) -> Callable:
    """The first arguments, one converter each."""
    return lambda arguments: (
        [f(a) for f, a in zip(converts, arguments, strict=False)] + list(arguments[len(converts) :])
    )


def _tuples(value: list) -> list:
    return [tuple(item) for item in value]


def _deep_tuple(value):
    return tuple(map(_deep_tuple, value)) if isinstance(value, list) else value


def _tuples_if_lists(value: list) -> tuple:
    return tuple(tuple(item) if isinstance(item, list) else item for item in value)


# JSON has lists only; what the arguments of MBPP+ problems were (evalplus 0.3.1, data/mbpp.py)
MBPP_ARGUMENTS = {
    f"Mbpp/{number}": convert
    for numbers, convert in (
        ("2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 744 809", _every(tuple)),
        ("63 64 70 94 120 237 272 299 400 409 417 438 473 614 780", _every(_tuples)),
        ("75 413 444 753", _first(_tuples)),
        ("106 750", _first(lambda same: same, tuple)),
        ("115", _first(lambda sets: [set(s) if isinstance(s, list) and s else {} for s in sets])),
        ("124", _first(float, complex)),
        ("252", _first(complex)),
        ("250 307 405 446 617 720 763 808", _first(tuple)),
        ("259 401 445", _every(lambda value: tuple(_tuples(value)))),
        ("278", _every(_tuples_if_lists)),
        ("580 615 791", _every(_deep_tuple)),
        ("722", _first(lambda mapping: {key: tuple(value) for key, value in mapping.items()})),
    )
    for number in numbers.split()
}
RULES = {  # problems whose outputs are not compared by ==, by function name in MBPP+ (evalplus 0.3.1, eval)
    **dict.fromkeys(("check_str", "text_match_three", "text_starta_endb"), "some"),
    **dict.fromkeys(
        ("similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum",
         "intersection_array", "find_dissimilar", "Diff"), "set",
    ),
    "are_equivalent": "anything",
    "HumanEval/32": "root",
}  # fmt: skip
ALSO_RIGHT = {  # a second reading of the question that evalplus accepts too, as a program
    "Mbpp/295": "def sum_div(number):\n    return 0\n",
    "Mbpp/581": (
        "import math\n\n\ndef surface_Area(base_edge, height):\n"
        "    slant = math.sqrt((base_edge / 2) ** 2 + height**2)\n"
        "    return round(base_edge**2 + 2 * base_edge * slant)\n"
    ),
    "Mbpp/558": (
        "def digit_distance_nums(n1, n2):\n    a, b = str(n1), str(n2)\n    width = max(len(a), len(b))\n"
        "    return sum(abs(int(x) - int(y)) for x, y in zip(a.zfill(width), b.zfill(width)))\n"
    ),
}


# --- LiveCodeBench ---------------------------------------------------------------------------------------------------


def livecodebench(row: dict) -> ProblemRow:
    """A row of LiveCodeBench's code generation jsonl: scripts from standard input to output, or methods of Solution."""
    tests = [*json.loads(row["public_test_cases"]), *_private_tests(row["private_test_cases"])]
    tests.sort(key=lambda test: len(test["input"]))
    metadata = row.get("metadata") or {}
    metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
    gold: Gold
    name = metadata.get("func_name")
    if name:
        inputs = [values.dumps([json.loads(line) for line in test["input"].split("\n") if line]) for test in tests]
        expected = [values.dumps(json.loads(test["output"])) for test in tests]
        gold = {"tests": {"entry_point": f"Solution.{name}", "inputs": inputs}, "rule": "lists"}
    else:
        expected = [test["output"] for test in tests]
        gold = {"tests": {"inputs": [test["input"] for test in tests]}, "rule": "printed"}
    return {
        "problem_id": str(row["question_id"]),
        "question": row["question_content"],
        "gold": gold | {"expected": [[*expected]], "atol": 0},
        "solution": None,
        "metadata": json.dumps({key: row.get(key) for key in ("starter_code", "platform", "contest_date")}),
        "stratum": row.get("difficulty"),
    }


class _TextOnly(pickle.Unpickler):
    """Reads a pickled text; whatever else a pickle names is refused, so that none is executed."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"private tests hold {module}.{name}, not text")


def _private_tests(text: str) -> list[dict]:
    """Tests as JSON, or as base64 of zlib of a pickled JSON text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return json.loads(_TextOnly(io.BytesIO(zlib.decompress(base64.b64decode(text)))).load())


# --- HumanEval and MBPP as they were published: their tests are code --------------------------------------------------


def humaneval(row: dict) -> ProblemRow:
    """A row of HumanEval (Chen et al. 2021, arXiv 2107.03374): `test` defines `check(candidate)`."""
    program = row["prompt"] + _solution(row, "canonical_solution")
    return {
        "problem_id": str(row["task_id"]),
        "question": row["prompt"],
        "gold": _asserted(row["entry_point"], row["test"], program, check=True),
        "solution": program,
    }


def mbpp(row: dict) -> ProblemRow:
    """A row of MBPP (Austin et al. 2021, arXiv 2108.07732), whole or sanitized; the question shows its tests."""
    tests = "\n".join(row["test_list"])
    setup = "\n".join([*(row.get("test_imports") or []), row.get("test_setup_code") or ""])
    solution = _solution(row, "code")
    text = row["text"] if "text" in row else row["prompt"]
    return {
        "problem_id": str(row["task_id"]),
        "question": f"{text}\n\nYour code should pass these tests:\n\n{tests}",
        "gold": _asserted(_tested(tests, solution), f"{setup}\n{tests}\n", f"{setup}\n{solution}\n", check=False),
        "solution": solution,
    }


def _solution(row: dict, column: str) -> str:
    """The problem's own solution: by it is found what the tests call, which a program is asked before they see it."""
    if not row[column]:
        raise ValueError(f"it has no {column}, by which is found what its tests call")
    return row[column]


def _asserted(name: str, test: str, solution: str, check: bool) -> Gold:
    """A gold whose tests are code, see verifying/grading/asserted.py; what they ask is found with the solution."""
    tests: Tests = {"entry_point": name, "inputs": []}
    return {
        "tests": tests,
        "asserted": {"test": test, "solution": solution, "check": check},
        "rule": "asserted",
        "atol": 0,
    }


def _tested(tests: str, solution: str) -> str:
    """The function that asserts call: one that the solution defines."""
    called = re.findall(r"(?<![\w.])([A-Za-z_]\w*)\s*\(", tests)
    defined = set(re.findall(r"^def\s+(\w+)", solution, re.MULTILINE))
    for name in called:
        if name in defined:
            return name
    raise ValueError("its tests call no function that its code defines")


# --- APPS, TACO, CodeContests: scripts, and methods by name -----------------------------------------------------------


def apps(row: dict) -> ProblemRow:
    """A row of APPS (Hendrycks et al. 2021, arXiv 2105.09938): `input_output` is JSON, with `fn_name` of a function."""
    return _contest(row, str(row["problem_id" if "problem_id" in row else "id"]))


def taco(row: dict) -> ProblemRow:
    """A row of TACO (Li et al. 2023, arXiv 2312.14852), in the shape of APPS; without an id it is found by its text."""
    named = row.get("id", row.get("problem_id"))
    return _contest(row, str(named) if named is not None else f"taco-{zlib.crc32(row['question'].encode()):08x}")


def _contest(row: dict, problem_id: str) -> ProblemRow:
    gold: Gold
    told = row["input_output"]
    told = json.loads(told) if isinstance(told, str) else told
    name, pairs = told.get("fn_name"), list(zip(told["inputs"], told["outputs"], strict=True))
    if name:
        given = [values.dumps(_named_by_numbers(inputs)) for inputs, _ in pairs]
        outputs = [_named_by_numbers(output) for _, output in pairs]
        unpacked = [output[0] if isinstance(output, list) and output else output for output in outputs]
        expected: list[list[str | LongOutput]] = [
            list(map(values.dumps, each)) for each in (outputs, unpacked)
        ]  # APPS takes both
        gold = {"tests": {"entry_point": f"Solution.{name}", "inputs": given}, "rule": "lists", "expected": expected}
    else:
        gold = _scripts((_text(inputs), _text(output)) for inputs, output in pairs)
    return {
        "problem_id": problem_id,
        "question": row["question"],
        "gold": gold | {"atol": 0},
        "solution": None,
        "metadata": json.dumps({key: row.get(key) for key in ("starter_code", "url")}),
        "stratum": row.get("difficulty"),
    }


def code_contests(row: dict) -> ProblemRow:
    """A row of CodeContests (Li et al. 2022, arXiv 2203.07814): its public, private and generated tests."""
    kinds = [row.get(kind) or {} for kind in ("public_tests", "private_tests", "generated_tests")]
    pairs = [pair for kind in kinds for pair in zip(kind.get("input", ()), kind.get("output", ()), strict=True)]
    if not pairs:
        raise ValueError("it has no tests")
    return {
        "problem_id": row["name"],
        "question": row["description"],
        "gold": _scripts(pairs) | {"atol": 0},
        "solution": None,
    }


def _scripts(pairs: Iterable[tuple[str, str]]) -> Gold:
    """A gold of (standard input, output), the short ones first."""
    pairs = sorted(pairs, key=lambda pair: len(pair[0]))
    return {
        "tests": {"inputs": [given for given, _ in pairs]},
        "rule": "printed",
        "expected": [[output for _, output in pairs]],
    }


def _text(lines: str | list) -> str:
    return lines if isinstance(lines, str) else "\n".join(map(str, lines))


def _named_by_numbers(value):
    """JSON has texts as keys only; what were whole numbers are these again, as APPS's grader reads them."""
    if isinstance(value, list):
        return [_named_by_numbers(item) for item in value]
    if isinstance(value, dict):
        numbers = all(re.fullmatch(r"-?\d+", key) for key in value)
        return {int(key) if numbers else key: _named_by_numbers(item) for key, item in value.items()}
    return value


FORMATS = {
    "evalplus": evalplus,
    "livecodebench": livecodebench,
    "humaneval": humaneval,
    "mbpp": mbpp,
    "apps": apps,
    "taco": taco,
    "code_contests": code_contests,
}


class Fields(NamedTuple):
    """Columns of a format: required ones, and ones that are read if a row has them."""

    needed: tuple[str, ...]
    read: tuple[str, ...] = ()


FIELDS = {
    "evalplus": Fields(
        ("task_id", "entry_point", "prompt", "canonical_solution", "base_input", "plus_input"),
        ("atol",),
    ),
    "livecodebench": Fields(
        ("question_id", "question_content", "public_test_cases", "private_test_cases"),
        ("metadata", "starter_code", "platform", "contest_date", "difficulty"),
    ),
    "humaneval": Fields(("task_id", "prompt", "canonical_solution", "test", "entry_point"), ()),
    "mbpp": Fields(("task_id", "test_list", "code"), ("text", "prompt", "test_setup_code", "test_imports")),
    "apps": Fields(("question", "input_output"), ("problem_id", "id", "starter_code", "url", "difficulty")),
    "taco": Fields(("question", "input_output"), ("problem_id", "id", "starter_code", "url", "difficulty")),
    "code_contests": Fields(("name", "description", "public_tests"), ("private_tests", "generated_tests")),
}


def like(columns: Collection[str]) -> list[str]:
    """The formats all of whose columns exist; of several, those that need the most."""
    found = [name for name, fields in FIELDS.items() if set(fields.needed) <= set(columns)]
    most = max((len(FIELDS[name].needed) for name in found), default=0)
    return [name for name in found if len(FIELDS[name].needed) == most]


def advice(columns: Collection[str]) -> str:
    """A hint for a file with these columns that is read in another way; "" if it looks like no format."""
    names = like(columns)
    if not names:
        return ""
    has = " and ".join(f"`{column}`" for column in FIELDS[names[0]].needed[-2:])
    return f"; it has {has}: say {' or '.join(f'`format: {name}`' for name in names)}"
