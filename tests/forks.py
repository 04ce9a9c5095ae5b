"""Snakemake, and scripts of its jobs, in forks of processes that have imported what takes long, and nothing of ours.

A start of Snakemake spends more on imports than on the plan of a small run, and a job more than on its work. A fork has
them, and is otherwise a process of its own: nothing it does is seen by the next.
"""

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import zygote

SNAKEMAKE = """snakemake.cli snakemake.script snakemake.profiles snakemake.report.html_reporter
    snakemake.executors.dryrun snakemake.executors.local smart_open jsonschema"""
SCRIPTS = """snakemake.script polars matplotlib.pyplot scipy.optimize scipy.special scipy.stats PIL.Image"""
MODELS = """transformers.models.auto.modeling_auto transformers.models.auto.tokenization_auto
    transformers.models.llama.modeling_llama transformers.generation.utils"""
VLLM = "vllm vllm.entrypoints.llm vllm.v1.engine.core vllm.v1.worker.cpu_worker vllm.model_executor.models.llama"


class Zygote:
    """A process of a Python that has imported modules; it ends with this one."""

    def __init__(self, python: str, modules: list[str]):
        self.folder = tempfile.TemporaryDirectory(prefix="zygote-")  # the path of a socket must be short
        self.place = f"{self.folder.name}/socket"
        command = [python, "-P", zygote.__file__, "--serve", self.place, *modules]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n", modules


@cache
def started(python: str, modules: str) -> Zygote:
    """The one of this process, started when it is first needed."""
    return Zygote(python, modules.split())


@cache
def has_vllm(python: str) -> bool:
    probe = "import importlib.util as u, sys; sys.exit(u.find_spec('vllm') is None)"
    return subprocess.run([python, "-c", probe]).returncode == 0


def of_scripts(python: str) -> Zygote:
    """The one of what jobs import; without a hub's library where the environment says how that is to behave."""
    modules = [SCRIPTS]
    if not any(name.startswith("HF_") for name in os.environ):
        modules += [MODELS, VLLM] if has_vllm(python) else [MODELS]
    return started(python, " ".join(modules))


def run(parent: Zygote, arguments: list[str], folder: Path, timeout: float, **about) -> tuple[int, str]:
    """Exit status and output of a script, or of Snakemake, ended with a TimeoutError after so many seconds."""
    with tempfile.TemporaryFile() as printed, open(os.devnull) as nothing:
        streams = [nothing.fileno(), printed.fileno(), printed.fileno()]
        with zygote.ask(parent.place, arguments, streams, folder=str(folder), **about) as line:
            line.settimeout(timeout)
            status = zygote.answer(line)
        printed.seek(0)
        return status, printed.read().decode()


def snakemake(command: list[str], folder: Path, timeout: float) -> tuple[int, str]:
    """`python -m snakemake ...` as by `run`."""
    python, _, *arguments = command
    assert arguments[0] == "snakemake"
    plans = {"--dry-run", "-n"} & set(arguments)
    workers = {} if plans else {"workers": of_scripts(python).place}
    return run(started(python, SNAKEMAKE), arguments, folder, timeout, **workers)
