"""What a run prints: a line per finished stage, how far sampling is, what jobs elsewhere say, and what failed.

Snakemake's own lines on every job are left out of the terminal; they are in its log file, and `--verbose` shows them.
Light: runs at parse time.
"""

import atexit
import json
import logging
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.common import LogEvent

from boundary.paths import CLAIMS

NOT_TRACKED = True
KILLED = "it ended without saying why, as a job does that is killed, perhaps for want of memory"
SECONDS_BETWEEN_LINES = 60
SHARE_BETWEEN_LINES = 1 / 20  # of the time that a run has taken: hours need no line a minute
MOST_SHOWN = 3  # of the jobs that run
MOST_LINES = 20  # of the answer
NOISE = {  # on single jobs
    LogEvent.JOB_INFO,
    LogEvent.JOB_STARTED,
    LogEvent.JOB_FINISHED,
    LogEvent.JOB_ERROR,
    LogEvent.GROUP_INFO,
    LogEvent.SHELLCMD,
    LogEvent.PROGRESS,
    LogEvent.RUN_INFO,
    LogEvent.RESOURCES_INFO,
}
OF_A_FAILED_JOB = ("RuleException", "CalledProcessError")  # said better at the end
HOUR = re.compile(r"^\d\d:\d\d:\d\d ")
SAID = ("Nothing to be done", "Unlocking")  # of what has no event


def quiet(record: logging.LogRecord) -> bool:
    """Whether Snakemake's own handler prints a record."""
    event = getattr(record, "event", None)
    if event in NOISE or getattr(record, "exception", None) in OF_A_FAILED_JOB:
        return False
    return record.levelno > logging.INFO or event is not None or str(record.msg).startswith(SAID)


class Terminal(logging.Handler):
    """stages: rule -> stage. samples_of: samples that a job of rule sample_block makes, by its wildcards, or None.

    elsewhere: whether jobs run where they cannot say on this terminal how far they are, as through a scheduler.
    left: how many seconds sampling still takes, see `Pace.left`.
    """

    def __init__(
        self,
        stages: dict[str, str],
        samples_of: Callable[..., int | None],
        report: str,
        elsewhere: Callable[[], bool] = lambda: False,
        left: Callable[[dict, int], float | None] = lambda running, at_once: None,
    ):
        super().__init__()
        self.stages, self.samples_of, self.report, self.elsewhere = stages, samples_of, report, elsewhere
        self.left = left
        self.folder = Path.cwd()  # of the run; when it ends, Snakemake is back in the one where it was started
        self.total, self.done = Counter[str](), Counter[str]()
        self.jobs: dict[int, tuple[str, dict, list[str]]] = {}
        self.output: dict[int, str] = {}  # the first file that a job makes
        self.running: dict[int, float] = {}  # since when
        self.failed: dict[int, str] = {}
        self.begun = self.last = time.monotonic()
        self.samples = 0
        self.first_sample: float | None = None
        self.reported = False

    def watch(self, logger: logging.Logger) -> None:
        """Print from now on in place of Snakemake's own lines on jobs, and the last lines as this process ends."""
        for handler in logger.handlers:
            if handler.name == "DefaultStreamHandler":
                handler.addFilter(quiet)
        logger.addHandler(self)
        atexit.register(self.finish)
        threading.Thread(target=self._break_silence, daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._told(record)
        except Exception:  # a line that cannot be printed must not end a run
            self.handleError(record)

    def _told(self, record: Any) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self._planned(record.stats)
        elif event == LogEvent.JOB_INFO:
            self.jobs[record.jobid] = (record.rule_name, dict(record.wildcards or {}), list(record.log))
            self.output[record.jobid] = next(iter(getattr(record, "output", ())), "").split(" (")[0]
            self.running[record.jobid] = time.monotonic()
            if self.stages.get(record.rule_name) == "sampling" and self.first_sample is None:
                self.first_sample = time.monotonic()
        elif event == LogEvent.JOB_FINISHED and record.job_id in self.jobs:
            self.failed.pop(record.job_id, None)  # it was tried again
            self.running.pop(record.job_id, None)
            self._finished(*self.jobs[record.job_id][:2])
        elif event == LogEvent.JOB_ERROR:
            self.running.pop(record.jobid, None)
            names = self.jobs.get(record.jobid, ("", {}, []))[1]
            self.failed[record.jobid] = f"{record.rule_name} {'/'.join(names.values())}: {_reason(record.log)}"

    def _planned(self, stats: dict) -> None:
        for rule, count in stats.items():
            if rule in self.stages:
                self.total[self.stages[rule]] += count
        parts = [f"{stage} {count}" for stage, count in self.total.items()]
        if parts:
            self._print(f"{self.total.total()} jobs: {', '.join(parts)}")

    def _finished(self, rule: str, names: dict) -> None:
        stage = self.stages.get(rule)
        if stage is None:
            return
        self.done[stage] += 1
        self.reported |= rule == "make_report"
        if rule == "sample_block":
            self.samples += self.samples_of(**names) or 0
        complete = self.done[stage] == self.total[stage]
        if complete or self._is_silent():
            self._print(f"{stage}: {self.done[stage]} of {self.total[stage]}{self._speed(stage, complete)}")

    def _is_silent(self) -> bool:
        now = time.monotonic()
        return now - self.last > max(SECONDS_BETWEEN_LINES, SHARE_BETWEEN_LINES * (now - self.begun))

    def _break_silence(self) -> None:
        """Say what runs, where no job has ended for a while."""
        while True:
            time.sleep(min(5, SECONDS_BETWEEN_LINES))
            with self.lock or nullcontext():
                if self.running and self._is_silent() and self.elsewhere():
                    self._print(self._says())

    def _says(self) -> str:
        """The jobs that have run longest, with the last line of their logs."""
        lines = [f"{len(self.running)} running:"]
        for job, since in list(self.running.items())[:MOST_SHOWN]:
            rule, names, logs = self.jobs[job]
            lines.append(f"  {rule} {'/'.join(names.values())}, {_clock(time.monotonic() - since)}{_last_line(logs)}")
        return "\n".join(lines)

    def _speed(self, stage: str, complete: bool) -> str:
        """Samples a second of the whole run, and how long sampling will take."""
        if stage != "sampling" or self.first_sample is None:
            return ""
        seconds = max(time.monotonic() - self.first_sample, 1e-9)
        speed = f", {self.samples:,} samples, {self.samples / seconds:,.0f} samples/s" if self.samples else ""
        now = time.monotonic()
        running = {self.output[job]: now - since for job, since in self.running.items() if self._samples(job)}
        at_once = 1 + len(running)  # a job has just ended, and the next one is not begun
        left = None if complete else self.left(running, min(at_once, self.total[stage] - self.done[stage]))
        return speed if left is None else f"{speed}, about {_clock(left)} left"

    def _samples(self, job: int) -> bool:
        return self.jobs[job][0] in ("sample_block", "sample_topup")

    def _print(self, line: str) -> None:
        self.last = time.monotonic()
        print(f"[{_clock(self.last - self.begun)}] {line}", file=sys.stderr, flush=True)

    def finish(self) -> None:
        """The last lines of a run: why jobs failed, or where the report is."""
        if self.failed:
            print(f"\n{len(self.failed)} jobs failed:" if len(self.failed) > 1 else "\nA job failed:", file=sys.stderr)
            for reason in dict.fromkeys(self.failed.values()):
                print(f"  {reason}", file=sys.stderr)
            print("What was finished is kept: mend this, and run the same command again.", file=sys.stderr)
        elif self.reported:
            for line in _answer(self.folder / CLAIMS):
                print(line, file=sys.stderr)
            print(f"The report: {_from_here(self.folder / self.report)}", file=sys.stderr)


def _from_here(path: Path) -> str:
    """A path as whoever started the run would type it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _answer(claims: Path) -> list[str]:
    """The first lines of the answer of a run, with a blank line before them."""
    if not claims.is_file():
        return []
    lines = json.loads(claims.read_text()).get("answer", [])
    more = [f"and {len(lines) - MOST_LINES} more lines in {_from_here(claims)}"] if len(lines) > MOST_LINES else []
    return ["", *lines[:MOST_LINES], *more]


def _paths(logs: list[str]) -> list[Path]:
    """Of log files as Snakemake names them, some with a remark in brackets."""
    return [Path(log.split(" (")[0]) for log in logs]


def _reason(logs: list[str]) -> str:
    """What the log of a job says of its end, and where it is."""
    for path in _paths(logs):
        if path.is_file() and (lines := path.read_text(errors="replace").strip().splitlines()):
            said = [line for line in lines if " error: " in line]
            if not said and not any(line.startswith("Traceback") for line in lines):
                return f"{KILLED}; its last line: {lines[-1]} ({path})"
            return f"{(said or lines)[-1].partition(' error: ')[2] or lines[-1]} ({path})"
    return f"{KILLED}; it left no log, see Snakemake's own in .snakemake/log"


def _last_line(logs: list[str]) -> str:
    """What a job that runs last wrote to its log, without the hour."""
    for path in _paths(logs):
        try:
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - 2000))
                lines = file.read().decode(errors="replace").strip().splitlines()
        except OSError:  # not there yet
            continue
        if lines:
            return f": {HOUR.sub('', lines[-1])[:120]}"
    return ""


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
