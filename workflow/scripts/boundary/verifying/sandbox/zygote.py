"""The inside of the sandbox: a Python that waits, and forks itself for every program.

Started by boundary.sandbox, perhaps inside bubblewrap. Reads requests and writes replies, both framed, on its standard
input and output. It never sees an expected output, and neither does the fork that becomes the program. The fork
confines itself, runs the program, and sends back plain values through a pipe. A fork inherits this process's memory,
including freed parts. Therefore the text of a program is read after the fork, and its output passes through one buffer
that no fork inherits. Standard library only.
"""

import atexit
import contextlib
import errno
import gc
import io
import itertools
import json
import math
import mmap
import os
import select
import signal
import struct
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]
import confine
import values

for warm in ("bisect", "collections", "functools", "heapq", "itertools", "math", "random", "re", "string", "typing"):
    __import__(warm)  # what programs import most; a fork has it already

TICK = 0.05  # seconds between looks at the clock and at the memory
CHUNK = 1 << 16
TAIL = len('["end",""]\n') + 32  # bytes of the line that ends the results: it holds a nonce
STARTED = b"!"  # the first byte of the results: the fork is set up, and what follows is the program's
TOGETHER = 10  # times the limit of one test for all tests of a function
SENT_AT_ONCE = 16  # results of a function; most wrong programs fail in the first tests, later results go in batches
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
MOST_FILES = 4096  # files and folders of a program
STREAM: type = io.IOBase.__mro__[1]  # what streams of C and of Python have in common
SHOWN = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/full")


def read_message(descriptor: int) -> dict | None:
    """The next request; None at the end of input."""
    header = read_exactly(descriptor, 4)
    return json.loads(read_exactly(descriptor, struct.unpack("<I", header)[0])) if header else None


def read_exactly(descriptor: int, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = os.read(descriptor, count - len(data))
        if not part:
            return b""
        data += part
    return bytes(data)


def send(descriptor: int, kind: bytes, payload: bytes | memoryview) -> None:
    """Makes no copy of `payload`."""
    header, data = kind + struct.pack("<I", len(payload)), memoryview(payload)
    written = os.writev(descriptor, [header, data]) - len(header)  # a header is shorter than what is written at once
    while written < len(data):
        written += os.write(descriptor, data[written:])


def remove_tree(path: str) -> None:
    """Remove an unused folder with any contents: one level at a time, with two descriptors."""
    top = os.open(path, FOLDER)
    for number in itertools.count():
        with os.scandir(top) as entries:
            entry = next(entries, None)
        if entry is None:
            break
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.name, dir_fd=top)
            continue
        os.chmod(entry.name, 0o700, dir_fd=top)
        below = os.open(entry.name, FOLDER, dir_fd=top)
        with os.scandir(below) as entries:
            inside = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for index, (name, is_folder) in enumerate(inside):
            if is_folder:  # comes up here, and its turn comes; its name is one that no program can have given
                os.chmod(name, 0o700, dir_fd=below)
                os.rename(name, f"{os.urandom(16).hex()}-{number}-{index}", src_dir_fd=below, dst_dir_fd=top)
            else:
                os.unlink(name, dir_fd=below)
        os.close(below)
        os.rmdir(entry.name, dir_fd=top)
    os.close(top)
    os.rmdir(path)


# what LiveCodeBench's own grader has in scope (lcb_runner/evaluation/testing_util.py)
MODULES = (
    "string re datetime collections heapq bisect copy math random statistics itertools functools operator io sys json"
)
PRELUDE = "".join(f"from {module} import *\n" for module in [*MODULES.split(), "builtins", "typing"])
PRELUDE += "".join(f"import {module}\n" for module in MODULES.split())
ENVIRONMENTS = {"livecodebench": (PRELUDE, 50_000)}  # source that runs before a program, and how deep it may recurse


class Zygote:
    """Settings made once: the strongest confinement that works here, and the folders that a program may read."""

    def __init__(self, options: dict):
        self.options = options
        self.namespaces = options["namespaces"]
        self.own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY) if self.namespaces else -1
        self.null = os.open("/dev/null", os.O_RDWR)
        self.buffer = mmap.mmap(-1, TAIL + CHUNK, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # what programs give
        self.buffer.madvise(mmap.MADV_DONTFORK)
        self.tests: dict = {}
        self.prepared: dict[str | None, dict] = {}  # names that a program finds, by environment
        self.main: types.ModuleType | None = None  # what the next program becomes
        self.seen: set[str] = set()  # numbers of the processes that a program started
        self.made = None
        if not options["folder"]:
            self.made = f"{options['folders']}/sandbox-{os.urandom(8).hex()}"
            os.mkdir(self.made, 0o755)
        self.folder = options["folder"] or f"{self.made}/program"
        self.parent = os.path.dirname(self.folder)
        if self.namespaces:
            os.makedirs(self.folder, exist_ok=True)
            os.chmod(self.parent, 0o555)  # programs write nothing beside their folder
        if options["folder"]:  # inside bubblewrap, which made the folders above its mounts for root only
            for parent in {parent for path in options["readable"] for parent in Path(path).parents}:
                with contextlib.suppress(OSError):
                    parent.chmod(0o755)
        self.landlock = confine.landlock_version() if options["landlock"] else 0
        if self.landlock:
            readable = [os.open(path, os.O_PATH) for path in options["readable"] if os.path.isdir(path)]
            files = [os.open(path, os.O_PATH) for path in SHOWN if os.path.exists(path)]
            folder = os.open(self.parent, os.O_PATH)  # Landlock does not see the folder under a mount itself
            self.ruleset = confine.landlock_rules(self.landlock, readable, files, folder)
            for descriptor in (*readable, *files, folder):
                os.close(descriptor)
        self.filter = confine.filter_program(self.namespaces, bool(self.landlock))
        confine.limit_files(options["file_bytes"])
        confine.forbid_new_privileges()
        confine.seccomp(confine.early_filter())

    def load(self, tests: dict) -> None:
        """The inputs of a problem, and the names that its programs find in scope."""
        if "entry_point" in tests:
            tests["inputs"] = [values.loads(text) for text in tests["inputs"]]
        environment = tests.get("environment")
        if environment not in self.prepared:
            scope: dict = {}
            exec(ENVIRONMENTS[environment][0] if environment else "", scope)
            self.prepared[environment] = {n: v for n, v in scope.items() if not n.startswith("__")}
        self.tests = tests
        gc.freeze()  # a fork that collects garbage would copy every page
        self.main = types.ModuleType("__main__")  # not frozen: it goes when the program ends
        self.main.__dict__.update(self.prepared[environment])

    # --- the working folder ------------------------------------------------------------------------------------------

    def fresh_folder(self) -> None:
        """An empty working folder: memory of limited size if namespaces allow a mount."""
        if self.namespaces:
            size = f"size={self.options['folder_bytes']},nr_inodes={MOST_FILES},mode=1777".encode()
            confine.call("mount", b"tmpfs", self.folder.encode(), b"tmpfs", 6, size)  # 6: no setuid, no devices
        else:
            os.chmod(self.parent, 0o755)
            os.mkdir(self.folder)
            os.chmod(self.parent, 0o555)

    def remove_folder(self) -> None:
        """Remove everything of a program."""
        if self.namespaces:
            confine.call("umount2", self.folder.encode(), 2)  # 2: detach now
        else:
            os.chmod(self.parent, 0o755)
            remove_tree(self.folder)

    def close(self) -> None:
        if self.made:
            os.chmod(self.made, 0o755)
            remove_tree(self.made)

    # --- one program -------------------------------------------------------------------------------------------------

    def run(self, request: dict, requests: int, replies: int) -> None:
        """Run a program in a fork, pass its output on as it comes, and reply how it ended."""
        self.fresh_folder()
        results_read, results_write = os.pipe()
        output_read, output_write = os.pipe()
        input_read, input_write = os.pipe()
        for descriptor in (input_read, output_write):
            os.fchmod(descriptor, 0o666)  # as /dev/stdin and /dev/stdout, by the program's own user
        nonce = os.urandom(16).hex()
        if self.namespaces:
            confine.call("unshare", confine.CLONE_NEWPID)
        begun = time.monotonic()
        self.seen.clear()
        child = os.fork()
        if child == 0:
            try:
                program = read_exactly(requests, request["bytes"]).decode("utf-8", "surrogatepass")
                for descriptor in (results_read, output_read, input_write, requests, replies, self.own_namespace):
                    if descriptor >= 0:
                        os.close(descriptor)
                self.become(request, program, nonce, results_write, output_write, input_read)
            finally:
                os._exit(70)
        if self.namespaces:
            confine.call("setns", self.own_namespace, confine.CLONE_NEWPID)
        for descriptor in (results_write, output_write, input_read):
            os.close(descriptor)
        text = self.tests["inputs"][request["test"]].encode() if "test" in request else b""
        ended_by = self.watch(request, child, nonce, requests, replies, results_read, output_read, input_write, text)
        _, status, usage = os.wait4(child, 0)
        self.remove_folder()
        ending = {
            "ended_by": ended_by,  # end, exit, unstarted, cpu, wall, memory, disk, threads, output, stop
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
            "cpu": usage.ru_utime + usage.ru_stime,
            "wall": time.monotonic() - begun,
            "processes": 1 + len(self.seen),
        }
        send(replies, b"d", json.dumps(ending).encode())
        if ended_by == "unstarted":  # nobody has read its text, so the next request cannot be told from it
            raise SystemExit("a program did not start")

    def watch(self, request, child, nonce, requests, replies, results, output, program_input, text) -> str:
        """Pass on results and output, feed input, enforce limits. The child is dead when this returns."""
        limits, sent, started = request["limits"], 0, False
        begun = shown = time.monotonic()  # shown: when the last result came
        cpu_before = 0.0  # what was used up when the last result came
        ending = f'["end","{nonce}"]\n'.encode()
        buffer = memoryview(self.buffer)
        buffer[:TAIL] = bytes(TAIL)
        tail, piece = buffer[:TAIL], buffer[TAIL:]  # the last bytes of the results before, and what comes
        exited = os.pidfd_open(child)
        os.set_blocking(program_input, False)
        poll = select.poll()
        for descriptor in (results, output, exited):
            poll.register(descriptor, select.POLLIN)
        if text:
            poll.register(program_input, select.POLLOUT)
        else:
            os.close(program_input)
        ended_by, next_look = None, time.monotonic() + 2 * TICK
        while ended_by is None:
            events = dict(poll.poll(TICK * 1000))
            for descriptor, kind in ((results, b"r"), (output, b"o")):
                if descriptor in events:
                    size = os.readv(descriptor, [piece])
                    if not size:
                        poll.unregister(descriptor)
                        continue
                    data = piece[:size]
                    if kind == b"r" and not started:
                        started, data = True, data[len(STARTED) :]
                        poll.register(requests, select.POLLIN)  # the text of the program was read
                    sent += len(data)
                    send(replies, kind, data)
                    if kind == b"r":
                        tail[:] = buffer[size : size + TAIL]
                        if self.buffer.find(b"\n", TAIL, TAIL + size) >= 0:
                            shown = time.monotonic()  # the next test has its time anew
                            if shown > begun + TICK:
                                cpu_before = self.usage(child)[0]
            if program_input in events and text:
                try:
                    text = text[os.write(program_input, text[:CHUNK]) :]
                except BlockingIOError:
                    pass
                except OSError:
                    text = b""
                if not text:
                    poll.unregister(program_input)
                    os.close(program_input)
            if sent > limits["output_bytes"]:
                ended_by = "output"
            elif tail == ending:
                ended_by = "end"
            elif requests in events:
                ended_by = "stop"
            elif exited in events and not {results, output} & events.keys():
                ended_by = "exit" if started else "unstarted"
            elif time.monotonic() > next_look:
                next_look = now = time.monotonic() + 2 * TICK
                cpu, memory, disk, threads = self.usage(child)
                if cpu - cpu_before > limits["cpu_seconds"]:
                    ended_by = "cpu"
                elif now > min(shown + limits["wall_seconds"], begun + TOGETHER * limits["wall_seconds"]):
                    ended_by = "wall"
                elif memory > limits["memory_bytes"]:
                    ended_by = "memory"
                elif disk > self.options["folder_bytes"]:
                    ended_by = "disk"
                elif threads > self.options["processes"]:
                    ended_by = "threads"
        os.kill(child, signal.SIGKILL)  # as the first process of its namespace it takes all others with it
        if ended_by == "end":  # what it printed before
            os.set_blocking(output, False)
            with contextlib.suppress(BlockingIOError):
                while size := os.readv(output, [piece]):
                    send(replies, b"o", piece[:size])
        if text:
            os.close(program_input)
        for descriptor in (results, output, exited):
            os.close(descriptor)
        return ended_by

    def usage(self, child: int) -> tuple[float, int, float, int]:
        """CPU seconds and bytes of memory of all of a program's processes; bytes on disk, and threads if it has one
        process.

        In namespaces all processes except this one and the first belong to the program; mounts and users limit the
        rest.
        """
        names = os.listdir("/proc") if self.namespaces else [str(child)]
        ticks = pages = threads = 0
        for name in names:
            if name.isdigit() and int(name) not in (1, os.getpid()):
                if int(name) != child:
                    self.seen.add(name)
                try:
                    with open(f"/proc/{name}/stat") as file:
                        fields = file.read().rpartition(")")[2].split()
                except OSError:
                    continue
                ticks += sum(map(int, fields[11:15]))  # utime, stime, and of children that were waited for
                threads += int(fields[17])
                pages += int(fields[21])
        return (
            ticks / os.sysconf("SC_CLK_TCK"),
            pages * os.sysconf("SC_PAGE_SIZE"),
            0 if self.namespaces else self.on_disk(),
            0 if self.namespaces else threads,
        )

    def on_disk(self) -> float:
        """Bytes in the working folder; infinite if it has too many files, or folders too deep to read."""
        used, files, waiting = 0, 0, [self.folder]
        while waiting:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        files += 1
                        used += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        if files > MOST_FILES:
                            return math.inf
            except OSError as error:  # else: it is gone meanwhile, or the program itself cannot open it
                if error.errno == errno.ENAMETOOLONG:
                    return math.inf
        return used

    def become(self, request, program, nonce, results, output, program_input) -> None:
        """In the fork: confine this process, then run the program. Does not return."""
        limits = request["limits"]
        os.setsid()
        if not self.namespaces:  # there it dies with the first process
            confine.call("prctl", confine.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        is_script = "test" in request
        os.dup2(program_input if is_script else self.null, 0)
        os.dup2(output if is_script else self.null, 1)
        os.dup2(self.null, 2)
        os.dup2(results, 3)
        os.chdir(self.folder)
        cpu_seconds = limits["cpu_seconds"] * (1 if is_script else TOGETHER)
        processes = self.options["processes"] if self.namespaces else None  # else it would count the user's others
        confine.limit_program(cpu_seconds, limits["memory_bytes"], processes)
        confine.drop_privileges(self.options["user"])
        if self.landlock:
            confine.restrict_files(self.ruleset)
        os.closerange(4, 64)
        confine.seccomp(self.filter)
        os.write(3, STARTED)
        environment = self.tests.get("environment")
        if environment:
            sys.setrecursionlimit(ENVIRONMENTS[environment][1])
        main: list
        run, main, self.main = run_script if is_script else run_functions, [self.main], None
        run(program, self.tests, nonce, main.pop())


# --- in the fork: the program ----------------------------------------------------------------------------------------


def write(line: str) -> None:
    data = memoryview(line.encode())
    while data:
        data = data[os.write(3, data) :]


def report(*line: str) -> None:
    write(json.dumps(line) + "\n")


def open_streams() -> None:
    """New standard streams on the descriptors 0, 1 and 2."""
    for descriptor, name, errors in ((0, "stdin", None), (1, "stdout", None), (2, "stderr", "backslashreplace")):
        mode = "w" if descriptor else "r"
        stream = open(descriptor, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def become_main(module: types.ModuleType) -> None:
    """Make a module that was prepared before the fork its `__main__`, with the current streams."""
    for stream in ("stdin", "stdout", "stderr"):
        if stream in module.__dict__:
            module.__dict__[stream] = getattr(sys, stream)
    module.__file__ = "solution.py"
    for name in ("confine", "values"):  # a program may have modules of these names
        sys.modules.pop(name, None)
    sys.modules["__main__"] = module
    sys.argv, sys.path[0] = ["solution.py"], os.getcwd()


def compiled(program: str) -> types.CodeType:
    """Compile as Python reads a file, which may begin with a byte order mark."""
    return compile(program.removeprefix("\ufeff"), "solution.py", "exec")


def run_functions(program: str, tests: dict, nonce: str, module: types.ModuleType) -> None:
    """Define the program, call its function with each input, report each value as it comes."""
    become_main(module)
    module.__name__ = "solution"  # a script's `if __name__ == "__main__":` part is not wanted here
    sys.modules["solution"] = module
    try:
        exec(compiled(program), module.__dict__)
        function = entry_point(module, tests["entry_point"])
    except BaseException as error:
        report("failed", type(error).__name__)
        return
    waiting, since = "", time.monotonic()
    for number, arguments in enumerate(tests["inputs"]):
        try:
            waiting += f'["value",{values.dumps(function(*arguments))}]\n'
        except BaseException as error:
            waiting += json.dumps(["error", type(error).__name__]) + "\n"
        if number < SENT_AT_ONCE or len(waiting) > CHUNK or time.monotonic() - since > TICK / 10:
            write(waiting)
            waiting, since = "", time.monotonic()
    write(f'{waiting}["end","{nonce}"]\n')


def entry_point(module: types.ModuleType, name: str):
    """`name`, or with a dot, such as Solution.twoSum, the method of a new object."""
    owner, _, method = name.rpartition(".")
    if owner and not hasattr(module, owner):
        return getattr(module, method)  # a bare function does too
    return getattr(getattr(module, owner)(), method) if owner else getattr(module, name)


def run_script(program: str, tests: dict, nonce: str, module: types.ModuleType) -> None:
    """Run the program as a script from its first line to the end of the interpreter."""
    with contextlib.suppress(OSError):  # where nothing can be written it does without its source file
        file = os.open("solution.py", os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(file, program.encode("utf-8", "surrogatepass"))
        os.close(file)
    open_streams()
    become_main(module)
    own, code = os.getpid(), 0
    try:
        exec(compiled(program), module.__dict__)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException as error:
        report("error", type(error).__name__)
        code = 1
    del module  # which sys.modules alone holds now
    for step in (wait_for_threads, atexit._run_exitfuncs, flush_streams, forget_main, flush_streams):
        with contextlib.suppress(BaseException):  # it ends all the same, as at home
            step()
    if code == 0 and os.getpid() == own:  # a fork of the program comes to its own end, not to the program's
        write(f'["end","{nonce}"]\n')
    os._exit(code & 0xFF)


# --- the end of the interpreter, in the order of Py_FinalizeEx (CPython, Python/pylifecycle.c) ------------------------


def wait_for_threads() -> None:
    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()


def flush_streams() -> None:
    """Flush the standard streams, then all others that this process opened, the oldest first, then those of C."""
    standard = (getattr(sys, name, None) for name in ("stdout", "stderr"))
    for stream in itertools.chain(standard, objects_of(STREAM)):
        with contextlib.suppress(BaseException):
            stream.flush()
    confine.libc.fflush(None)


def objects_of(base: type) -> Iterator:
    """All objects of a type. The waiting Python's own objects are frozen, and not among them."""
    for generation in (2, 1, 0):
        things = gc.get_objects(generation)
        kinds = {kind for kind in set(map(type, things)) if issubclass(kind, base)}
        yield from itertools.compress(things, map(kinds.__contains__, map(type, things)))


class Namespace:
    """Holds names without other references. Once all of them have had their `__del__`, it keeps them from being freed.

    Python does the same with an object that is resurrected. It also saves copies of the pages that they share.
    """

    def __init__(self, names: dict):
        self.names, self.itself = names, self

    def __del__(self):
        sys.modules["__main__"] = self  # type: ignore[assignment]  # no module, and nobody looks at it


def forget_main() -> None:
    """Drop all references to the program's names, so that `__del__` is called."""
    Namespace(sys.modules.pop("__main__").__dict__)
    gc.collect()


def serve() -> None:
    requests, replies = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    open_streams()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # where memory ends, the kernel takes a program before anything outside
    confine.call("prctl", confine.PR_SET_DUMPABLE, 0, 0, 0, 0)
    options = read_message(requests)
    if options is None:
        return
    for module in options["preload"]:
        __import__(module)
    zygote = Zygote(options)
    gc.collect()
    send(replies, b"d", b"")
    while (request := read_message(requests)) is not None:
        if request["do"] == "tests":
            zygote.load(request["tests"])
        elif request["do"] == "run":
            zygote.run(request, requests, replies)
    zygote.close()


if __name__ == "__main__":
    serve()
