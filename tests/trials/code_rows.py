"""HumanEval+ and MBPP+ on real rows, in evalplus's shape and in the plain ones, at every level of the sandbox; by hand.

    python tests/trials/code_rows.py FOLDER [--adversarial adversarial_code.jsonl] [--level namespaces ...]

FOLDER holds humanevalplus.jsonl.gz and mbppplus.jsonl.gz. Written as `humaneval` and `mbpp` too, every canonical
solution must pass, and twenty wrong ones of each fail. The programs of --adversarial (program, entry_point, test_src,
expected_verdict) are answers to a row of both plain shapes each: only what should pass does. Exits with 1 otherwise.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

from cases import rows_of

from boundary.benchmarks.build import build
from boundary.verifying.grading import Limits
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.verify import grade_all

WRONG = 20


def as_humaneval(row: dict) -> dict:
    return {key: row[key] for key in ("task_id", "prompt", "canonical_solution", "test", "entry_point")}


def as_mbpp(row: dict) -> dict:
    tests = [line for line in row["assertion"].split("\n") if line.startswith("assert")]
    return {
        "task_id": int(row["task_id"].split("/")[1]),
        "text": row["prompt"].strip('"\n').split("\nassert")[0],
        "code": row["canonical_solution"],
        "test_setup_code": "import math",  # some assertions use it and do not say so
        "test_list": tests or [row["assertion"]],
    }


def solution(row: dict) -> str:
    return row["prompt"] + row["canonical_solution"]


def wrong(row: dict) -> str:
    """The canonical solution under another name, and one of its own name that says nothing."""
    return f"{solution(row)}\n\ndef {row['entry_point']}(*given, **named):\n    return ['wrong', given]\n"


def golds_of(name: str, rows: list[dict], limits: Limits) -> list[tuple[str, dict]]:
    """(gold, row) of every row of which there is a benchmark's problem."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        frame, flags = build(name, {"source": "file", "format": name, "verifier": "code"}, [file], limits, workers=2)
    for problem_id, flag in flags.items():
        print(f"    {name}, {problem_id}: {flag}")
    by_id = {str(row["task_id"]): row for row in rows}
    return [(gold, by_id[problem_id]) for problem_id, gold in frame["problem_id", "gold"].iter_rows()]


def adversarial(rows: list[dict]) -> dict[str, list[dict]]:
    """The tests that each program is asked, as a row of both plain shapes."""
    shapes: dict[str, list[dict]] = {"humaneval": [], "mbpp": []}
    for i, row in enumerate(rows):
        name, body = row["entry_point"], row["test_src"].replace("\n", "\n    ")
        test = f"def check(candidate):\n    {name} = candidate\n    {body}"
        own = rows[0]["program"]  # the first one is as it should be, and all are asked the same
        common = {"task_id": i, "program": row["program"], "name": row["name"], "said": row["expected_verdict"]}
        shapes["humaneval"].append(
            common | {"prompt": "", "canonical_solution": own, "test": test, "entry_point": name}
        )
        tests = row["test_src"].strip().split("\n")
        shapes["mbpp"].append(common | {"text": f"Write {name}.", "code": own, "test_list": tests})
    return shapes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--adversarial", type=Path)
    parser.add_argument("--level", choices=sandbox.LEVELS, nargs="+", default=sandbox.LEVELS)
    arguments = parser.parse_args()
    limits = Limits(isolation=sandbox.strongest_level())
    human, mbpp = (rows_of(arguments.folder / f"{name}plus.jsonl.gz") for name in ("humaneval", "mbpp"))
    attacks = rows_of(arguments.adversarial) if arguments.adversarial else []
    golds = {
        "evalplus, HumanEval+": golds_of("evalplus", human, limits),
        "evalplus, MBPP+": golds_of("evalplus", mbpp, limits),
        "humaneval": golds_of("humaneval", [row | as_humaneval(row) for row in human], limits),
        "mbpp": golds_of("mbpp", [as_mbpp(row) | {"row": row} for row in mbpp], limits),
    }
    shapes = {shape: golds_of(shape, rows, limits) for shape, rows in adversarial(attacks).items() if rows}
    failed = False
    for level in arguments.level:
        at = Limits(isolation=level)
        for name, problems in golds.items():
            begun = time.perf_counter()
            problems = [(gold, row.get("row", row)) for gold, row in problems]
            pairs = [(gold, solution(row)) for gold, row in problems]
            pairs += [(gold, wrong(row)) for gold, row in problems[:WRONG]]
            reasons = [verdict.reason for verdict in grade_all("code", pairs, at, workers=2)]
            right, accepted = reasons[: len(problems)].count("match"), reasons[len(problems) :].count("match")
            failed |= right < len(problems) or accepted > 0
            said = f"{right} of {len(problems)} canonical solutions pass, {accepted} of {WRONG} wrong ones"
            print(f"{level}, {name}: {said}; {time.perf_counter() - begun:.0f} s", flush=True)
            for (_, row), reason in zip(problems, reasons, strict=False):
                if reason != "match":
                    print(f"    {row['task_id']}: {reason}")
        for shape, problems in shapes.items():
            pairs = [(gold, row["program"]) for gold, row in problems]
            verdicts = grade_all("code", pairs, Limits(isolation=level, cpu_seconds=4), workers=2)
            tried = zip(problems, verdicts, strict=True)
            passed = {row["name"]: row["said"] for (_, row), verdict in tried if verdict.reason == "match"}
            forged = {name: said for name, said in passed.items() if not ("pass" in said or "not stable" in said)}
            failed |= bool(forged)
            print(
                f"{level}, {shape}: {len(pairs)} adversarial programs, {len(passed)} pass, {forged} may not", flush=True
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
