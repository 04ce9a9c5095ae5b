"""Files of other tools, imported by the name of their format and verified: each gives the counts that are expected.

    python tests/trials/imports.py FOLDER [--level namespaces]

FOLDER holds the files, the benchmarks homework.jsonl, humanevalplus_first3.jsonl and lcb_problems.jsonl, and
expected.json: by file, or pattern of files, `format`, `counts` ([n, c] by problem) and, where known, `no_answer` and
`finish`. Exits with 1 where anything differs.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

from boundary.analysis.counts import count
from boundary.benchmarks.build import build
from boundary.files import store
from boundary.importing.formats import FORMATS
from boundary.importing.responses import responses
from boundary.verifying.block import contexts, read_problems
from boundary.verifying.grading import Limits
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.verify import verify

BENCHMARKS = {  # file -> the benchmark's entry
    "homework": {"id": "id", "question": "problem", "answer": "answer", "verifier": "math"},
    "humanevalplus_first3": {"format": "evalplus", "verifier": "code"},
    "lcb_problems": {"format": "livecodebench", "verifier": "code"},
}
OF_FORMAT = {"evalplus": "humanevalplus_first3", "bigcode": "humanevalplus_first3", "livecodebench": "lcb_problems"}
PLAIN = {"problem": "id", "response": "responses", "finish_reason": "finish"}
PROGRAMS = {"problem": "question_id", "response": "code_list", "extraction": "program"}
SAY_NOTHING = ("lm-eval", "evalplus", "livecodebench", "verl", "opencompass", "bigcode")  # of tokens and ends
RIGHT = {f"HumanEval/{i}": [2, 2] for i in range(3)}
SAID = {"bigcode_generations.json": RIGHT, "lcb_eval_all.json": {"9001": [2, 2], "abc900_a": [2, 1]}}  # in words there


def tries(expected: dict) -> list[tuple[str, str, dict, dict]]:
    """(benchmark, files, columns, what is expected) of every import."""
    found = []
    for files, said in expected.items():
        if isinstance(said, dict):
            name = said["format"]
            said = {"counts": SAID.get(files), "no_answer": {}} | said
            if name in SAY_NOTHING:
                said |= {"finish": {None: sum(n for n, _ in said["counts"].values())}, "tokens": []}
            columns = PLAIN if name == "jsonl" else {"format": name}
            found.append((OF_FORMAT.get(name, "homework"), files, columns, said))
    return [*found, ("lcb_problems", "lcb_eval_all.json", PROGRAMS, {"counts": SAID["lcb_eval_all.json"]})]


def imported(folder: Path, benchmark: str, files: str, columns: dict, limits: Limits) -> dict:
    """What the files give: counts, samples without an answer, finish reasons, tokens."""
    source, entry = folder / f"{benchmark}.jsonl", BENCHMARKS[benchmark]
    frame, _ = build(benchmark, {"source": "file", **entry}, [source], limits, workers=2)
    samples = responses(sorted(folder.glob(files)), columns, frame.select("problem_id", "question"))
    extraction = columns.get("extraction") or FORMATS[columns.get("format", "verl")].extraction
    with tempfile.TemporaryDirectory() as scratch:
        store.write(frame, Path(scratch) / "problems.parquet", {})
        problems, golds = read_problems(str(Path(scratch) / "problems.parquet"), None, True, Path(scratch))
        asked = contexts(problems, problems.select("problem_id", prompt="question"), "{question}", extraction)
        grader = "mathematics" if entry["verifier"] == "math" else "code"
        rows = count(verify([samples], golds, asked, [grader], limits, workers=2)).to_dicts()
    return {
        "counts": {row["problem_id"]: [row["n"], row["c"]] for row in rows},
        "no_answer": {row["problem_id"]: row["no_answer"] for row in rows if row["no_answer"]},
        "finish": dict(samples["finish_reason"].value_counts().iter_rows()),
        "tokens": samples["tokens"].drop_nulls().to_list(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--level", choices=sandbox.LEVELS, default=sandbox.strongest_level())
    arguments = parser.parse_args()
    failed = 0
    for benchmark, files, columns, said in tries(json.loads((arguments.folder / "expected.json").read_text())):
        got = imported(arguments.folder, benchmark, files, columns, Limits(isolation=arguments.level, cpu_seconds=6))
        wrong = [key for key in got if key in said and got[key] != said[key]]
        failed += bool(wrong)
        print(f"{files} ({columns.get('format', 'columns')}): {'differs' if wrong else 'as expected'}")
        for key in got:
            print(f"    {key}: {got[key]}" + (f", expected {said[key]}" if key in said else ""))
    print(f"{failed} differ")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
