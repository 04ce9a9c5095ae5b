"""The outer side of the sandbox: starts its inner side (zygote.py), sends it programs, and enforces the limits."""

import contextlib
import functools
import json
import logging
import os
import platform
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from boundary.contracts import Tests
from boundary.verifying.sandbox import LEVELS, SandboxError, confine

log = logging.getLogger(__name__)

DYNAMIC_IMPORTS = ("boundary.verifying.sandbox.zygote",)  # run by its path
HERE = Path(__file__).parent
GRACE = 20  # seconds beyond a program's own limit after which the sandbox itself is broken
INNER_FOLDER = "/sandboxed/program"
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/alternatives")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nowhere",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Limits:
    """cpu_seconds: of one test; ten times that for all tests of a function. wall_seconds: likewise, for programs that
    wait.

    memory_bytes: of each process and of all of them. output_bytes: of results and output together.
    """

    cpu_seconds: int = 6
    wall_seconds: float = 19
    memory_bytes: int = 4 << 30
    output_bytes: int = 16 << 20


@dataclass(frozen=True)
class Ending:
    """How a program ended. ended_by: end (all done), exit, stop (by the caller), or the limit that it exceeded.

    processes: its own, and those that it was seen to start.
    """

    ended_by: str
    signal: int
    code: int
    cpu: float
    wall: float
    processes: int


class Sandbox:
    """A waiting Python in the sandbox, for one caller at a time. Use as a context manager, or close it.

    level: one of LEVELS. preload: modules that are already imported for programs. SandboxError if the level does not
    work on this machine.
    """

    def __init__(self, level: str, preload: tuple[str, ...] = ()):
        self.level = level
        self._tests: object = None
        launcher, options = _launch(level)
        python = [sys.executable, "-s", "-P", "-B", str(HERE / "zygote.py")]
        self._process = subprocess.Popen(
            [*launcher, *python],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdin  # pipes, as asked for
        assert self._process.stdout
        assert self._process.stderr
        self._requests, self._replies, self._errors = self._process.stdin, self._process.stdout, self._process.stderr
        os.set_blocking(self._replies.fileno(), False)
        self._buffer = bytearray()
        try:
            self._send(options | {"preload": preload})
            self._reply(time.monotonic() + GRACE)  # it is ready
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """End the waiting Python and everything in it. It removes its own folder when no requests can come any more."""
        for stream in (self._requests, self._replies, self._errors):
            with contextlib.suppress(OSError):
                stream.close()
        try:
            self._process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def load(self, tests: Tests) -> None:
        """Set the inputs of a problem, for all programs run until the next `load`.

        tests: `inputs` (texts), and for functions `entry_point`; then each input is the `values.dumps` of a list of
        arguments. Without entry_point each input is the standard input of a script.
        """
        if tests is not self._tests:
            self._send({"do": "tests", "tests": tests})
            self._tests = tests

    def run(
        self,
        program: str,
        limits: Limits,
        receive: Callable[[bytes, bytes], bool],
        test: int | None = None,
    ) -> Ending:
        """Run a program on the loaded tests: its function on all of them, or as a script on number `test`.

        receive(kind, data) gets the pieces of the results, kind b"r" a piece of a result line and b"o" output, and
        returns False to stop the program.
        """
        text = program.encode("utf-8", "surrogatepass")  # the program's own process reads it, and no other in there
        request = {"do": "run", "bytes": len(text), "limits": asdict(limits)}
        self._send(request if test is None else request | {"test": test}, text)
        deadline = time.monotonic() + 10 * limits.wall_seconds + GRACE
        stopped = False
        while True:
            kind, data = self._reply(deadline)
            if kind == b"d":
                ending = Ending(**json.loads(data))
                if ending.ended_by == "unstarted":
                    raise SandboxError(
                        f"a program could not be set up at level {self.level}: out of memory or processes?"
                    )
                return ending
            if not stopped and not receive(kind, data):
                self._send({"do": "stop"})
                stopped = True

    def _send(self, message: dict, more: bytes = b"") -> None:
        data = json.dumps(message).encode()
        try:
            self._requests.write(struct.pack("<I", len(data)) + data + more)
            self._requests.flush()
        except OSError as error:
            raise SandboxError(f"the sandbox at level {self.level} is gone: {self._last_words()}") from error

    def _reply(self, deadline: float) -> tuple[bytes, bytes]:
        """The next message from inside."""
        descriptor = self._replies.fileno()
        while True:
            if len(self._buffer) >= 5:
                size = struct.unpack_from("<I", self._buffer, 1)[0]
                if len(self._buffer) >= 5 + size:
                    kind, data = bytes(self._buffer[:1]), bytes(self._buffer[5 : 5 + size])
                    del self._buffer[: 5 + size]
                    return kind, data
            if not select.select([descriptor], [], [], max(0, deadline - time.monotonic()))[0]:
                raise SandboxError(f"the sandbox at level {self.level} does not answer")
            data = os.read(descriptor, 1 << 20)
            if not data:
                raise SandboxError(f"the sandbox at level {self.level} ended: {self._last_words()}")
            self._buffer += data

    def _last_words(self) -> str:
        self._process.kill()
        return self._errors.read().decode(errors="replace").strip()[-500:] or "no message"


def _launch(level: str) -> tuple[list[str], dict]:
    """The command before Python's, and what zygote.py is told."""
    prefixes = sorted({sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable))})
    options: dict[str, Any] = {
        "namespaces": level == "namespaces",
        "landlock": level != "seccomp",
        "readable": list(dict.fromkeys([*SYSTEM, *prefixes, *_library_folders()])),
        "folder": None,  # it makes one of its own
        "folders": tempfile.gettempdir(),
        "folder_bytes": 64 << 20,
        "file_bytes": 16 << 20,
        "processes": 64,
        "user": None,
    }
    if level != "namespaces":
        return [], options
    is_root = _is_root()
    bubblewrap, unshare = shutil.which("bwrap"), shutil.which("unshare")  # by path: it is started without this PATH
    if is_root:  # a user of its own, so that its processes can be counted; there is no limit for root
        options["user"] = 1_000_000_000 + os.getpid()
    if bubblewrap:
        return _bubblewrap(bubblewrap, prefixes, is_root), options | {"folder": INNER_FOLDER}
    if unshare and confine.landlock_version():  # which alone would hide no file
        if is_root and (closed := _closed_to_others(options["readable"])):
            raise SandboxError(
                f"Python lies below {closed}, which only root may enter, and programs are another user there: install "
                f"bubblewrap, or `chmod o+x {closed}`"
            )
        as_user = [] if is_root else ["--user", "--map-root-user"]
        return [unshare, *as_user, *_UNSHARED], options
    raise SandboxError("neither bwrap (bubblewrap) is installed, nor unshare (util-linux) with Landlock in the kernel")


_UNSHARED = ("--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "--")


def _is_root() -> bool:
    """Whether this is root of the machine, not of a container that has few users."""
    try:
        users = Path("/proc/self/uid_map").read_text().split()
    except OSError:
        return False
    return os.getuid() == 0 and users == ["0", "0", "4294967295"]


def _closed_to_others(folders: list[str]) -> str | None:
    """The first folder on the way to these that not everybody may enter."""
    for folder in map(os.path.realpath, folders):
        for path in [*reversed(Path(folder).parents), Path(folder)]:
            if path.is_dir() and not path.stat().st_mode & 0o001:
                return str(path)
    return None


def _bubblewrap(program: str, prefixes: list[str], is_root: bool) -> list[str]:
    command = [program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--die-with-parent", "--new-session", "--dev", "/dev", "--proc", "/proc", "--dir", INNER_FOLDER]
    if is_root:
        capabilities = ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "KILL", "SYS_PTRACE")
        command += ["--cap-drop", "ALL", *(f"--cap-add=CAP_{name}" for name in capabilities)]
        command = [part for item in command for part in item.split("=")]
    else:
        command += ["--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL"]
    for path in SYSTEM:
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
    for path in [*prefixes, *_library_folders(), str(HERE), "/etc/ld.so.cache"]:
        if not path.startswith(tuple(f"{folder}/" for folder in SYSTEM)) and os.path.exists(path):
            command += ["--ro-bind", path, path]
    return command


def _library_folders() -> list[str]:
    """Folders of this Python's packages that lie outside its prefixes."""
    return [path for path in map(os.path.realpath, sys.path) if path.endswith("-packages") and os.path.isdir(path)]


CONTROL = "import decimal, json, subprocess\ndef control(number):\n    return decimal.Decimal(number) + 1 == 42\n"


def works(level: str) -> str | None:
    """None if a control program runs at this level on this machine; else the reason why it does not."""
    if platform.system() != "Linux" or confine.ARCHITECTURE is None:
        return f"no sandbox for {platform.system()} on {platform.machine()}"
    if level == "landlock" and not confine.landlock_version():
        return "the kernel has no Landlock"
    received = bytearray()

    def receive(kind: bytes, data: bytes) -> bool:
        received.extend(data)
        return True

    try:
        with Sandbox(level) as sandbox:
            sandbox.load({"entry_point": "control", "inputs": ["[41]"]})
            sandbox.run(CONTROL, Limits(), receive)
    except (SandboxError, OSError) as error:
        return str(error)
    return None if received.startswith(b'["value",true]') else f"a control program failed: {bytes(received)!r:.200}"


@functools.cache
def strongest_level() -> str:
    """The strongest level that works here. SandboxError if none does: then no program is run at all."""
    reasons = []
    for level in LEVELS:
        reason = works(level)
        if reason is None:
            return level
        log.warning("sandbox level %s does not work on this machine: %s", level, reason)
        reasons.append(f"{level}: {reason}")
    raise SandboxError("no level of the sandbox works on this machine, so no program is run. " + "; ".join(reasons))
