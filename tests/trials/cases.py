"""Other people's hard cases, tried by hand: every line gets the verdict it asks for, or is a known exception.

    python tests/trials/cases.py FOLDER [--level namespaces]

FOLDER holds answer_equivalence.jsonl and pathological_answers.jsonl (gold, prediction or response, expected), tried
with the default grader of mathematics, adversarial_code.jsonl (program, tests, expected_verdict), tried in the sandbox,
public_cases.jsonl (public reports: verifier, gold and prediction, or program, expected), and public_cases_2.jsonl: of
mathematics, and the responses with programs (prediction, tests, expected). exceptions.yaml says, by reason, which lines
get another verdict on purpose, at every level of the sandbox or at one. Exits with 1 where any other line does, or
where an exception no longer is one.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Mapping, Set
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

import yaml

from boundary.verifying.finding import finder
from boundary.verifying.grading import Context, Limits, code, tolerant
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.sandbox import values
from boundary.verifying.verify import grade_all


def rows_of(path: Path) -> list[dict]:
    """The rows of a .jsonl or a .jsonl.gz."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return [json.loads(line) for line in text.split("\n") if line]


def try_answers(folder: Path) -> tuple[set[str], int]:
    """Names of the lines of both files of answers whose verdict is not the expected one, and the number of lines."""
    cases, pairs = [], []
    for file in ("answer_equivalence", "pathological_answers"):
        for row in rows_of(folder / f"{file}.jsonl"):
            whole = row.get("response") or (row["prediction"] if row.get("kind") == "response" else None)
            response = whole or f"The answer is $\\boxed{{{row['prediction']}}}$."
            text = response.encode(errors="replace").decode()  # as a parquet file would hold it
            answer = finder("mathematics")(text, True, None)
            cases.append((str(row.get("id") or row["name"]), row["expected"], answer))
            if answer is not None:
                pairs.append((json.dumps({"answers": [row["gold"]]}), answer))
    verdicts = iter(grade_all("mathematics", pairs, Limits(), workers=2))
    right = [answer is not None and next(verdicts).reason == "match" for *_, answer in cases]
    return {name for (name, expected, _), found in zip(cases, right, strict=True) if found != expected}, len(cases)


def try_programs(folder: Path, level: str) -> tuple[set[str], int]:
    """Names of the programs whose verdict is none that the line allows, and how many there are."""
    rows, pairs = rows_of(folder / "adversarial_code.jsonl"), []
    for row in rows:
        tests = {"entry_point": row["entry_point"], "inputs": [json.dumps(given) for given, _ in row["tests"]]}
        expected = [[json.dumps(expected) for _, expected in row["tests"]]]
        pairs.append((json.dumps({"tests": tests, "expected": expected, "rule": "equal", "atol": 0}), row["program"]))
    verdicts = grade_all("code", pairs, Limits(isolation=level, cpu_seconds=4), workers=2)
    wrong = set()
    for row, verdict in zip(rows, verdicts, strict=True):
        said = row["expected_verdict"]
        allowed = {"match"} if said.startswith("pass") else set()
        allowed |= {"match"} if "or pass" in said or "not stable" in said else set()
        allowed |= {"mismatch", "error"} if "fail" in said or "killed" in said else set()
        allowed |= {"timeout"} if "timeout" in said or said.startswith("fail") else set()
        print(f"{row['name']:20} {verdict.reason:9} {verdict.detail or '':40} asked: {said}")
        if verdict.reason not in allowed:
            wrong.add(row["name"])
    return wrong, len(rows)


# what the programs of public_cases.jsonl are asked, by a name in them, or by their line
CALLS = {"pairSum": ([[1, 2], 3], 3), "fib": ([90], 2880067194370816120), "depth": ([20000], 20000)}
CALLS |= {"pairs": ([1], [[1, 2]])}
LINES = {"C01f": ("7\n", "7"), "C04a": ("1 3\n", "0.33333333"), "C09a": ("4\n", "4"), "C09c": ("a\n", "a")}
LINES |= {"C06a": ("", hex(2**14000)), "C11": ("30000\n", "30000")}
FLOATS = {"C05": [0.3, 0.6], "C05b": [0.3, 1]}


def try_public(folder: Path, level: str) -> tuple[set[str], int]:
    """Names of the public cases whose verdict, of programs under `tolerant`, is not the expected one."""
    rows = [row for row in rows_of(folder / "public_cases.jsonl") if "prediction" in row or "program" in row]
    more = (row for row in rows_of(folder / "public_cases_2.jsonl") if row["kind"].startswith("a") and "gold" in row)
    rows += more
    found, asked = {}, []
    for row in rows:
        if "program" in row:
            found[row["id"]] = _verdict_on_program(row, level)
            continue
        answer = finder("mathematics")(row["prediction"], row.get("finished", True), None)
        found[row["id"]] = "mismatch" if row["expected"] == "mismatch" else "no answer"
        if answer is not None:
            golds = row["gold"] if isinstance(row["gold"], list) else [row["gold"]]
            asked.append((row["id"], (json.dumps({"answers": golds}), answer)))
    verdicts = grade_all("mathematics", [pair for _, pair in asked], Limits(), workers=2)
    found |= {name: verdict.reason for (name, _), verdict in zip(asked, verdicts, strict=True)}
    return {row["id"] for row in rows if not row["expected"].startswith(found[row["id"]])}, len(rows)


def _verdict_on_program(row: dict, level: str) -> str:
    name = next((name for name in CALLS if name in row["program"]), "thirds" if row["id"] in FLOATS else None)
    if name:
        arguments, expected = CALLS.get(name) or ([1], FLOATS[row["id"]])
        tests = {"entry_point": f"Solution.{name}", "inputs": [values.dumps(arguments)]}
        gold = {"tests": tests, "expected": [[values.dumps(expected)]], "rule": "lists", "atol": 0}
    else:
        given, expected = LINES[row["id"]]
        program = row["program"].replace("print(2 ** 14000)", "print(hex(2 ** 14000))")
        row = row | {"program": program}
        gold = {"tests": {"inputs": [given]}, "expected": [[expected]], "rule": "printed", "atol": 0}
    program = row["program"]
    if row["through_extract"]:
        program = finder("code")(program, row["finished"], Context(entry_point=name and f"Solution.{name}"))
    if program is None:
        return "no answer"
    return tolerant.reading(code.grade(gold, str(program), Limits(isolation=level))).reason


def try_reported_programs(folder: Path, level: str) -> tuple[set[str], int]:
    """Names of the responses with a program whose verdict, by the rules of LiveCodeBench, is not the expected one."""
    rows = [row for row in rows_of(folder / "public_cases_2.jsonl") if "program" in row]
    wrong = set()
    for row in rows:
        inputs, expected = zip(*row["tests"]["cases"], strict=True)
        name = f"Solution.{row['tests']['name']}" if "name" in row["tests"] else None
        tests = {"inputs": inputs, "entry_point": name} if name else {"inputs": inputs}
        if name:
            tests["inputs"], expected = (list(map(values.dumps, each)) for each in (inputs, expected))
        gold = {"tests": tests, "expected": [expected], "rule": "lists" if name else "printed", "atol": 0}
        program = finder("code")(row["prediction"], row["finished"], Context(entry_point=name))
        verdict = code.reading(code.grade(gold, program, Limits(isolation=level)))
        found = "match" if verdict.reason == "match" else "mismatch"
        if found != row["expected"]:
            print(f"{row['id']:8} {verdict.reason:9} {verdict.detail or ''}")
            wrong.add(row["id"])
    return wrong, len(rows)


def any_told(wrong: Mapping[str, Set[str]]) -> bool:
    """Whether there are names of which something is wrong; prints them."""
    for what, names in wrong.items():
        if names:
            print(f"{what}: {', '.join(sorted(names))}")
    return any(wrong.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--level", choices=sandbox.LEVELS, default="namespaces")
    arguments = parser.parse_args()
    known = yaml.safe_load((Path(__file__).parent / "exceptions.yaml").read_text())
    failed = False
    for kind, (found, total) in {
        "answers": try_answers(arguments.folder),
        "programs": try_programs(arguments.folder, arguments.level),
        "public": try_public(arguments.folder, arguments.level),
        "reported programs": try_reported_programs(arguments.folder, arguments.level),
    }.items():
        reasons = [*(known.get(kind) or {}).values(), *(known.get(f"{kind} at {arguments.level}") or {}).values()]
        exceptions = {str(name) for names in reasons for name in names}
        print(f"{kind}: {total - len(found)} of {total} as expected, {len(found & exceptions)} known exceptions")
        failed |= any_told(
            {f"{kind}, not as expected": found - exceptions, f"{kind}, no exception any more": exceptions - found}
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
