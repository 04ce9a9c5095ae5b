"""Programs per second of the code grader and of evalplus, on the same programs and tests, one process each.

    python tests/benchmarks/code_speed.py humanevalplus.jsonl.gz completions.jsonl.gz --evalplus /path/to/its/python

completions: rows of `prompt` and `samples` (raw completions). Needs evalplus 0.3.1 in an environment of its own. Prints
both speeds, what the isolation costs, and every program on which the verdicts differ.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

from boundary.benchmarks import build as benchmarks
from boundary.verifying.grading import Limits, code
from boundary.verifying.programs import completed
from boundary.verifying.sandbox import host as sandbox

EVALPLUS = """
import gzip, json, sys, time
from evalplus.eval import untrusted_check
from evalplus.gen.util import trusted_exec
rows = {r["task_id"]: r for r in map(json.loads, gzip.open(sys.argv[1], "rt"))}
jobs, verdicts, seconds = json.load(open(sys.argv[2])), [], []
ready = {}
for task, program in jobs:
    row = rows[task]
    inputs = row["base_input"] + row["plus_input"]
    if task not in ready:
        solution = row["prompt"] + row["canonical_solution"]
        ready[task] = trusted_exec(solution, inputs, row["entry_point"], record_time=True)
    expected, times = ready[task]
    begun = time.perf_counter()
    entry, atol = row["entry_point"], row["atol"]
    status, _ = untrusted_check("humaneval", program, inputs, entry, expected, atol, times, fast_check=True)
    seconds.append(time.perf_counter() - begun)
    verdicts.append(status)
json.dump({"seconds": seconds, "verdicts": verdicts}, open(sys.argv[3], "w"))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", type=Path)
    parser.add_argument("completions", type=Path)
    parser.add_argument("--evalplus", required=True, help="Python of the environment that has evalplus")
    parser.add_argument("--problems", type=int, default=40)
    parser.add_argument("--samples", type=int, default=10, help="distinct programs per problem")
    arguments = parser.parse_args()

    entry, limits = (
        {"source": "file", "format": "evalplus", "verifier": "code"},
        Limits(isolation=sandbox.strongest_level()),
    )
    problems, _ = benchmarks.build("humanevalplus", entry, [arguments.benchmark], limits, workers=2)
    by_name = {}
    for task, question, gold in problems["problem_id", "question", "gold"].iter_rows():
        by_name[question.split("def ")[-1].split("(")[0]] = (task, question, gold)
    jobs = []
    for row in map(json.loads, gzip.decompress(arguments.completions.read_bytes()).splitlines()):
        found = by_name.get(row["prompt"].split("def ")[-1].split("(")[0])
        if found is None or len({task for task, *_ in jobs}) >= arguments.problems:
            continue
        task, question, gold = found
        programs = list(dict.fromkeys(completed(question, sample) for sample in row["samples"]))
        jobs += [(task, program, gold) for program in programs[: arguments.samples]]
    print(f"{len(jobs)} programs of {len({job[0] for job in jobs})} problems")

    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/jobs.json", f"{folder}/result.json"]
        Path(files[0]).write_text(json.dumps([job[:2] for job in jobs]))
        subprocess.run([arguments.evalplus, "-c", EVALPLUS, str(arguments.benchmark), *files], check=True)
        theirs = json.loads(Path(files[1]).read_text())
    golds = {gold: json.loads(gold) for *_, gold in jobs}
    seconds, verdicts = {"evalplus": theirs["seconds"]}, {}
    for level in sandbox.LEVELS:
        limits, seconds[level], verdicts[level] = Limits(isolation=level), [], []
        for _, program, gold in jobs:
            begun = time.perf_counter()
            verdicts[level].append(code.grade(golds[gold], program, limits))
            seconds[level].append(time.perf_counter() - begun)
    slow = [max(times) > 2 for times in zip(*seconds.values(), strict=True)]  # time-outs, somewhere
    for name, times in seconds.items():
        quick = [time for time, is_slow in zip(times, slow, strict=True) if not is_slow]
        print(
            f"{name}: {len(times) / sum(times):.1f} programs/s, "
            f"{sum(theirs['seconds']) / sum(times):.1f} times evalplus; "
            f"without the {sum(slow)} that ran out of time: {len(quick) / sum(quick):.1f} programs/s"
        )
    for level, ours in verdicts.items():
        for (task, program, _), mine, other in zip(jobs, ours, theirs["verdicts"], strict=True):
            if (mine.reason == "match") != (other == "pass"):
                print(f"differs at {level}: {task}: {mine} here, {other} there\n{program[-200:]}")


if __name__ == "__main__":
    main()
