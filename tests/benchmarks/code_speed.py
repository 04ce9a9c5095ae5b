"""Programs per second of the code grader, of the same programs run bare, and of evalplus; one process each.

    python tests/benchmarks/code_speed.py humanevalplus.jsonl.gz completions.jsonl.gz --evalplus /path/to/its/python
    python tests/benchmarks/code_speed.py --contest 50 --samples 128

completions: rows of `prompt` and `samples` (raw completions). evalplus 0.3.1 is in an environment of its own.
--contest: made-up problems like LiveCodeBench's, half of them functions. Bare is a warm interpreter that forks for each
program (of a script, for each test), under the same limit of CPU time and without a sandbox: the programs' own time.
Prints the speeds, what the isolation costs, and every program on which the verdicts of evalplus differ.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from boundary.benchmarks import build as benchmarks
from boundary.verifying.grading import Limits, code
from boundary.verifying.programs import completed
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.sandbox import values

EVALPLUS = """
import gzip, json, sys, time
from evalplus.eval import untrusted_check
from evalplus.gen.util import trusted_exec
rows = {r["task_id"]: r for r in map(json.loads, gzip.open(sys.argv[1], "rt"))}
jobs, verdicts, seconds = json.load(open(sys.argv[2])), [], []
ready = {}
for task, program, _ in jobs:
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

BARE = """
import json, os, resource, sys, time
sys.path.insert(0, sys.argv[1])
import values
for warm in ("bisect", "collections", "functools", "heapq", "itertools", "math", "random", "re", "string", "typing"):
    __import__(warm)
def forked(limit, run, data=""):
    source = os.memfd_create("input")
    os.write(source, data.encode())
    os.lseek(source, 0, 0)
    output = os.memfd_create("output")
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        os.dup2(source, 0), os.dup2(output, 1), os.dup2(os.open("/dev/null", os.O_RDWR), 2)
        sys.stdin, sys.stdout = open(0), open(1, "w")
        try:
            right = run()
            sys.stdout.flush()
        except BaseException:
            right = False
        os._exit(not right)
    status = os.wait4(child, 0)[1]
    os.lseek(output, 0, 0)
    printed = os.read(output, 1 << 20).decode()
    os.close(source), os.close(output)
    return status == 0, printed
def function(gold, program):
    def run():
        exec(compile(program, "solution.py", "exec"), scope := {})
        owner, _, name = gold["tests"]["entry_point"].rpartition(".")
        called = getattr(scope[owner](), name) if owner else scope[name]
        return all(called(*given) == expected for given, expected in zip(gold["in"], gold["out"]))
    return forked(gold.get("cpu_seconds", 6), run)[0]
def script(gold, program):
    def run():
        exec(compile(program, "solution.py", "exec"), {"__name__": "__main__"})
        return True
    for given, expected in zip(gold["tests"]["inputs"], gold["expected"][0]):
        done, printed = forked(gold.get("cpu_seconds", 6), run, given)
        if not done or printed.split() != expected.split():
            return False
    return True
seconds, ready = [], (None, None)
jobs = json.load(open(sys.argv[2]))
for task, program, gold in jobs:
    if ready[0] != task:
        ready = task, gold
        if "entry_point" in gold["tests"]:
            gold["in"] = [values.loads(text) for text in gold["tests"]["inputs"]]
            gold["out"] = [values.loads(text) if isinstance(text, str) else None for text in gold["expected"][0]]
    begun = time.perf_counter()
    (function if "entry_point" in gold["tests"] else script)(ready[1], program)
    seconds.append(time.perf_counter() - begun)
json.dump(seconds, open(sys.argv[3], "w"))
"""


def human_eval(benchmark: Path, completions: Path, most: int, samples: int) -> list[tuple[str, str, dict]]:
    """(problem, program, gold) of distinct completions."""
    entry = {"source": "file", "format": "evalplus", "verifier": "code"}
    limits = Limits(isolation=sandbox.strongest_level())
    problems, _ = benchmarks.build("humanevalplus", entry, [benchmark], limits, workers=2)
    by_name = {}
    for task, question, gold in problems["problem_id", "question", "gold"].iter_rows():
        by_name[question.split("def ")[-1].split("(")[0]] = (task, question, json.loads(gold))
    jobs = []
    for row in map(json.loads, gzip.decompress(completions.read_bytes()).splitlines()):
        found = by_name.get(row["prompt"].split("def ")[-1].split("(")[0])
        if found is None or len({task for task, *_ in jobs}) >= most:
            continue
        task, question, gold = found
        programs = list(dict.fromkeys(completed(question, sample) for sample in row["samples"]))
        jobs += [(task, program, gold) for program in programs[:samples]]
    return jobs


def contest(problems: int, samples: int) -> list[tuple[str, str, dict]]:
    """(problem, program, gold): counts of pairs with a sum; every fourth program is wrong at some test."""
    body = """
    seen, found = {{}}, 0
    for value in numbers:
        found += seen.get(target - value, 0)
        seen[value] = seen.get(value, 0) + 1
    return found if len(numbers) != {wrong} else -1
"""
    jobs = []
    for problem in range(problems):
        sizes = [5, 20, 50, 100, 200, 500, 1000, 2000, 3000, 5000, 8000, 10_000]
        cases = [([(i * i + problem) % 97 for i in range(size)], 100 + problem % 50) for size in sizes]
        exec("def count(numbers, target):" + body.format(wrong=-1), scope := {})
        outputs = [scope["count"](*case) for case in cases]
        if problem % 2:
            tests = {"inputs": [values.dumps(list(case)) for case in cases], "entry_point": "Solution.count"}
            gold = {"tests": tests, "expected": [[values.dumps(value) for value in outputs]], "rule": "lists"}
            program = "class Solution:\n  def count(self, numbers, target):" + body
        else:
            inputs = [f"{target}\n{' '.join(map(str, numbers))}\n" for numbers, target in cases]
            gold = {"tests": {"inputs": inputs}, "expected": [[f"{value}\n" for value in outputs]], "rule": "printed"}
            program = f"def count(numbers, target):{body}\ntarget = int(input())\n"
            program += "print(count(list(map(int, input().split())), target))\n"
        for sample in range(samples):
            wrong = sizes[sample % len(sizes)] if sample % 4 == 0 else -1
            jobs.append((str(problem), f"# {sample}\n" + program.format(wrong=wrong), gold))
    return jobs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", type=Path, nargs="?")
    parser.add_argument("completions", type=Path, nargs="?")
    parser.add_argument("--evalplus", help="Python of the environment that has evalplus")
    parser.add_argument("--contest", type=int, metavar="PROBLEMS")
    parser.add_argument("--problems", type=int, default=40)
    parser.add_argument("--samples", type=int, default=10, help="distinct programs per problem")
    arguments = parser.parse_args()
    if arguments.contest:
        jobs = contest(arguments.contest, arguments.samples)
    else:
        jobs = human_eval(arguments.benchmark, arguments.completions, arguments.problems, arguments.samples)
    print(f"{len(jobs)} programs of {len({job[0] for job in jobs})} problems")

    seconds, verdicts, theirs = {}, {}, None
    with tempfile.TemporaryDirectory() as folder:
        given, result = f"{folder}/jobs.json", f"{folder}/result.json"
        Path(given).write_text(json.dumps(jobs))
        subprocess.run([sys.executable, "-c", BARE, str(Path(values.__file__).parent), given, result], check=True)
        seconds["bare"] = json.loads(Path(result).read_text())
        if arguments.evalplus:
            command = [arguments.evalplus, "-c", EVALPLUS, str(arguments.benchmark), given, result]
            subprocess.run(command, check=True)
            theirs = json.loads(Path(result).read_text())
            seconds["evalplus"] = theirs["seconds"]
    for level in sandbox.LEVELS:
        limits, seconds[level], verdicts[level] = Limits(isolation=level), [], []
        code.grade(jobs[0][2], jobs[0][1], limits)  # starts the sandbox
        for _, program, gold in jobs:
            begun = time.perf_counter()
            verdicts[level].append(code.grade(gold, program, limits))
            seconds[level].append(time.perf_counter() - begun)
    slow = [max(times) > 1 for times in zip(*seconds.values(), strict=True)]  # time-outs, somewhere
    quick = {
        name: [t for t, is_slow in zip(times, slow, strict=True) if not is_slow] for name, times in seconds.items()
    }
    for name, times in seconds.items():
        print(
            f"{name}: {len(times) / sum(times):.1f} programs/s; "
            f"without the {sum(slow)} that ran out of time {len(quick[name]) / sum(quick[name]):.1f}, "
            f"{sum(quick[name]) / sum(quick['bare']):.2f} times the time of bare ones"
            + (f"; {sum(theirs['seconds']) / sum(times):.1f} times evalplus" if theirs else "")
            + (f", {sum(quick['evalplus']) / sum(quick[name]):.1f} without" if theirs else "")
        )
    for level, ours in verdicts.items() if theirs else ():
        for (task, program, _), mine, other in zip(jobs, ours, theirs["verdicts"], strict=True):
            if (mine.reason == "match") != (other == "pass"):
                print(f"differs at {level}: {task}: {mine} here, {other} there\n{program[-200:]}")
    reasons = [verdict.reason for verdict in verdicts[sandbox.LEVELS[0]]]
    print({reason: reasons.count(reason) for reason in sorted(set(reasons))})


if __name__ == "__main__":
    main()
