"""Terminal output of a run: a line per finished stage, progress of sampling, messages of jobs elsewhere, failures; for
a dry run a line per job.

Snakemake's own lines about every job are not shown; they are in its log file, and `--verbose` shows them. Light: runs
at parse time.
"""

import atexit
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.common import LogEvent

from boundary.paths import CLAIMS

NOT_TRACKED = True
KILLED = "it ended without saying why, as a job does that is killed, perhaps for want of memory"
SECONDS_BETWEEN_LINES = 60
SHARE_BETWEEN_LINES = 1 / 20  # of the time that a run has taken: hours need no line a minute
CLOCKS_DIFFER = 1.0  # seconds, of this machine and of the file system
MOST_SHOWN = 3  # of the jobs that run
MOST_LINES = 20  # of sentences about pairs
INTERRUPTED = "interrupted; run the same command to continue"
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
    LogEvent.WORKFLOW_STARTED,  # the banner
}
OF_A_FAILED_JOB = ("RuleException", "CalledProcessError")  # the last lines have the reason
JOBS_FAILED = (  # lines about failed jobs in general, one of them with "look above" for the reason, which follows below
    "At least one job did not complete successfully",
    "Exiting because a job execution failed",
)
IN_RULE_FILE = re.compile(r'\AWorkflowError in (?:rule \w+ in )?file "[^"]+\.smk", line \d+:\n')
OF_TRACEBACK = re.compile(r'  File "[^"]+", line \d+, in ')
NUMBERED = re.compile(r"_\d+$")  # of rules with the same name
HOUR = re.compile(r"^\d\d:\d\d:\d\d ")
NOTHING = "Nothing to be done"
DRY = "This was a dry-run"
SAID = (NOTHING, "Unlocking")  # of what has no event


def quiet(record: logging.LogRecord) -> bool:
    """Whether Snakemake's own handler prints a record."""
    event = getattr(record, "event", None)
    if event in NOISE or getattr(record, "exception", None) in OF_A_FAILED_JOB:
        return False
    if any(line in str(record.msg) for line in JOBS_FAILED):
        return False
    return record.levelno > logging.INFO or event is not None or str(record.msg).startswith(SAID)


def plain_error(record: logging.LogRecord) -> bool:
    """Let every record through; an error about the user's input is reduced to its text, without lines of rule files."""
    if isinstance(record.msg, str):
        text, found = IN_RULE_FILE.subn("", record.msg)
        if found and not record.args:
            record.msg = "\n".join(line for line in text.splitlines() if not OF_TRACEBACK.match(line))
    return True


def quiet_if_dry(record: logging.LogRecord) -> bool:
    """`quiet` in a dry run, which counts the jobs of each rule and leaves out Snakemake's advice."""
    return quiet(record) or getattr(record, "event", None) == LogEvent.RUN_INFO or str(record.msg).startswith(DRY)


class DryRun(logging.Handler):
    """A line for every job of a dry run: its action and its reason. reasons: by the number of the job."""

    def __init__(self, reasons: Callable[[], dict[int, str]]):
        super().__init__()
        self.reasons = reasons

    def watch(self, logger: logging.Logger) -> None:
        let_own_lines_through(logger, quiet_if_dry)
        logger.addHandler(self)

    def emit(self, record: Any) -> None:
        if getattr(record, "event", None) != LogEvent.JOB_INFO or not getattr(record, "output", ()):
            return
        why = self.reasons().get(record.jobid, "")
        names = "/".join(dict(record.wildcards or {}).values())
        rule = NUMBERED.sub("", record.rule_name).replace("_", " ")
        what = record.rule_msg or " ".join(filter(None, (rule.capitalize(), names)))
        print(what if why in what else f"{what}: {why}", file=sys.stderr)


def let_own_lines_through(logger: logging.Logger, kept: Callable[[logging.LogRecord], bool]) -> None:
    """Show only those of Snakemake's own lines that are `kept`."""
    for handler in logger.handlers:
        if handler.name == "DefaultStreamHandler":
            handler.addFilter(kept)


@cache
def tell_interrupted() -> None:
    """Print, once, that the run was interrupted and how to continue."""
    print(f"\n{INTERRUPTED}", file=sys.stderr)


def no_traceback_of_interrupts(is_main: bool) -> None:
    """Let Ctrl-C end this process with one line instead of a traceback; without a line if it is not the main
    process."""
    before = sys.excepthook

    def hook(kind, error, trace) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
        elif is_main:
            tell_interrupted()

    sys.excepthook = hook


class Terminal(logging.Handler):
    """stages: rule -> stage. samples_of: samples of a job of rule sample_block, by its wildcards, or None.

    elsewhere: whether jobs run where they cannot report progress to this terminal, such as through a scheduler. left:
    seconds of sampling that remain, see `Pace.left`. targets: the files of every target that was asked for by name.
    """

    def __init__(
        self,
        stages: dict[str, str],
        samples_of: Callable[..., int | None],
        report: str,
        elsewhere: Callable[[], bool] = lambda: False,
        left: Callable[[dict, int], float | None] = lambda running, at_once: None,
        targets: Callable[[], dict[str, list[str]]] = dict,
    ):
        super().__init__()
        self.stages, self.samples_of, self.report, self.elsewhere = stages, samples_of, report, elsewhere
        self.left, self.targets = left, targets
        self.folder = Path.cwd()  # of the run; when it ends, Snakemake is back in the one where it was started
        self.total, self.done = Counter[str](), Counter[str]()
        self.jobs: dict[int, tuple[str, dict, list[str]]] = {}
        self.output: dict[int, str] = {}  # the first file that a job makes
        self.running: dict[int, float] = {}  # since when
        self.begun_at: dict[int, float] = {}  # time of day
        self.failed: dict[int, str] = {}
        self.begun = self.last = time.monotonic()
        self.samples = 0  # of blocks whose number of problems is known
        self.sampled = False  # whether any block was sampled in this run
        self.first_sample: float | None = None
        self.interrupted = self.complete = False

    def watch(self, logger: logging.Logger) -> None:
        """Print from now on instead of Snakemake's own lines about jobs, and the last lines as this process ends."""
        let_own_lines_through(logger, quiet)
        logger.addHandler(self)
        before: Any = signal.getsignal(signal.SIGINT)

        def interrupt(number, frame) -> None:  # which reaches running jobs, too: they fail by it
            self.interrupted = True
            before(number, frame)

        if callable(before):
            signal.signal(signal.SIGINT, interrupt)
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
        elif event == LogEvent.PROGRESS:
            self.complete = record.done == record.total
        elif event is None and str(record.msg).startswith(NOTHING):
            self.complete = True
        elif event == LogEvent.JOB_INFO:
            self.jobs[record.jobid] = (record.rule_name, dict(record.wildcards or {}), list(record.log))
            self.output[record.jobid] = next(iter(getattr(record, "output", ())), "").split(" (")[0]
            self.running[record.jobid], self.begun_at[record.jobid] = time.monotonic(), time.time()
            if self.stages.get(record.rule_name) == "sampling" and self.first_sample is None:
                self.first_sample = time.monotonic()
        elif event == LogEvent.JOB_FINISHED and record.job_id in self.jobs:
            self.failed.pop(record.job_id, None)  # it was tried again
            self.running.pop(record.job_id, None)
            self._finished(*self.jobs[record.job_id][:2], self._was_kept(record.job_id))
        elif event == LogEvent.JOB_ERROR:
            self.running.pop(record.jobid, None)
            names = self.jobs.get(record.jobid, ("", {}, []))[1]
            job = " ".join(filter(None, (record.rule_name, "/".join(names.values()))))
            self.failed[record.jobid] = f"{job}: {_reason(record.log)}"

    def _planned(self, stats: dict) -> None:
        for rule, count in stats.items():
            if rule in self.stages:
                self.total[self.stages[rule]] += count
        parts = [f"{stage} {count}" for stage, count in self.total.items()]
        if parts:
            self._print(f"{self.total.total()} jobs: {', '.join(parts)}")

    def _was_kept(self, job: int) -> bool:
        """Whether what a job made is older than the job: a finished block of samples under its other name."""
        file = self.folder / self.output[job]
        return file.is_file() and file.stat().st_mtime < self.begun_at[job] - CLOCKS_DIFFER

    def _finished(self, rule: str, names: dict, kept: bool) -> None:
        stage = self.stages.get(rule)
        if stage is None:
            return
        self.done[stage] += 1
        if rule == "sample_block" and not kept:
            self.sampled = True
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
        if complete and not self.sampled:
            return ", from samples that were kept"
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
        """The last lines of a run: why jobs failed, or the result of each pair and the places of results."""
        if self.interrupted:
            tell_interrupted()
        elif self.failed:
            print(f"\n{len(self.failed)} jobs failed:" if len(self.failed) > 1 else "\nA job failed:", file=sys.stderr)
            for reason in dict.fromkeys(self.failed.values()):
                print(f"  {reason}", file=sys.stderr)
            print("What was finished is kept: fix this and run the same command again.", file=sys.stderr)
        elif self.complete:
            for line in self._results():
                print(line, file=sys.stderr)

    def _results(self) -> list[str]:
        """What each pair shows and where the report is, if it was asked for; where results of other targets are."""
        lines = []
        for target, files in self.targets().items():
            made = [file for file in files if (self.folder / file).exists()]
            if self.report in made:
                lines += [*_sentences(self.folder / CLAIMS), f"The report: {_from_here(self.folder / self.report)}"]
            elif made and len(made) == len(files):
                lines.append(f"{target}: {', '.join(_from_here(self.folder / place) for place in places(made))}")
        return lines


def places(files: list[str]) -> list[str]:
    """The only file, or the folder of the files of each kind: `results/figures`, `results/tables`."""
    if len(files) == 1:
        return files
    kinds: dict[str, list[str]] = {}
    for file in files:
        kinds.setdefault("/".join(file.split("/")[:2]), []).append(os.path.dirname(file))
    return [os.path.commonpath(folders) for folders in kinds.values()]


def _from_here(path: Path) -> str:
    """A path as whoever started the run would type it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _sentences(claims: Path) -> list[str]:
    """One sentence per pair, with a blank line before them."""
    if not claims.is_file():
        return []
    lines = json.loads(claims.read_text()).get("sentences", [])
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
