"""Snakemake, and scripts of its jobs, in forks of processes that have imported what takes long, and nothing of ours.

A start of Snakemake spends more on imports than on the plan of a small run, and a job more than on its work. A fork has
them, and is otherwise a process of its own: nothing it does is seen by the next.
"""

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import zygote

IMPORTED = {
    "snakemake": """snakemake.cli snakemake.script snakemake.profiles snakemake.report.html_reporter
        snakemake.executors.dryrun snakemake.executors.local smart_open jsonschema""",
    "scripts": """snakemake.script polars matplotlib.pyplot scipy.optimize scipy.special scipy.stats PIL.Image
        transformers.models.auto.modeling_auto transformers.models.auto.tokenization_auto
        transformers.models.llama.modeling_llama transformers.generation.utils""",
}


class Zygote:
    """A process that has imported `modules`; it ends with this one."""

    def __init__(self, modules: list[str]):
        self.folder = tempfile.TemporaryDirectory(prefix="zygote-")  # the path of a socket must be short
        self.place = f"{self.folder.name}/socket"
        command = [sys.executable, "-P", zygote.__file__, "--serve", self.place, *modules]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n", modules


@cache
def started(kind: str) -> Zygote:
    """The one of this process, started when it is first needed."""
    return Zygote(IMPORTED[kind].split())


def snakemake(command: list[str], folder: Path, timeout: float) -> tuple[int, str]:
    """Exit status and output of `python -m snakemake ...`, ended with a TimeoutError after so many seconds."""
    python, _, name, *arguments = command
    assert (python, name) == (sys.executable, "snakemake")
    plans = {"--dry-run", "-n"} & set(arguments)
    about = {"folder": str(folder)} | ({} if plans else {"workers": started("scripts").place})
    with tempfile.TemporaryFile() as printed, open("/dev/null") as nothing:
        streams = [nothing.fileno(), printed.fileno(), printed.fileno()]
        with zygote.ask(started("snakemake").place, ["snakemake", *arguments], streams, **about) as line:
            line.settimeout(timeout)
            status = zygote.answer(line)
        printed.seek(0)
        return status, printed.read().decode()
