"""The grader of programs: runs them in the sandbox and compares what comes out, here, with what is expected.

A gold holds `tests` (for the inside: `inputs`, and `entry_point` for functions), and for this side `expected` (a list of
accepted outputs per alternative), `rule` and `atol`.
"""

import json
import signal

from boundary.grading import Context, Limits, Verdict
from boundary.grading.outputs import same_output, same_value
from boundary.programs import completed, fenced
from boundary.sandbox import Ending, Sandbox, SandboxError, values
from boundary.sandbox import Limits as SandboxLimits
from boundary.workers import InfrastructureError

name = "code"
version = 1
LIMITS = ("cpu_seconds", "isolation")

WALL_FACTOR, WALL_EXTRA = 3, 1  # a program may wait: seconds of wall time for seconds of CPU
SPARE_OUTPUT = 65_536  # bytes beyond ten times the expected output

_sandboxes: dict[str, Sandbox] = {}  # of this worker process, by level


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The program of a response by the way its prompt left off; None where there is none."""
    context = context or Context()
    if context.begins == "code":
        return completed(context.question, text)
    defines = context.entry_point and context.entry_point.partition(".")[0]
    code = fenced(text, open_fence=context.begins == "fence", defines=defines)
    if code is None and context.begins == "fence" and finished:
        code = text
    return code if code and code.strip() else None


def check_gold(gold: dict) -> None:
    if not gold["tests"]["inputs"]:
        raise ValueError("it has no tests")


def grade(gold: dict, program: str, limits: Limits) -> Verdict:
    """Run the tests, cheap ones first as they stand, and stop at the first that fails."""
    if "entry_point" in gold["tests"]:
        return _grade_function(gold, program, limits)
    for test in range(len(gold["tests"]["inputs"])):
        verdict = _grade_script(gold, program, test, limits)
        if verdict.reason != "match":
            return verdict
    return Verdict("match")


def outputs(tests: dict, program: str, limits: Limits) -> list[str] | Verdict:
    """What a program gives for every input, as texts; a Verdict that says why where it does not."""
    if "entry_point" not in tests:
        found = []
        for test in range(len(tests["inputs"])):
            data, ending = _run(tests, program, limits, 1 << 26, lambda *_: True, test)
            if (failure := _failure(ending, data, limits)) is not None:
                return failure
            found.append(data[b"o"].decode(errors="replace"))
        return found
    data, ending = _run(tests, program, limits, 1 << 26, lambda *_: True)
    lines = data[b"r"].decode().splitlines()
    for number, line in enumerate(lines):
        kind, content = json.loads(line)
        if kind in ("error", "failed"):
            return Verdict("error", f"{content} in test {number + 1}")
    if len(lines) <= len(tests["inputs"]):
        return _failure(ending, data, limits) or Verdict("error", "ended early")
    return [line[len('["value",') : -1] for line in lines[:-1]]


def _grade_function(gold: dict, program: str, limits: Limits) -> Verdict:
    expected, arguments = gold["expected"], gold["tests"]["inputs"]
    most = 10 * max(sum(map(len, alternative)) for alternative in expected) + SPARE_OUTPUT
    found: list[Verdict] = []
    state = {"line": 0, "rest": b""}

    def judge(kind: bytes, piece: bytes) -> bool:
        """Compare each line as it comes; False at the first that decides."""
        if kind != b"r" or found:
            return not found
        *lines, state["rest"] = (state["rest"] + piece).split(b"\n")
        for line in lines:
            test = state["line"]
            state["line"] += 1
            if test == len(arguments):
                found.append(Verdict("match"))
                return False
            accepted = [alternative[test] for alternative in expected]
            verdict = _judge_line(line, accepted, gold, arguments[test], f"test {test + 1} of {len(arguments)}")
            if verdict is not None:
                found.append(verdict)
                return False
        return True

    data, ending = _run(gold["tests"], program, limits, most, judge)
    if found:
        return found[0]
    return _failure(ending, data, limits) or Verdict("error", "ended before its tests did")


def _judge_line(line: bytes, accepted: list[str], gold: dict, arguments: str, where: str) -> Verdict | None:
    """None where a line of results is right. Whatever a program writes in its place is at most wrong."""
    if any(line == b'["value",%b]' % text.encode() for text in accepted) and gold["rule"] == "equal":
        return None
    try:
        kind, content = json.loads(line)
        if kind == "value":
            value = values.loads(line[len(b'["value",') : -1])
            right = any(same_value(gold, values.loads(text), value, arguments) for text in accepted)
            return None if right else Verdict("mismatch", f"wrong in {where}")
        if kind in ("error", "failed"):  # in a call; before any
            return Verdict("error", f"{content} in {where}"[:120] if kind == "error" else f"{content}"[:120])
    except (ValueError, TypeError, RecursionError, OverflowError):
        pass
    return Verdict("mismatch", f"not a plain value in {where}")


def _grade_script(gold: dict, program: str, test: int, limits: Limits) -> Verdict:
    expected = [alternative[test] for alternative in gold["expected"]]
    where = f"test {test + 1} of {len(gold['tests']['inputs'])}"
    data, ending = _run(gold["tests"], program, limits, 10 * max(map(len, expected)) + SPARE_OUTPUT, lambda *_: True, test)
    failure = _failure(ending, data, limits)
    if failure is not None:
        return failure._replace(detail=f"{failure.detail} in {where}")
    printed = data[b"o"].decode(errors="replace")
    right = any(same_output(text, printed) for text in expected)
    return Verdict("match") if right else Verdict("mismatch", f"wrong in {where}")


def _failure(ending: Ending, data: dict[bytes, bytearray], limits: Limits) -> Verdict | None:
    """Why a program did not end as it should; None where it did."""
    if ending.ended_by == "wall":
        return Verdict("timeout", "wall time")
    if ending.ended_by in ("memory", "output"):
        return Verdict("error", f"too much {ending.ended_by}")
    if ending.ended_by == "end":
        return None
    if ending.signal:
        if ending.cpu >= limits.cpu_seconds * 0.95 and ending.signal in (signal.SIGXCPU, signal.SIGKILL):
            return Verdict("timeout", "CPU time")
        return Verdict("error", signal.Signals(ending.signal).name if ending.signal < 32 else "signal")
    if ending.code:
        last = bytes(data[b"r"]).rpartition(b'["error","')[2].split(b'"')[0].decode(errors="replace")[:80]
        return Verdict("error", last or f"exit code {ending.code}")
    return None


def _run(tests, program, limits: Limits, most: int, judge, test: int | None = None):
    """Run in this worker's sandbox. Returns what came back by kind, and the Ending."""
    data = {b"r": bytearray(), b"o": bytearray()}

    def receive(kind: bytes, piece: bytes) -> bool:
        data[kind] += piece
        return judge(kind, piece)

    wall = WALL_FACTOR * limits.cpu_seconds + WALL_EXTRA
    try:
        sandbox = _sandbox(limits.isolation)
        sandbox.load(tests)
        ending = sandbox.run(program, SandboxLimits(limits.cpu_seconds, wall, output_bytes=most), receive, test)
    except SandboxError as error:
        if broken := _sandboxes.pop(limits.isolation, None):
            broken.close()
        raise InfrastructureError(str(error)) from error
    return data, ending


def _sandbox(level: str) -> Sandbox:
    if level not in _sandboxes:
        _sandboxes[level] = Sandbox(level)
    return _sandboxes[level]
