"""Runs that are killed at random, and whether what they leave is what an undisturbed run leaves.

`python tests/killing.py 300` kills so many times by hand, in a folder of its own, and prints what it found.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import polars as pl
import psutil

TARGETS = ("bundle", "results/report.html")
KINDS = ("a job", "Snakemake", "both")
CLOSE = 1e-5  # log-probabilities: they depend on which responses shared a batch


def start(project, config: dict, *targets: str) -> subprocess.Popen:
    command = project.command("--keep-going", *targets, config=config)
    with open(project.root / "killed.log", "a") as log:
        return subprocess.Popen(command, cwd=project.root, stdout=log, stderr=log, start_new_session=True)


def kill(process: subprocess.Popen, kind: str, draw: random.Random) -> bool:
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
        process, kind = start(project, config, *targets), draw.choice(KINDS)
        wait(process, draw.uniform(1, longest))
        while process.poll() is None and not kill(process, kind, draw):
            wait(process, 0.2)
        done[kind] += process.poll() is None or process.returncode < 0
        if kind == "a job":
            wait(process, draw.uniform(0, 3))  # others go on, and fail or not
            process.kill() if process.poll() is None else None
        finished = process.wait() == 0
        project.snakemake("--unlock", config=config)
        if finished:
            break
    project.snakemake(*targets, config=config, forked=False)
    return done


def wait(process: subprocess.Popen, seconds: float) -> None:
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


LEFT_OUT = ("cache", "browse", "report.html")  # a memory, and what says when it was made


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


def by_hand(kills: int, folder: Path, each: int = 6) -> None:
    from conftest import fresh_project, tiny_config

    config, draw, done, wrong, round_ = tiny_config(), random.Random(), Counter(), [], 0
    whole = fresh_project(folder / "whole")
    whole.snakemake(*TARGETS, config=config, forked=False)
    while done.total() < kills:
        round_ += 1
        project = fresh_project(folder / f"round-{round_}")
        done += disturbed(project, config, TARGETS, each, draw, 60)
        wrong += [f"round {round_}: {said}" for said in differences(whole.root, project.root)]
        print(json.dumps({"rounds": round_, "kills": done, "wrong": wrong}), flush=True)


if __name__ == "__main__":
    by_hand(int(sys.argv[1]), Path(sys.argv[2]))
