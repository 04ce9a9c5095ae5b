"""A process that has imported what takes long, and forks for whoever asks; and its client, which Snakemake calls in
place of Python: `zygote.py PLACE SCRIPT`. Started by forks.py.
"""

import array
import json
import os
import socket
import struct
import sys


def ask(place: str, arguments: list[str], streams: list[int], **about) -> socket.socket:
    """Have a zygote fork, with these standard streams: the line to it, which ends the fork where it is closed."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(place)
    line.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))])
    told = json.dumps({"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)} | about).encode()
    line.sendall(struct.pack("I", len(told)) + told)
    return line


def answer(line: socket.socket) -> int:
    """The exit status of the fork; raises TimeoutError where the line has a time limit."""
    said = line.recv(4, socket.MSG_WAITALL)
    return struct.unpack("i", said)[0] if len(said) == 4 else 137


def serve(place: str, modules: list[str]) -> None:
    """Import, and fork for whoever asks, until standard input closes."""
    import importlib
    import select
    import signal

    for module in modules:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for keepers
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(place)
        server.listen(64)
        print("ready", flush=True)
        while sys.stdin not in (ready := select.select([server, sys.stdin], [], [])[0]):
            assert server in ready
            line, _ = server.accept()
            if os.fork() == 0:
                server.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                try:
                    keep(line)
                finally:
                    os._exit(0)
            line.close()


def keep(line: socket.socket) -> None:
    """Fork once more, and say the exit status of that process; end it where nobody listens any more."""
    import select
    import signal

    _, sent, *_ = line.recvmsg(1, socket.CMSG_SPACE(3 * 4))
    streams = array.array("i", sent[0][2])
    (size,) = struct.unpack("I", line.recv(4, socket.MSG_WAITALL))
    told = json.loads(line.recv(size, socket.MSG_WAITALL))
    child = os.fork()
    if child == 0:
        line.close()
        become(told, streams)
    for stream in streams:
        os.close(stream)
    ended = os.pidfd_open(child)
    if ended not in select.select([line, ended], [], [])[0]:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    line.sendall(struct.pack("i", os.waitstatus_to_exitcode(status)))


def become(told: dict, streams: array.array) -> None:
    """Be the process that was asked for, from its first line to its end."""
    import atexit
    import contextlib
    import importlib
    import threading
    import traceback

    status = 1
    try:
        os.setsid()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(told["folder"])
        os.environ.clear()
        os.environ.update(told["environment"])
        sys.argv = told["arguments"]
        if before := os.environ.get("PYTHONPATH"):
            sys.path[:0] = before.split(os.pathsep)
            sys.modules.pop("sitecustomize", None)
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module("sitecustomize")
        run(**told)
        status = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    try:
        threading._shutdown()  # as at the end of an interpreter
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def run(arguments: list[str], folder: str, workers: str | None = None, **_) -> None:
    """Snakemake, whose jobs are forks of the zygote `workers`; or a script."""
    if arguments[0] != "snakemake":
        import types

        sys.path.insert(0, os.path.dirname(arguments[0]))
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        main.__file__ = arguments[0]
        with open(arguments[0]) as script:
            exec(compile(script.read(), arguments[0], "exec"), main.__dict__)
        return
    from snakemake.cli import main
    from snakemake.script import PythonScript

    def execute(self, file, edit=False):
        self._execute_cmd(f"{sys.executable} -IS {__file__} {workers} {{file:q}}", file=file, is_python_script=True)

    if workers:
        PythonScript.execute_script = execute
    sys.path.insert(0, folder)
    main()


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(answer(ask(sys.argv[1], sys.argv[2:], [0, 1, 2])))
