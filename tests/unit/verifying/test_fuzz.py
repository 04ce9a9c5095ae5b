"""Random programs and answers, made of what attacks are made of: none forges a verdict, none stops a run.

    FUZZ=20000 pytest tests/unit/verifying/test_fuzz.py -n 0 -s -k programs    by hand, with other seeds every time
    FUZZ=200000 pytest tests/unit/verifying/test_fuzz.py -n 0 -s -k answers

In CI the seeds are fixed, so that what is red once is red again.
"""

import collections
import json
import os
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reasoning_gym import create_dataset
from test_extraction import AROUND, CONTEXTS, TOKENS

from boundary.verifying import verify as verification
from boundary.verifying.finding import finder
from boundary.verifying.grading import Limits, Verdict, code, reasoning_gym, scorable
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.verifiers import VERIFIERS
from boundary.verifying.workers import KilledError
from conftest import missing

EXAMPLES = int(os.environ.get("FUZZ", "0"))


def fuzz(in_ci: int, part: int = 1):
    return settings(
        max_examples=max(in_ci, EXAMPLES // part),
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module", params=sandbox.LEVELS)
def level(request):
    reason = sandbox.works(request.param)
    return request.param if reason is None else missing(f"sandbox level {request.param}: {reason}")


# --- programs --------------------------------------------------------------------------------------------------------

SECRET = 918_273_645_546_372_819
FUNCTION = {
    "tests": {"entry_point": "add", "inputs": ["[1,2]", "[0,0]", f"[{SECRET - 819},819]"]},
    "expected": [["3", "0", str(SECRET)]],
    "rule": "equal",
    "atol": 0,
    "cpu_seconds": 1,
}
SCRIPT = {"tests": {"inputs": ["1 2", f"{SECRET - 819} 819"]}, "expected": [["3", str(SECRET)]], "rule": "printed"}
SCRIPT |= {"atol": 0, "cpu_seconds": 1}
RIGHT = "def add(a, b):\n    return a + b\nif __name__ == '__main__':\n    print(add(*map(int, input().split())))\n"
SAID = [
    '["value",3]\\n', '["value",0]\\n', '["end",""]\\n', '["value",true]\\n', '["error","x"]\\n', '["failed","x"]\\n',
    '["value",{"tuple":[3]}]\\n', '["value",{"foreign":"x"}]\\n', '["value",{"int":"0x"}]\\n', '["value",NaN]\\n',
    '["value",1e999]\\n', '[[[[', '{"a":1,"b":2}\\n', '["value"', "\\n", "\\x00\\xff", "3\\n", "!", "3",
    '["value",3,3]\\n',
    '["value",{"set":[[1]]}]\\n', '["value",{"dict":[[[1],2]]}]\\n', '["value",{"bytes":"zz"}]\\n', '["value",{}]\\n',
]  # fmt: skip
DESCRIPTORS = st.integers(-1, 12)
VALUES = [
    "None", "True", "0", "3", "-1", "1e400", "float('nan')", "[3]", "(3,)", "{3}", "{3: 3}", "'3'", "b'3'",
    "object()", "Equal()",
    "EqualInt(3)", "type", "lambda: 3", "...", "10**5000", "iter([3])", "range(3)", "Liar()", "[[]] * 9", "x", "add",
    "sys.modules", "globals()", "Exception(3)", "'\\ud800'", "[x]", "{'value': 3}", "NotImplemented",
    "memoryview(b'3')",
]  # fmt: skip
HEADER = """
import atexit, builtins, ctypes, gc, io, json, os, resource, signal, sys, threading, time
class Equal:
    def __eq__(self, other): return True
    def __hash__(self): return hash(3)
class EqualInt(int):
    __eq__ = Equal.__eq__; __hash__ = int.__hash__
class Liar(list):
    __class__ = int
    def __iter__(self): raise SystemExit(0)
x = []; x.append(x)
libc = ctypes.CDLL(None)
def add(a, b): return VALUE
"""


def said(pattern: str, *parts):
    return st.tuples(*parts).map(lambda given: pattern.format(*given))


LIMITS = st.sampled_from(["CPU", "AS", "NOFILE", "FSIZE", "NPROC", "STACK", "DATA", "MEMLOCK", "CORE"])
SYSTEM_CALLS = st.sampled_from(
    [0, 1, 3, 32, 33, 41, 53, 56, 57, 62, 72, 83, 90, 101, 157, 165, 218, 272, 293, 302, 424, 435]
)
STEPS = st.one_of(
    said("os.write({}, b'{}' * {})", DESCRIPTORS, st.sampled_from(SAID), st.sampled_from([1, 2, 4, 9999])),
    said("os.close({})", DESCRIPTORS),
    said("os.dup2({}, {})", DESCRIPTORS, DESCRIPTORS),
    said("os.read({}, 99)", st.integers(4, 12)),
    said("os.lseek({}, 0, 0)", DESCRIPTORS),
    said("os.set_blocking({}, False)", DESCRIPTORS),
    said("os._exit({})", st.sampled_from([0, 1, 70, 255])),
    said("sys.exit({})", st.sampled_from(["0", "None", "'x'", "3", "True", "x"])),
    said("raise {}", st.sampled_from(["SystemExit", "KeyboardInterrupt", "MemoryError", "GeneratorExit", "OSError"])),
    said("os.kill({}, {})", st.sampled_from(["0", "-1", "1", "2", "os.getpid()", "os.getppid()"]), st.integers(0, 64)),
    said("os.killpg(0, {})", st.integers(1, 31)),
    said("signal.signal({}, signal.SIG_IGN)", st.integers(1, 31)),
    said("signal.setitimer({}, .001, .001)", st.integers(0, 2)),
    said("resource.setrlimit(resource.RLIMIT_{0}, ({1}, {1}))", LIMITS, st.sampled_from([0, 1, 4, 64, 1 << 20,
         1 << 28])),
    said("resource.prlimit({}, resource.RLIMIT_{}, (1, 1))", st.sampled_from(["0", "1", "os.getppid()"]), LIMITS),
    said("libc.syscall({}, {}, {}, {}, 0)", SYSTEM_CALLS, DESCRIPTORS, DESCRIPTORS, DESCRIPTORS),
    said("libc.prctl({}, {}, 0, 0, 0)", st.integers(1, 60), st.integers(0, 9)),
    said("ctypes.string_at({})", st.sampled_from(["0", "id(x)", "2**40"])),
    said("if os.fork() == 0: {}", st.sampled_from(["os._exit(0)", "os.write(3, b'[\"value\",3]\\n')", "pass",
         "os.setsid()"])),
    said("threading.Thread(target=lambda: {}).start()", st.sampled_from(["os._exit(0)", "os.write(3, b'3')",
         "add(1, 2)"])),
    said("atexit.register(lambda: {})", st.sampled_from(["os._exit(0)", "print(3)",
         "os.write(3, b'[\"end\",\"\"]\\n')"])),
    said("for _ in range({}): os.mkdir('d'); os.chdir('d')", st.sampled_from([1, 70, 300])),
    said("for i in range({}): open(str(i), 'w').write('x' * 999)", st.sampled_from([1, 60, 900])),
    said("os.symlink('{}', '{}')", st.sampled_from(["/", ".", "..", "/etc/passwd"]), st.sampled_from("abc")),
    said("os.umask({}); os.makedirs('e/f')", st.sampled_from([0o777, 0])),
    said("os.rename('{}', '{}')", st.sampled_from(["d", ".", "..", "a"]), st.sampled_from(["../x", "z", "/tmp/z"])),
    said("open('{}', '{}')", st.sampled_from(["/proc/self/mem", "/dev/full", "/etc/passwd", "solution.py", "../f"]),
         st.sampled_from("rwa")),
    said("{} = lambda *_, **__: {}", st.sampled_from(["json.loads", "json.dumps", "os.write", "builtins.repr",
         "builtins.print", "sys.exit", "json.encoder.encode_basestring_ascii", "builtins.type", "builtins.isinstance",
         "builtins.map"]), st.sampled_from(["True", "'3'", "3", "None"])),
    said("sys.{} = {}", st.sampled_from(["stdout", "stdin", "stderr", "__stdout__", "modules", "path", "excepthook"]),
         st.sampled_from(["None", "io.StringIO('3')", "x", "open('/dev/null', 'w')"])),
    said("sys.setrecursionlimit({})", st.sampled_from([10, 1000, 10**9])),
    said("sys._getframe({}).f_globals.clear()", st.integers(0, 4)),
    said("sys._getframe({}).f_locals.update(nonce='', waiting='', tests={{}})", st.integers(0, 4)),
    said("[o(*t) for t in [{1}] for o in gc.get_objects() if callable(o) and getattr(o, '__name__', '') == '{0}']",
         st.sampled_from(["write", "report", "run_script", "send", "serve"]),
         st.sampled_from(["('[\"value\",3]\\n',)", "()", "(3, b'r', b'x')"])),
    said("print({}, flush={})", st.sampled_from(["3", "'3' * 99999", "SECRET", "x"]), st.booleans()),
    said("del builtins.{}", st.sampled_from(["print", "open", "type", "isinstance", "set", "min"])),
    said("bytearray({})", st.sampled_from([10**6, 10**8, 10**12])),
    st.sampled_from(["add = Equal()", "add = None", "add = type", "del add", "class add: __new__ = lambda *_: 3",
    "gc.disable()", "os.chdir('/')", "os.setsid()", "os.closerange(0, 64)",
    "os.execv(sys.executable, ['python', '-c', 'print(3)'])", "os.abort()", "__name__ = '__main__'",
    "__builtins__ = {}", "while True: pass", "sys.settrace(lambda *_: os._exit(0))", "threading.setprofile(print)",
    "input()"]),
)  # fmt: skip


@st.composite
def programs(draw) -> str:
    """A few steps before and after a function that gives no sum; each step goes on where it fails, or not."""
    steps = draw(st.lists(st.tuples(STEPS, st.booleans()), min_size=1, max_size=5))
    lines = HEADER.replace("VALUE", draw(st.sampled_from(VALUES)))
    for step, goes_on in steps:
        lines += f"try:\n    {step}\nexcept BaseException: pass\n" if goes_on else f"{step}\n"
    inside, _ = draw(st.tuples(STEPS, st.none()))
    if draw(st.booleans()):
        lines += f"def add(a, b):\n    try:\n        {inside}\n    finally: return {draw(st.sampled_from(VALUES))}\n"
    return lines


FOUND: collections.Counter = collections.Counter()


def tried(gold: dict, program: str, level: str) -> Verdict:
    """KilledError is the only fault that a program may be taken for, and a control is well after it."""
    limits = Limits(isolation=level, cpu_seconds=1, memory_mb=512)
    try:
        verdict = code.grade(gold, program, limits)
    except KilledError:
        verdict = Verdict("killed")
        code.control(limits)
    FOUND[level, verdict.reason] += 1
    return verdict


@fuzz(60, part=len(sandbox.LEVELS))
@given(data=st.data())
def test_programs_forge_nothing_and_stop_nothing(level, data):
    program = data.draw(programs())
    gold = data.draw(st.sampled_from([FUNCTION, SCRIPT]))
    assert tried(gold, program, level).reason != "match"
    if sum(FOUND.values()) % 10 == 0:
        assert tried(gold | {"cpu_seconds": 20}, RIGHT, level).reason == "match"  # also on a busy machine
        FOUND[level, "match"] -= 1


# --- answers ---------------------------------------------------------------------------------------------------------

GOLD = "1234567/7654321"  # no text here is it
PIECES = [
    "__import__('os').write(3, b'[\"value\",1.0]\\n')", "().__class__.__base__", "lambda: 0", "exit()",
    "[i for i in [1]]", "f'{1}'",
    "9**9**9", "((100!)!)!", "\\frac{1}{", "\\sqrt{", "^{", "_{", "\\infty", "nan", "NaN", "1e999", "-", "(", ")",
    "[", "]", ",",
    "\\begin{pmatrix}", "\\end{pmatrix}", "&", "\\\\", "\\cup", "\\int_0^1", "\\sum", "\\lim", "\\text{", "x", "i",
    "E", "S('1')",
    "sqrt(", "Integral(", "'", '"', "\x00", "٣", "−", "∞", "½", "\u202e", "true", "None", "{}", "0x1", "1_0",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(TOKENS + PIECES), st.text(max_size=4)), max_size=30).map("".join)
WRAPPED = st.tuples(TEXTS, st.sampled_from([*AROUND, ("\\boxed{", "}"), ("Answer: ", "\n")])).map(
    lambda given: given[1][0] + given[0] + given[1][1]
)
EXTRACTORS = {finder(name): name for names in VERIFIERS.values() for name in names if name != "reported"}


@fuzz(1500)
@given(text=WRAPPED, finished=st.booleans(), context=st.sampled_from(CONTEXTS))
def test_answers_are_found_without_an_exception(text, finished, context):
    for extract, name in EXTRACTORS.items():
        with verification.Alarm(5):
            answer = extract(text, finished, context)
        assert answer is None or isinstance(answer, str)
        FOUND["answers of", name] += 1


SAFE = re.compile(r"[\w\s+\-*/().,\[\]{}:'\"]*", re.ASCII)
NAMES = set(scorable.FUNCTIONS) | scorable.SYMBOLS | {"True", "False", "None", "e", "j", "b", "set"}


@fuzz(1500)
@given(task=st.sampled_from(sorted(scorable.EVALUATED)), text=st.one_of(TEXTS, st.from_regex(SAFE, fullmatch=True)))
def test_no_answer_reaches_a_scorer_that_evaluates_but_as_plain_text(task, text):
    facts = {"variable": "x", "variables": ["x"], "numbers": [1, 2, 3, 4]}
    try:
        given_on = scorable.scorable(task, text, ["0 1"], facts)
    except ValueError:
        FOUND["refused for", task] += 1
        return
    FOUND["given to", task] += 1
    if scorable.EVALUATED[task] is scorable.literal:
        return  # it is a literal's own repr, or of the gold's characters
    assert SAFE.fullmatch(given_on)
    assert set(re.findall(r"[A-Za-z_]\w*", given_on)) <= NAMES
    assert "." not in re.sub(r"\d+\.\d*|\.\d+", "", given_on)


AT_ONCE = 2000 if EXAMPLES else 50  # answers, since every call starts workers


def soup(rng: random.Random) -> str:
    before, after = rng.choice([*AROUND, ("\\boxed{", "}"), ("Answer: ", "\n")])
    return before + "".join(rng.choices(TOKENS + PIECES, k=rng.randint(1, 30))) + after


@fuzz(8, part=AT_ONCE)
@given(seed=st.integers(0, 2**32))
def test_answers_forge_nothing_and_stop_nothing(seed):
    rng = random.Random(seed)
    texts = [soup(rng) for _ in range(AT_ONCE)]
    for name in ("mathematics", "boxed", "paper", "countdown", "continuation"):
        answers = [answer for text in texts if (answer := finder(name)(text, True, CONTEXTS[0]))]
        pairs = [(json.dumps({"answers": [GOLD]}), answer) for answer in answers]
        limits = Limits(seconds=5, memory_mb=2048)
        verdicts = verification.grade_all(name, pairs, limits, workers=1)
        FOUND.update((name, verdict.reason) for verdict in verdicts)
        assert "match" not in {verdict.reason for verdict in verdicts}


@pytest.fixture(scope="module")
def puzzles() -> list[dict]:
    made = {task: create_dataset(task, size=1, seed=1)[0] for task in scorable.EVALUATED}
    return [
        {"task": task, "options": {}, "entry": json.loads(json.dumps(entry)), "answers": [entry["answer"]]}
        for task, entry in made.items()
    ]


@fuzz(200, part=100)
@given(text=TEXTS)
def test_answers_to_puzzles_forge_nothing_and_stop_nothing(puzzles, text):
    for gold in puzzles:
        limits = Limits(isolation=sandbox.strongest_level(), cpu_seconds=1)
        verdict = reasoning_gym.grade(gold, text, limits)
        FOUND[gold["task"], verdict.reason] += 1
        assert verdict.reason != "match"


def test_what_was_tried():
    """Last: says it where pytest shows it (-s)."""
    for key, count in sorted(FOUND.items(), key=str):
        print(*key, count)
    assert FOUND
