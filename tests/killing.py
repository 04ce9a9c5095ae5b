"""Runs that are killed at random, and whether what they leave is what an undisturbed run leaves.

`python tests/killing.py 300 FOLDER` kills so many times by hand, in a folder that is made, and prints what it found.
"""

import json
import os
import random
import select
import signal
import sys
import tarfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import polars as pl
import psutil

import forks
import zygote

TARGETS = ("bundle", "results/report.html")
KINDS = ("a job", "Snakemake", "both")
CLOSE = 1e-5  # log-probabilities: they depend on which responses shared a batch


class Run:
    """Snakemake on its way, with its jobs, in forks of processes that have imported what takes long (forks.py).

    A job whose Snakemake was killed goes on, and one that is killed takes no other with it, as where they are started
    by a user.
    """

    def __init__(self, project, config: dict, *targets: str):
        python, _, *arguments = project.command("--keep-going", *targets, config=config)
        parent = forks.started(python, forks.SNAKEMAKE)
        before, workers = _descendants(parent.process.pid), forks.of_scripts(python).place
        with open(project.root / "killed.log", "a") as log, open(os.devnull) as nothing:
            streams = [nothing.fileno(), log.fileno(), log.fileno()]
            self.line = zygote.ask(parent.place, arguments, streams, folder=str(project.root), workers=workers)
        self.returncode, new = None, []
        while not new and self.poll() is None:
            new = [one for one in _descendants(parent.process.pid) - before if _leads(one)]
        self.pid = new[0] if new else 0

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self.line], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = zygote.answer(self.line)
            self.line.close()
        return self.returncode


def _descendants(pid: int) -> set[int]:
    return {child.pid for child in psutil.Process(pid).children(recursive=True)}


def _leads(pid: int) -> bool:
    """Whether it is what a zygote was asked for, and not who watches it."""
    with suppress(ProcessLookupError):
        return os.getsid(pid) == pid
    return False


def kill(process: Run, kind: str, draw: random.Random) -> bool:
    """Kill what there is of a kind; whether there was something. Whatever outlives Snakemake goes on."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return False
    jobs = [child for child in children if _is_job(child)]
    if kind == "a job" and not jobs:
        return False
    for one in [draw.choice(jobs)] if kind == "a job" else jobs if kind == "both" else []:
        _kill(one.pid)
    if kind != "a job":
        _kill(process.pid)
    return True


def _is_job(process: psutil.Process) -> bool:
    try:
        return any(".snakemake/scripts/" in part for part in process.cmdline())
    except psutil.Error:
        return False


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def disturbed(project, config: dict, targets: tuple, kills: int, draw: random.Random, longest: float) -> Counter:
    """Run to the end, and be killed so often before: after up to `longest` seconds each time. How often, by kind."""
    done = Counter()
    while done.total() < kills:
        process, kind = Run(project, config, *targets), draw.choice(KINDS)
        wait(process, draw.uniform(0, longest))
        while process.poll() is None and not kill(process, kind, draw):
            wait(process, 0.2)
        done[kind] += process.poll() is None or process.returncode < 0
        if kind == "a job":
            wait(process, draw.uniform(0, 3))  # others go on, and fail or not
            _kill(process.pid) if process.poll() is None else None
        finished = process.wait() == 0
        project.snakemake("--unlock", config=config)
        if finished:
            break
    project.snakemake(*targets, config=config)
    return done


def wait(process: Run, seconds: float) -> None:
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)


def differences(one: Path, other: Path) -> list[str]:
    """In what the results of two folders differ: those of `other`, and all where both have a bundle."""
    folders = (one, other) if (other / "results/bundle.tar.gz").exists() else (other,)
    names = {path.relative_to(folder) for folder in folders for path in folder.glob("results/**/*")}
    found = []
    for name in sorted(name for name in names if not any(part.startswith(".") for part in name.parts)):
        left, right = one / name, other / name
        if (left.is_dir() and right.is_dir()) or name.parts[1] in LEFT_OUT:
            continue
        if not (left.is_file() and right.is_file()):
            found.append(f"{name} is there once")
        elif name.suffix == ".parquet":
            found += [f"{name}: {said}" for said in _of_frames(left, right)]
        elif name.name == "bundle.tar.gz":
            found += [f"{name}: {said}" for said in _of_bundles(left, right)]
        elif name.suffix in (".csv", ".json") and left.read_bytes() != right.read_bytes():
            found.append(f"{name} differs")
    return found


LEFT_OUT = ("cache", "logs", "measurements", "browse", "report.html")  # a memory, processes, the day


def _of_frames(left: Path, right: Path) -> list[str]:
    ours, theirs = pl.read_parquet(left), pl.read_parquet(right)
    if ours.columns != theirs.columns or len(ours) != len(theirs):
        return ["other columns or rows"]
    said = []
    for column in ours.columns:
        if "logprob" in column and ours[column].dtype == pl.Float64:
            same = ((ours[column] - theirs[column]).abs() <= CLOSE).all()
        else:
            same = ours[column].equals(theirs[column], null_equal=True)
        said += [] if same else [f"column {column}"]
    return said


def _of_bundles(left: Path, right: Path) -> list[str]:
    if left.read_bytes() == right.read_bytes():
        return []
    members = []
    for file in (left, right):
        with tarfile.open(file) as tar:
            members.append({member.name: tar.extractfile(member).read() for member in tar})
    names = [name for name in members[0] | members[1] if members[0].get(name) != members[1].get(name)]
    with_logprobs = ("bundle/manifest.json", "results/samples/", "results/likelihood/")
    return [name for name in names if not name.startswith(with_logprobs)]


def by_hand(kills: int, folder: Path, each: int = 25, longest: float = 10) -> None:
    from conftest import fresh_project, tiny_config

    config, draw, done, wrong, round_ = tiny_config(), random.Random(), Counter(), [], 0
    whole = fresh_project(folder / "whole")
    whole.snakemake(*TARGETS, config=config, forked=False)
    while done.total() < kills:
        round_ += 1
        each = min(each, kills - done.total())
        project = fresh_project(folder / f"round-{round_}")
        done += disturbed(project, config, TARGETS, each, draw, longest)
        wrong += [f"round {round_}: {said}" for said in differences(whole.root, project.root)]
        print(json.dumps({"rounds": round_, "kills": done, "wrong": wrong}), flush=True)


if __name__ == "__main__":
    by_hand(int(sys.argv[1]), Path(sys.argv[2]))
