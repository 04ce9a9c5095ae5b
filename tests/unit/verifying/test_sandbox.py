"""The sandbox under attack, at every level that works here: no forged verdict, no escape, no harm to a neighbour."""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest

from boundary.errors import InputError
from boundary.verifying import workers
from boundary.verifying.grading import Limits, code
from boundary.verifying.limits import configured, isolated
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.sandbox import values
from boundary.verifying.verify import grade_all
from boundary.verifying.workers import InfrastructureError, KilledError
from conftest import ROOT, missing

SECRET = 918_273_645_546_372_819  # the expected output of the last test: it must not be found inside
TESTS = [([1, 2], 3), ([0, 0], 0), ([-5, 7], 2), ([918_273_645_546_372_000, 819], SECRET)]
GOLD = {
    "tests": {"entry_point": "add", "inputs": [json.dumps(arguments) for arguments, _ in TESTS]},
    "expected": [[json.dumps(expected) for _, expected in TESTS]],
    "rule": "equal",
    "atol": 0,
    "cpu_seconds": 1,
}
CONTROL = "def add(a, b):\n    return a + b\n"


@pytest.fixture(scope="module", params=sandbox.LEVELS)
def level(request):
    """Every level; one that does not work here is a missing part."""
    reason = sandbox.works(request.param)
    return request.param if reason is None else missing(f"sandbox level {request.param}: {reason}")


def grade(program: str, level: str, gold: dict = GOLD):
    return code.grade(gold, program, Limits(isolation=level))


FORGERIES = {
    "always equal": """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = int.__hash__
def add(a, b): return Equal()
""",
    "always equal number": """
class Equal(int):
    def __eq__(self, other): return True
    __hash__ = int.__hash__
def add(a, b): return Equal(0)
""",
    "leaves before its tests, in good health": "import os\nos._exit(0)\n",
    "exits": "import sys\nsys.exit(0)\n",
    "exits in its function": "def add(a, b):\n    raise SystemExit(0)\n",
    "says that it passed": "print('PASSED', '[\"end\",\"\"]', flush=True)\nimport os\nos._exit(0)\n",
    "writes an end of its own": """
import os
os.write(3, b'["value",3]\\n["value",0]\\n["value",2]\\n["end","0"]\\n')
os._exit(0)
""",
    "writes what is not a value": "import os\nos.write(3, b'[' * 100000 + b'\\n')\ndef add(a, b): return a + b\n",
    "walks frames and objects for what is expected": """
import gc, sys
HIDDEN = "9182736455" + "46372819"
def add(a, b):
    if b != 819: return a + b
    frame, seen = sys._getframe(), []
    while frame:
        seen += [*frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    for thing in [*seen, *gc.get_objects()]:
        if isinstance(thing, (list, tuple, dict, str, bytes)) and thing is not HIDDEN and HIDDEN in repr(thing):
            if "HIDDEN" not in repr(thing): return int(HIDDEN)
    return None
""",
    "patches what might compare": """
import json, operator
json.loads = operator.eq = lambda *_: True
def add(a, b): return 0
""",
    "hangs when printed": """
class Slow:
    def __repr__(self):
        while True: pass
def add(a, b): return Slow()
""",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_verdict_can_be_forged(name, level):
    verdict = grade(FORGERIES[name], level)
    assert verdict.reason in ("mismatch", "error"), verdict


TOO_MUCH = {  # program, reasons it may end with
    "loops": ("while True: pass\n", {"timeout"}),
    "hangs inside one call of C": ("def add(a, b): return sum(range(10**12))\n", {"timeout"}),
    "sleeps": ("import time\ndef add(a, b): time.sleep(10**6)\n", {"timeout"}),
    "ignores signals": (
        """
import signal
for s in range(1, 32):
    try: signal.signal(s, signal.SIG_IGN)
    except (OSError, ValueError): pass
def add(a, b):
    while True: pass
""",
        {"timeout"},
    ),
    "lifts its limits": (
        """
import resource
for what in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
    try: resource.setrlimit(what, (resource.RLIM_INFINITY,) * 2)
    except (OSError, ValueError): pass
def add(a, b):
    while True: pass
""",
        {"timeout"},
    ),
    "takes memory": ("def add(a, b): return len(bytearray(10**11))\n", {"error"}),
    "recurses without end": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef add(a, b): return add(a, b)\n",
        {"error", "timeout"},
    ),
    "fills the disk": (
        "def add(a, b):\n    with open('f', 'wb') as f:\n        while True: f.write(bytes(10**7))\n",
        {"error", "timeout"},
    ),
    "makes files without end": (
        "def add(a, b):\n    i = 0\n    while True:\n        open(str(i), 'w').close()\n        i += 1\n",
        {"error", "timeout"},
    ),
    "fills the disk with many files": (
        "def add(a, b):\n    for i in range(10**6): open(str(i), 'wb').write(bytes(10**7))\n",
        {"error", "timeout"},
    ),
    "fills memory that is no file's": (
        "import os\ndef add(a, b):\n    for _ in range(900): os.write(os.memfd_create('x'), bytes(10**7))\n",
        {"error"},
    ),
    "leaves folders that cannot be opened": (
        "import os\ndef add(a, b):\n    os.makedirs('d/e')\n    os.umask(0o777)\n    os.mkdir('d/f')\n    return 3\n",
        {"mismatch", "error"},
    ),
    "computes in its children": (
        """
import os, time
def add(a, b):
    for _ in range(8):
        if os.fork() == 0:
            while time.process_time() < 1.5: pass
            os._exit(0)
        os.wait()
    return a + b
""",
        {"timeout", "error"},
    ),
    "prints without end": ("def add(a, b):\n    while True: print('x' * 10**6)\n", {"error", "timeout"}),
    "returns without end": ("def add(a, b): return 'x' * 10**7\n", {"error", "mismatch"}),
    "floods the results": ("import os\nwhile True: os.write(3, b'[1,2]' * 9999)\n", {"error", "mismatch"}),
    "starts threads without end": (
        "import threading, time\ndef add(a, b):\n"
        "    while True: threading.Thread(target=time.sleep, args=(60,)).start()\n",
        {"error", "timeout"},
    ),
    "forks without end": ("import os\ndef add(a, b):\n    while True: os.fork()\n", {"error", "timeout", "mismatch"}),
    "takes memory in many processes": (
        """
import os, time
def add(a, b):
    for _ in range(60):
        if os.fork() == 0:
            x = bytearray(3 * 10**8)
            for i in range(0, len(x), 4096): x[i] = 1
            time.sleep(60)
    time.sleep(60)
""",
        {"error", "timeout"},
    ),
    "waits for input": ("input()\n", {"error"}),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_of_anything_ends_the_program_alone(name, level):
    program, reasons = TOO_MUCH[name]
    assert grade(program, level).reason in reasons
    assert grade(CONTROL, level).reason == "match"


ATTACKS = {
    "kills its parent": "import os\ndef add(a, b):\n    os.kill(os.getppid(), 9)\n    return a + b\n",
    "kills everybody": "import os\ndef add(a, b):\n    os.kill(-1, 9)\n    return a + b\n",
    "kills by ctypes": """
import ctypes, os
libc = ctypes.CDLL(None)
def add(a, b):
    for pid in (os.getppid(), VICTIM):
        libc.kill(pid, 9); libc.syscall(234, pid, pid, 9); libc.syscall(424, pid, 9, None, 0)
    return a + b
""",
    "kills by way of a pipe": """
import fcntl, os
def add(a, b):
    r, w = os.pipe()
    fcntl.fcntl(r, fcntl.F_SETOWN, VICTIM); fcntl.fcntl(r, fcntl.F_SETSIG, 9)
    fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)
    os.write(w, b"x")
    return a + b
""",
    "changes the limits of another": """
import resource
def add(a, b):
    resource.prlimit(VICTIM, resource.RLIMIT_CPU, (0, 0))
    return a + b
""",
    "writes and deletes files": """
import os, shutil
def add(a, b):
    for path in ("CANARY", "/etc/passwd", "FOLDER/new", "/tmp/beyond-base-was-here", "/dev/shm/beyond-base-was-here"):
        for action in (lambda: open(path, "a").write("x"), lambda: os.remove(path), lambda: os.rename(path, "mine"),
                       lambda: os.chmod(path, 0o777), lambda: os.truncate(path, 0), lambda: os.link(path, "mine")):
            try: action()
            except (OSError, PermissionError): pass
    shutil.rmtree("FOLDER", ignore_errors=True)
    return a + b
""",
    "changes what is said of files": """
import os
def add(a, b):
    for path in ("CANARY", "FOLDER", "..", "."):
        for action in (lambda: os.chmod(path, 0), lambda: os.utime(path, (1, 1)), lambda: os.chown(path, 7, 7),
                       lambda: os.setxattr(path, "user.x", b"x")):
            try: action()
            except OSError: continue
            return None
    return a + b
""",
    "reads a secret": "def add(a, b):\n    return 3 if 'swordfish' in open('CANARY').read() else 0\n",
    "connects": """
import socket
def add(a, b):
    socket.create_connection(("127.0.0.1", PORT), timeout=1)
    return a + b
""",
    "starts a daemon": """
import os, time
def add(a, b):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1.5)
            open("CANARY", "a").write("x")
            time.sleep(600)
        os._exit(0)
    return a + b
""",
    "leaves a child behind": "import subprocess\nsubprocess.Popen(['sleep', '987'])\n" + CONTROL,
    "makes namespaces and mounts": """
import ctypes
libc = ctypes.CDLL(None)
def add(a, b):
    assert libc.unshare(0x10000000) < 0 and libc.unshare(0x00020000) < 0
    assert libc.mount(b"none", b"/", b"tmpfs", 0, None) < 0 and libc.syscall(101, 0, 0, 0, 0) < 0
    assert libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) < 0
    return a + b
""",
    "removes its own folder": "import shutil\nshutil.rmtree('.', ignore_errors=True)\n" + CONTROL,
    "reads the environment": "import os\ndef add(a, b): return a + b if 'SECRET_TOKEN' not in os.environ else None\n",
    "leaves a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\n" + CONTROL,
    "closes its output": "import sys\nsys.stdout = sys.stderr = None\n" + CONTROL,
    "takes all descriptors": """
def add(a, b):
    kept = []
    try:
        while True: kept.append(open("/dev/null"))
    except OSError: pass
    return a + b
""",
}
HARMLESS = {  # what they are allowed to do, at every level or where a program may have children
    "removes its own folder", "reads the environment", "leaves a thread", "closes its output", "takes all descriptors",
    "makes namespaces and mounts", "changes what is said of files",
}  # fmt: skip
WITH_CHILDREN = {"starts a daemon", "leaves a child behind"}


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_outside_is_touched(name, level, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "swordfish")
    folder = tmp_path / "folder"
    folder.mkdir()
    canary = folder / "canary"
    canary.write_text("swordfish")
    status = os.stat(canary)
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        program = ATTACKS[name].replace("VICTIM", str(victim.pid)).replace("FOLDER", str(folder))
        program = program.replace("CANARY", str(canary)).replace("PORT", str(server.getsockname()[1]))
        verdict = grade(program, level)
        assert grade(CONTROL, level).reason == "match"
        with pytest.raises(TimeoutError):
            server.accept()
    if name in HARMLESS or (name in WITH_CHILDREN and level == "namespaces"):
        assert verdict.reason == "match"
    if name in ("reads a secret", "connects") and (name, level) != ("reads a secret", "seccomp"):
        assert verdict.reason == "error"  # at the seccomp level a program can read what the user can
    if name == "starts a daemon":
        time.sleep(2)
    assert canary.read_text() == "swordfish"
    assert os.listdir(folder) == ["canary"]
    assert (os.stat(canary).st_mode, os.stat(canary).st_mtime_ns) == (status.st_mode, status.st_mtime_ns)
    assert not Path("/tmp/beyond-base-was-here").exists()
    assert not Path("/dev/shm/beyond-base-was-here").exists()
    assert victim.poll() is None
    victim.kill()
    victim.wait()
    commands = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    assert "sleep 987" not in commands


def test_a_program_finds_nothing_of_the_one_before(level):
    leave = "import builtins\nbuiltins.left = 1\nfor path in ('left', '../left'):\n"
    leave += "    try: open(path, 'w').write('x')\n    except OSError: pass\n"
    assert grade(leave + CONTROL, level).reason == "match"
    look = "import builtins, os\nassert not hasattr(builtins, 'left') and not os.listdir('.')\n"
    look += "assert not os.path.exists('../left')\n"
    assert grade(look + CONTROL, level).reason == "match"


SEARCH = """
import ctypes, gc, os
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
CODES = {codes}
WANTED = bytearray(len(CODES))  # in memory here, and nowhere else
for i, code in enumerate(CODES): WANTED[i] = code ^ 85
OWN = ctypes.addressof((ctypes.c_char * len(CODES)).from_buffer(WANTED))
def pages():
    top, (read, write) = libc.sbrk(0), os.pipe()
    blocks = {{id(thing) >> 20 << 20 for thing in gc.get_objects()}}
    near = {{block + (i << 20) for block in blocks for i in range(-2, 3)}}
    for place in [range(top - (64 << 20), top, 4096), *(range(block, block + (1 << 20), 4096) for block in near)]:
        for address in place:
            if not address - 4096 < OWN < address + 4096:
                if libc.write(write, ctypes.c_void_p(address), ctypes.c_size_t(4096)) == 4096:
                    yield os.read(read, 4096)
FOUND = any(page.find(WANTED) >= 0 for page in pages())
def add(a, b):
    return a + b if FOUND else None
"""


def search(text: str) -> str:
    return SEARCH.format(codes=[byte ^ 85 for byte in text.encode()])


def test_a_program_finds_no_other_ones_text_or_results_in_its_memory(level):
    gold, mark, result = GOLD | {"cpu_seconds": 5}, "a comment that nobody else has", "18273645546372819"
    right = f"def add(a, b):\n    return a + b\n{'# so' * 9999}\n# {mark}\n{'# on' * 999}\n"
    own = "# this is its own\n"  # on several pages: those beside what is searched for are passed over
    assert grade(own * 999 + search(own.strip()), level, gold).reason == "match"  # it can search
    for text in (mark, result, "not there at all"):
        assert grade(right, level).reason == "match"
        assert grade(search(text), level, gold).reason == "mismatch", text


SCRIPTS = {
    "reads lines and bytes": "import sys\nf = sys.stdin.buffer\nn = int(f.readline()) + sum(map(int, f))\nprint(n)\n",
    "reads to the end": "import sys\nprint(sum(map(int, open(0).read().split())))\n",
    "has a main guard": """
def main():
    total = 0
    while True:
        try: total += int(input())
        except EOFError: break
    print(total)
if __name__ == "__main__":
    main()
after = 1
""",
    "uses a global of a function": "def f():\n    global t\n    t = sum(map(int, open(0)))\nf()\nprint(t)\n",
    "works in a thread with a deep stack": """
import sys, threading
sys.setrecursionlimit(10**6)
threading.stack_size(2**27)
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
def main(): print(sum(map(int, sys.stdin)) + depth(50_000) - 50_000)
threading.Thread(target=main).start()
""",
    "writes bytes, then exits": """
import os, sys
os.write(1, str(sum(map(int, sys.stdin))).encode() + b"\\n")
sys.exit(0)
""",
    "leaves at once": "import os, sys\nprint(sum(map(int, sys.stdin)), flush=True)\nos._exit(0)\n",
    "has a file of its own": """
import os, sys
if LEVEL != "seccomp":
    os.makedirs("a/b"); os.chdir("a/b"); open("f", "w").write("1"); assert open("f").read() == "1"
print(sum(map(int, sys.stdin)))
""",
    "prints at its exit": "import atexit, sys\natexit.register(lambda: print(sum(map(int, sys.stdin))))\n",
    "prints at its exit, after sys.exit": """
import atexit, sys
atexit.register(lambda: print(total))
total = sum(map(int, sys.stdin))
sys.exit()
""",
    "prints in a thread, after sys.exit": """
import sys, threading, time
threading.Thread(target=lambda: (time.sleep(0.1), print(sum(map(int, sys.stdin))))).start()
sys.exit(0)
""",
    "leaves descriptor 1 open": "import sys\nout = open(1, 'w')\nprint(sum(map(int, open(0))), file=out)\n",
    "opens it in bytes, where no name holds it": """
import builtins, os, sys
builtins.kept = os.fdopen(1, "wb")
builtins.kept.write(b"%d" % sum(map(int, sys.stdin)))
""",
    "prints to __stdout__": """
import io, sys
sys.stdout = io.StringIO()
print("not this")
print(sum(map(int, sys.stdin)), file=sys.__stdout__)
""",
    "prints through a wrapper of its own": """
import io, os, sys
class Fast(io.IOBase):
    def __init__(self): self.kept = io.StringIO()
    def write(self, text): self.kept.write(text)
    def flush(self): os.write(1, self.kept.getvalue().encode()); self.kept = io.StringIO()
out = Fast()
out.write(str(sum(map(int, sys.stdin))))
""",
    "writes to the buffer of a stream that was swapped": """
import sys
out, sys.stdout = sys.stdout.buffer, open("/dev/null", "w") if LEVEL != "seccomp" else sys.stderr
out.write(str(sum(map(int, sys.stdin))).encode())
""",
    "prints one stream after the other": """
import sys
first, _second = open(1, "w", closefd=False), open(1, "w", closefd=False)
total = str(sum(map(int, sys.stdin)))
first.write(total[2:]); _second.write(total[1:2]); sys.stdout.write(total[:1])
""",
    "prints when an object goes": """
import sys
class Total:
    def __del__(self): print(self.total)
kept = Total()
kept.total, kept.itself = sum(map(int, sys.stdin)), kept
""",
    "prints by C": "import ctypes, sys\nctypes.CDLL(None).printf(b'%d\\n', ctypes.c_int(sum(map(int, sys.stdin))))\n",
    "opens its streams by name": """
import sys
numbers = open("/dev/stdin").read().split() if len(sys.argv) else None
out = open("/dev/stdout" if LEVEL != "seccomp" else 1, "w")
out.write(str(sum(map(int, numbers))))
""",
    "opens its input in /proc": "print(sum(map(int, open('/proc/self/fd/0'))))\n",
    "waits for a process of its own": """
import os, sys
if LEVEL == "namespaces" and os.fork() == 0:
    print("", end="")
else:
    if LEVEL == "namespaces": os.wait()
    print(sum(map(int, sys.stdin)))
""",
    "raises the limit of its stack": """
import resource, sys
resource.setrlimit(resource.RLIMIT_STACK, (resource.getrlimit(resource.RLIMIT_STACK)[1],) * 2)
print(sum(map(int, sys.stdin)))
""",
    "begins with a byte order mark": "\ufeffimport sys\nprint(sum(map(int, sys.stdin)))\n",
}
SUM = {
    "tests": {"inputs": ["1\n2\n3\n", "10\n" * 50_000]},
    "expected": [["6", "500000\n"]],
    "rule": "printed",
    "atol": 0,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_behave_as_in_reality(name, level):
    assert grade(SCRIPTS[name].replace("LEVEL", repr(level)), level, SUM) == ("match", None)


@pytest.mark.parametrize(
    ("program", "reason", "detail"),
    [
        ("print(7)\n", "mismatch", "wrong in test 1 of 2"),
        ("print(6)\n", "mismatch", "wrong in test 2 of 2"),
        ("print(6)\nraise KeyError(1)\n", "error", "KeyError in test 1 of 2"),
        ("print(6)\nimport sys\nsys.exit(3)\n", "error", "exit code 3 in test 1 of 2"),
        ("print(6", "error", "SyntaxError in test 1 of 2"),
        ("while True: print('6' * 9999)\n", "error", "too much output in test 1 of 2"),
        ("import ctypes\nctypes.string_at(0)\n", "error", "SIGSEGV in test 1 of 2"),
    ],
)
def test_scripts_that_are_wrong_say_how(program, reason, detail, level):
    assert grade(program, level, SUM | {"cpu_seconds": 1}) == (reason, detail)


def test_a_kill_by_the_machine_is_no_verdict_at_once():
    """As the kernel does when memory runs out."""

    def processes() -> list[psutil.Process]:
        return psutil.Process(code._sandboxes["namespaces", ()]._process.pid).children(recursive=True)

    def kill() -> None:
        while not (started := [process for process in processes() if process not in waiting]):
            time.sleep(0.02)
        time.sleep(0.3)
        started[-1].kill()

    grade(CONTROL, "namespaces")
    waiting = processes()
    threading.Thread(target=kill).start()
    with pytest.raises(KilledError, match="a program was killed"):
        grade("import time\ntime.sleep(2)\n" + CONTROL, "namespaces", GOLD | {"cpu_seconds": 5})


KILLERS = {
    "lowers its own limit": "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass\n",
    "lets a shell lower its own": "import os\nos.execlp('sh', 'sh', '-c', 'ulimit -t 1; while :; do :; done')\n",
    "kills itself": "import os\nos.kill(os.getpid(), 9)\nos._exit(1)\n",
    "nests folders": "import os\nfor _ in range(200):\n    os.mkdir('d'); os.chdir('d')\n" + CONTROL,
    "nests folders beyond every path": "import os\nn = 'd' * 200\nfor _ in range(2000):\n"
    "    os.mkdir(n); os.chdir(n)\n    if not _ % 100: open('f', 'w').write('x' * 9999)\n" + CONTROL,
    "leaves folders that cannot be opened": "import os\nos.makedirs('d/e')\nos.umask(0o777)\nos.mkdir('d/f')\n",
    "links in circles": "import os\nos.symlink('.', 'a'); os.mkdir('b'); os.symlink('..', 'b/c')\n" + CONTROL,
}


def test_no_program_stops_a_verification(level, monkeypatch):
    monkeypatch.setattr(workers, "PAUSE", 0)
    gold = json.dumps({key: GOLD[key] for key in ("tests", "expected", "rule", "atol")} | {"cpu_seconds": 20})
    pairs = [(gold, program) for program in [*KILLERS.values(), CONTROL]]
    *verdicts, last = grade_all("code", pairs, Limits(isolation=level), workers=1)
    assert last.reason == "match"
    found = dict(zip(KILLERS, verdicts, strict=True))
    assert found["lowers its own limit"] in (("error", workers.KILLED.detail), ("timeout", "wall time")), found  # busy
    assert {verdict.reason for verdict in verdicts} <= {"match", "error", "timeout"}, found


def test_a_sandbox_that_cannot_start_is_no_verdict(monkeypatch):
    def no_process(level, preload):
        raise BlockingIOError("fork: resource temporarily unavailable")

    monkeypatch.setattr(code, "_sandboxes", {})
    monkeypatch.setattr(code, "Sandbox", no_process)
    with pytest.raises(InfrastructureError, match="temporarily unavailable"):
        grade(CONTROL, "namespaces")


def test_a_sandbox_that_is_gone_is_no_verdict(level):
    grade(CONTROL, level)
    code._sandboxes[level, ()]._process.kill()
    code._sandboxes[level, ()]._process.wait()
    with pytest.raises(InfrastructureError, match="sandbox"):
        grade(CONTROL, level)
    assert grade(CONTROL, level).reason == "match"  # the next one starts anew


def test_a_level_that_is_asked_for_is_reached_or_refused(monkeypatch):
    monkeypatch.setattr(code, "strongest_level", lambda: "landlock")
    assert isolated(Limits(), ["code"]).isolation == "landlock"
    assert isolated(Limits(), ["code"], "landlock").isolation == "landlock"
    assert isolated(Limits(), ["countdown"], "namespaces").isolation is None  # it runs no program
    with pytest.raises(InputError, match=r"minimum_isolation = namespaces, .* level landlock .*install bubblewrap"):
        isolated(Limits(), ["code"], "namespaces")


def test_a_shell_with_little_memory_lowers_the_limit(monkeypatch):
    given = {"seconds_per_answer": 5, "memory_mb": 4096, "cpu_seconds_per_test": 6}
    monkeypatch.setattr(resource, "getrlimit", lambda what: (3000 << 20, 3000 << 20))
    assert configured(given).memory_mb == 3000
    assert configured(given | {"memory_mb": 2048}).memory_mb == 2048
    monkeypatch.undo()
    script = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\nfrom boundary.verifying "
    script += "import workers\nworkers._prepare(4096, []); print(resource.getrlimit(resource.RLIMIT_AS)[1] >> 20)"
    as_ordinary = ["setpriv", "--bounding-set", "-sys_resource"] if os.getuid() == 0 else []
    environment = {"PYTHONPATH": str(ROOT / "workflow/scripts"), "PATH": os.environ["PATH"]}
    command = [*as_ordinary, sys.executable, "-c", script]
    assert subprocess.run(command, env=environment, capture_output=True, text=True).stdout == "2048\n"


def test_bubblewrap_is_started_from_where_it_was_found(tmp_path, monkeypatch):
    own = tmp_path / "bwrap"
    own.write_text("#!/bin/sh\nexit 1\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sandbox._launch("namespaces")[0][0] == str(own)
    assert "the sandbox at level namespaces" in sandbox.works("namespaces")


def test_a_python_that_only_root_may_enter_is_named(tmp_path):
    closed = tmp_path / "closed"
    (closed / "python/lib").mkdir(parents=True)
    for path in (closed, *closed.parents):
        path.chmod(path.stat().st_mode | 0o001)
    assert sandbox._closed_to_others([str(closed / "python/lib")]) is None
    closed.chmod(0o700)
    assert sandbox._closed_to_others([str(closed / "python/lib"), "/usr"]) == str(closed)


ORDINARY = """
import sys
sys.path.insert(0, {scripts!r})
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.sandbox.host import Limits, Sandbox
for level in sandbox.LEVELS:
    assert sandbox.works(level) is None, (level, sandbox.works(level))
    with Sandbox(level) as box:
        box.load({{"entry_point": "f", "inputs": ["[]"]}})
        got = bytearray()
        box.run({bomb!r}, Limits(cpu_seconds=2, wall_seconds=3), lambda kind, data: got.extend(data) or True)
        box.run({program!r}, Limits(), lambda kind, data: got.extend(data) or True)
    assert got.endswith(b"]\\n") and b'["value","kept"]' in got, (level, bytes(got))
print("all levels")
"""
BOMB = "import os\ndef f():\n    while True: os.fork()\n"
TOUCH = """
def f():
    try: open({canary!r}, "w")
    except OSError: return "kept"
    return "written"
"""


@pytest.mark.parametrize("without", ["", "bwrap"])
def test_it_works_as_an_ordinary_user_and_without_bubblewrap(tmp_path_factory, without):
    """As nobody, under the first Python that nobody may run; the sandbox needs the standard library only."""
    folder = tmp_path_factory.mktemp("ordinary")
    for parent in (folder, *folder.parents):
        if parent.owner() == "root" and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    shutil.copytree(ROOT / "workflow/scripts/boundary", folder / "scripts/boundary")
    canary = folder / "canary"
    canary.touch()
    canary.chmod(0o666)
    as_nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run(
                [python, "-c", "import sys; assert sys.version_info >= (3, 11)"], check=True, cwd="/", **as_nobody
            )
            break
        except (OSError, subprocess.CalledProcessError):
            continue
    else:
        missing("no Python 3.11 that an ordinary user may run")
    tools = folder / "bin"
    tools.mkdir()
    for tool in {"bwrap", "unshare"} - {without}:
        if path := shutil.which(tool):
            (tools / tool).symlink_to(path)
    script = ORDINARY.format(scripts=str(folder / "scripts"), bomb=BOMB, program=TOUCH.format(canary=str(canary)))
    done = subprocess.run(
        [python, "-c", script],
        cwd="/",
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        timeout=120,
        **as_nobody,
    )
    assert done.stdout == "all levels\n", done.stderr[-2000:]


def test_values_cross_the_wall_as_plain_builtins():
    from collections import Counter, OrderedDict, namedtuple

    Point = namedtuple("Point", "x y")
    for value, plain in [
        ((1, [2.5, None, True, "é\ud800"], {"a": {1, 2}, (3,): b"\x00"}), None),
        (10**5000, None),
        (float("inf"), None),
        (2 + 3j, None),
        (Point(1, 2), (1, 2)),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(b=1), {"b": 1}),
        (frozenset({1}), None),
        ([Fraction(-2, 4), Decimal("2.50"), Decimal("-Infinity")], [-0.5, 2.5, float("-inf")]),
        ({Fraction(10**30, 7), Decimal("1e999999")}, None),
        ([np.int64(3), np.float32(0.5), np.bool_(True), np.complex64(2j), np.array(4)], [3, 0.5, True, 2j, 4]),
    ]:
        assert values.loads(values.dumps(value)) == (value if plain is None else plain)
    assert values.dumps({"b": 1, "a": 2}) == values.dumps({"a": 2, "b": 1})
    for stranger in (object(), np.arange(3), np.longdouble(0.5), np.datetime64("2024-01-01")):
        found = values.loads(values.dumps(stranger))
        assert found != found


@pytest.mark.parametrize(
    "said",
    [
        '{"fraction":["0x1","0x0"]}', '{"fraction":["0x1"]}', '{"fraction":[1,2]}', '{"decimal":"x"}', '{"decimal":2}',
        '{"decimal":"sNaN"}', '[{"decimal":"sNaN"}]', '{"int":"two"}', '{"set":[[1]]}', '{"a":1,"b":2}', "{}",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_value_is_wrong(said):
    gold = GOLD | {"expected": [["2"]], "tests": {"entry_point": "f", "inputs": ["[]"]}}
    for accepted in ("2", "0.5", "[2]"):
        line = f'["value",{said}]'.encode()
        verdict = code._judge_line(line, [accepted], gold, "[]", "test 1 of 1")
        assert verdict.reason == "mismatch"
