"""The grader of programs: runs them in the sandbox and compares their results, here, with the expected ones.

A gold has `tests` (for the inside: `inputs`, and `entry_point` for functions), and for this side `expected` (accepted
outputs, a list per alternative; a very long output as its digest), `rule`, `atol`, and `cpu_seconds` if the problem's
own solution has shown how long a test takes. For tests that are code (asserted.py), `asserted` has them: `test`,
whether it defines a `check`, and the `solution`; `inputs` are then the calls that they make of it.
"""

import functools
import hashlib
import itertools
import json
import signal

from boundary.contracts import Gold, LongOutput, Tests
from boundary.verifying.grading import Limits, Verdict, asserted
from boundary.verifying.grading.outputs import close_output, close_value, same_output, same_value
from boundary.verifying.sandbox import SandboxError, values
from boundary.verifying.sandbox.host import CONTROL, Ending, Sandbox, strongest_level  # noqa: F401
from boundary.verifying.sandbox.host import Limits as SandboxLimits
from boundary.verifying.workers import InfrastructureError, KilledError

name = "code"
version = 1
LIMITS = ("cpu_seconds", "memory_mb", "isolation")
ENVIRONMENTS = {"lists": "livecodebench", "printed": "livecodebench"}  # rule of a gold -> what its programs find there

WALL_FACTOR, WALL_EXTRA = 3, 1  # a program may wait: seconds of wall time for seconds of CPU
SPARE_OUTPUT = 65_536  # bytes beyond ten times the expected output
LONGEST_KEPT = 100_000  # characters of an expected output; longer ones are kept as a digest and compared as they are
MOST_ASSERTED = 1 << 20  # bytes beyond ten times what the solution gives, where tests are code
SOLUTION_OUTPUT = 1 << 29  # bytes a problem's own solution may give
SOLUTION_SECONDS = 60  # CPU a problem's own solution may take for one test
TIME_FACTOR = (
    4  # times the CPU that the problem's own solution took for all tests: what one test may take (as evalplus)
)
LEAST_SECONDS = 2  # but at least

_sandboxes: dict[tuple, Sandbox] = {}  # of this worker process, by level and what is imported there


def check_gold(gold: Gold) -> None:
    if not gold["tests"]["inputs"]:
        raise ValueError("it has no tests")


def grade(gold: Gold, program: str, limits: Limits) -> Verdict:
    """Run the tests, in their order, cheap ones first, and stop at the first that fails.

    `close`: it fails, but would not if floats were compared to a relative 1e-6.
    """
    limits = limits._replace(cpu_seconds=gold.get("cpu_seconds", limits.cpu_seconds))
    if "asserted" in gold:
        return _grade_asserted(gold, program, limits)
    if "entry_point" in gold["tests"]:
        return _grade_function(gold, program, limits)
    verdict = Verdict("match")
    for test in range(len(gold["tests"]["inputs"])):
        found = _grade_script(gold, program, test, limits)
        if found.reason not in ("match", "close"):
            return found
        verdict = found if verdict.reason == "match" else verdict
    return verdict


def reading(verdict: Verdict) -> Verdict:
    """A verdict of `grade` under this grader: only close is wrong."""
    return Verdict("mismatch", f"{verdict.detail}, but close") if verdict.reason == "close" else verdict


def asked(gold: Gold, program: str, limits: Limits) -> list[str] | Verdict:
    """The inputs of tests that are code: their calls of the problem's own solution. A Verdict if they fail it."""
    limits = limits._replace(cpu_seconds=SOLUTION_SECONDS)
    run_tests = functools.partial(_of_tests, limits)
    calls = asserted.noted(gold, run_tests)
    if isinstance(calls, Verdict):
        return calls
    gold = gold | {"tests": gold["tests"] | {"inputs": calls}}
    verdict = asserted.judged(gold, lambda calls: _results(gold, program, calls, limits), run_tests, 1)
    return calls if verdict.reason == "match" else verdict


def outputs(gold: Gold, program: str, limits: Limits) -> tuple[list, float] | Verdict:
    """The results of a problem's own solution for every input, in the form of `expected`, and the CPU seconds it
    needed.

    A Verdict with the reason if it fails.
    """
    tests, limits = gold["tests"], limits._replace(cpu_seconds=SOLUTION_SECONDS)
    if "entry_point" not in tests:
        found, cpu = [], 0.0
        for test in range(len(tests["inputs"])):
            data, ending = run(tests, program, limits, SOLUTION_OUTPUT, lambda *_: True, test)
            if (failure := failure_of(ending, data, limits)) is not None:
                return failure
            found.append(data[b"o"].decode(errors="replace"))
            cpu = max(cpu, ending.cpu)
        return found, cpu
    data, ending = run(tests, program, limits, SOLUTION_OUTPUT, lambda *_: True)
    lines = data[b"r"].split(b"\n")
    for number, line in enumerate(lines):
        if line.startswith((b'["error"', b'["failed"')):
            return Verdict("error", f"{json.loads(line)[1]} in test {number + 1}")
    if ending.ended_by != "end":
        return failure_of(ending, data, limits) or Verdict("error", "ended early")
    texts = [line[len(b'["value",') : -1].decode() for line in lines[: len(tests["inputs"])]]
    return [kept(text) if gold["rule"] in ("equal", "asserted") else text for text in texts], ending.cpu


def kept(output: str) -> str | LongOutput:
    """An expected output, or length and digest of a very long one."""
    if len(output) <= LONGEST_KEPT:
        return output
    return {"length": len(output), "sha256": hashlib.sha256(output.encode()).hexdigest()}


def _length(output: str | LongOutput) -> int:
    return output["length"] if isinstance(output, dict) else len(output)


def _tests(gold: Gold) -> Tests:
    """The inputs, and the name of what the benchmark's own grader lets programs find."""
    gold["tests"].setdefault("environment", ENVIRONMENTS.get(gold["rule"]))
    return gold["tests"]


def _grade_function(gold: Gold, program: str, limits: Limits) -> Verdict:
    judge = _Judge(gold)
    expected = sum(map(_length, gold["expected"][0]))
    data, ending = run(_tests(gold), program, limits, 10 * expected + SPARE_OUTPUT, judge)
    return judge.verdict or failure_of(ending, data, limits) or Verdict("error", "ended before its tests did")


def _grade_asserted(gold: Gold, program: str, limits: Limits) -> Verdict:
    """By tests that are code; where the program gives what the problem's own solution does, that is known already."""
    known = gold["expected"][0] if gold.get("expected") else None

    def call(calls: list[str]) -> list[str] | Verdict:
        lines = _results(gold, program, calls, limits)
        if isinstance(lines, Verdict) or not known or calls is not gold["tests"]["inputs"]:
            return lines
        return Verdict("match") if [kept(line[len('["value",') : -1]) for line in lines] == known else lines

    return asserted.judged(gold, call, functools.partial(_of_tests, limits))


def _results(gold: Gold, program: str, calls: list[str], limits: Limits) -> list[str] | Verdict:
    """The lines that a program gives for calls of its function, or why it does not."""
    tests = gold["tests"] if calls is gold["tests"]["inputs"] else gold["tests"] | {"inputs": calls}
    most = 10 * sum(map(_length, (gold.get("expected") or [[]])[0])) + MOST_ASSERTED
    data, ending = run(tests, program, limits, most, lambda *_: True)
    lines = bytes(data[b"r"]).decode(errors="replace").split("\n")
    if lines[0].startswith('["failed"'):
        return Verdict("error", lines[0].partition('", "')[2].partition('"')[0][:120])
    if (failure := failure_of(ending, data, limits)) is not None:
        return failure
    if ending.ended_by != "end" or len(lines) != len(calls) + 2:
        return Verdict("error", "ended before its tests did")
    return lines[: len(calls)]


def _of_tests(limits: Limits, given: str):
    """What the program of tests gives for an input, or why it does not."""
    tests = {"entry_point": "tests", "inputs": [given]}
    data, ending = run(tests, asserted.PROGRAM, limits, SOLUTION_OUTPUT, lambda *_: True, preload=asserted.PRELOAD)
    line = bytes(data[b"r"]).partition(b"\n")[0]
    if line.startswith(b'["error"'):
        return Verdict("error", f"{json.loads(line)[1]} in its tests")
    if (failure := failure_of(ending, data, limits)) is not None:
        return failure
    if not line.startswith(b'["value",'):
        return Verdict("error", "its tests do not run")
    return values.loads(line[len(b'["value",') : -1])


class _Judge:
    """Compares the results of a function as they come, and stops the program at the first that decides."""

    def __init__(self, gold: Gold):
        if "stream" not in gold:  # once per problem: what a program writes whose results are these to the letter
            lines = itertools.takewhile(lambda text: isinstance(text, str), gold["expected"][0])
            gold["stream"] = "".join(f'["value",{text}]\n' for text in lines).encode()
        self.gold, self.stream = gold, gold["stream"]
        self.tests = len(gold["tests"]["inputs"])
        self.verdict: Verdict | None = None
        self.close: Verdict | None = None  # the first test that is right to a relative 1e-6 only
        self.same = 0  # bytes that were the stream's so far; -1 once they were not
        self.line, self.rest = 0, b""  # then: lines judged, and the beginning of the next

    def __call__(self, kind: bytes, piece: bytes) -> bool:
        if kind != b"r" or self.verdict:
            return self.verdict is None
        if self.same >= 0 and self.gold["rule"] == "equal":
            if self.stream.startswith(piece, self.same):
                self.same += len(piece)
                return True
            before = self.stream[: self.same]
            self.line, self.rest, self.same = before.count(b"\n"), before[before.rfind(b"\n") + 1 :], -1
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            if self.line == self.tests:
                self.verdict = self.close or Verdict("match")
            else:
                found = self._judge(line)
                if found and found.reason == "close":
                    self.close, found = self.close or found, None
                self.verdict = found
                self.line += 1
            if self.verdict:
                return False
        return True

    def _judge(self, line: bytes) -> Verdict | None:
        accepted = [alternative[self.line] for alternative in self.gold["expected"]]
        where = f"test {self.line + 1} of {self.tests}"
        return _judge_line(line, accepted, self.gold, self.gold["tests"]["inputs"][self.line], where)


def _judge_line(
    line: bytes, accepted: list[str | LongOutput], gold: Gold, arguments: str, where: str
) -> Verdict | None:
    """None where a line of results is right. Whatever a program writes in its place is at most wrong."""
    if gold["rule"] == "equal" and kept(line[len(b'["value",') : -1].decode(errors="replace")) in accepted:
        return None
    try:
        kind, content = json.loads(line)
        if kind == "value":
            value = values.loads(line[len(b'["value",') : -1])
            comparable = [values.loads(text) for text in accepted if not isinstance(text, dict)]
            if any(same_value(gold, expected, value, arguments) for expected in comparable):
                return None
            close = any(close_value(gold, expected, value) for expected in comparable)
            return Verdict("close" if close else "mismatch", f"wrong in {where}")
        if kind in ("error", "failed"):  # in a call; before any
            return Verdict("error", f"{content} in {where}"[:120] if kind == "error" else f"{content}"[:120])
    except (ValueError, TypeError, RecursionError, ArithmeticError):
        pass
    return Verdict("mismatch", f"not a plain value in {where}")


def _grade_script(gold: Gold, program: str, test: int, limits: Limits) -> Verdict:
    expected = [alternative[test] for alternative in gold["expected"]]
    where = f"test {test + 1} of {len(gold['tests']['inputs'])}"
    data, ending = run(
        _tests(gold), program, limits, 10 * max(map(_length, expected)) + SPARE_OUTPUT, lambda *_: True, test
    )
    failure = failure_of(ending, data, limits)
    if failure is not None:
        return failure._replace(detail=f"{failure.detail} in {where}")
    printed = data[b"o"].decode(errors="replace")
    texts = [text for text in expected if isinstance(text, str)]  # of scripts none is cut
    if any(same_output(text, printed) for text in texts):
        return Verdict("match")
    close = any(close_output(text, printed) for text in texts)
    return Verdict("close" if close else "mismatch", f"wrong in {where}")


def failure_of(ending: Ending, data: dict[bytes, bytearray], limits: Limits) -> Verdict | None:
    """Why a program did not end as it should; None if it did."""
    if ending.ended_by in ("cpu", "wall"):
        return Verdict("timeout", {"cpu": "CPU time", "wall": "wall time"}[ending.ended_by])
    if ending.ended_by in ("memory", "output", "disk", "threads"):
        return Verdict("error", f"too much {ending.ended_by}")
    if ending.ended_by == "end":
        return None
    if ending.signal in (signal.SIGXCPU, signal.SIGKILL) and ending.cpu >= limits.cpu_seconds * 0.95:
        return Verdict("timeout", "CPU time")
    if ending.signal == signal.SIGKILL:  # by the machine, or by limits that it set itself
        raise KilledError("a program was killed (out of memory?)", ending.processes)
    if ending.signal:
        return Verdict("error", signal.Signals(ending.signal).name if ending.signal < 32 else "signal")
    if ending.code:
        last = bytes(data[b"r"]).rpartition(b'["error", "')[2].split(b'"')[0].decode(errors="replace")[:80]
        return Verdict("error", last or f"exit code {ending.code}")
    return None


def control(limits: Limits) -> None:
    """InfrastructureError if the sandbox of this worker does not run a right program as it should."""
    tests = {"entry_point": "control", "inputs": ["[41]"]}
    data, ending = run(tests, CONTROL, limits, SPARE_OUTPUT, lambda *_: True)
    if ending.ended_by != "end" or not data[b"r"].startswith(b'["value",true]'):
        raise InfrastructureError(
            f"a control program fails in the sandbox: {ending.ended_by}, {bytes(data[b'r'])!r:.99}"
        )


def run(tests, program, limits: Limits, most: int, judge, test: int | None = None, preload: tuple[str, ...] = ()):
    """Run in this worker's sandbox. Returns the results by kind, and the Ending."""
    data = {b"r": bytearray(), b"o": bytearray()}

    def receive(kind: bytes, piece: bytes) -> bool:
        data[kind] += piece
        return judge(kind, piece)

    wall = WALL_FACTOR * limits.cpu_seconds + WALL_EXTRA
    which = (limits.isolation or "", preload)
    try:
        if which not in _sandboxes:
            _sandboxes[which] = Sandbox(*which)
        _sandboxes[which].load(tests)
        bounds = SandboxLimits(limits.cpu_seconds, wall, limits.memory_mb << 20, most)
        ending = _sandboxes[which].run(program, bounds, receive, test)
    except (SandboxError, OSError) as error:
        if broken := _sandboxes.pop(which, None):
            broken.close()
        raise InfrastructureError(str(error)) from error
    return data, ending
