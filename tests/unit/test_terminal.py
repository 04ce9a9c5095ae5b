"""What a run prints, from the events that Snakemake gives."""

import json
import logging
import time

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from boundary.terminal import Terminal, quiet

STAGES = {"sample_block": "sampling", "verify_block": "verifying", "make_report": "report"}


def record(event=None, level=logging.INFO, message="", **facts) -> logging.LogRecord:
    made = logging.LogRecord("snakemake", level, "", 0, message, (), None)
    made.__dict__ |= {"event": event, **facts}
    return made


@pytest.fixture
def terminal():
    return Terminal(STAGES, lambda benchmark, **_: {"chain": 20}.get(benchmark), "results/report.html")


def start(terminal, number: int, rule: str, log=(), output=()) -> None:
    names = {"model": "m", "benchmark": "chain"}
    terminal.emit(record(LogEvent.JOB_INFO, jobid=number, rule_name=rule, wildcards=names, log=log, output=output))


def test_a_line_for_every_finished_stage_and_the_report_at_the_end(terminal, capsys):
    terminal.emit(record(LogEvent.RUN_INFO, stats={"sample_block": 2, "make_report": 1, "all": 1, "total": 4}))
    for number, rule in enumerate(("sample_block", "sample_block", "make_report")):
        start(terminal, number, rule)
        terminal.emit(record(LogEvent.JOB_FINISHED, job_id=number))
    terminal.finish()
    planned, sampled, reported, last = capsys.readouterr().err.splitlines()
    assert planned.endswith("3 jobs: sampling 2, report 1")
    assert "sampling: 2 of 2, 40 samples, " in sampled
    assert reported.endswith("report: 1 of 1")
    assert last == "The report: results/report.html"


def test_the_answer_stands_above_where_the_report_is(terminal, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    terminal.folder = tmp_path
    claims = tmp_path / "results/claims.json"
    claims.parent.mkdir()
    claims.write_text(json.dumps({"answer": [f"line {i}" for i in range(30)]}))
    terminal.reported = True
    terminal.finish()
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["", "line 0"]
    assert lines[-2:] == ["and 10 more lines in results/claims.json", "The report: results/report.html"]


def test_the_time_left_is_that_of_the_blocks_that_are_left(terminal, capsys, monkeypatch):
    monkeypatch.setattr(Terminal, "_is_silent", lambda self: True)
    asked = []
    terminal.left = lambda running, at_once: asked.append((list(running), at_once)) or 83
    terminal.emit(record(LogEvent.RUN_INFO, stats={"sample_block": 3, "total": 3}))
    for number in range(3):
        start(terminal, number, "sample_block", output=[f"results/samples/{number}.parquet"])
    for number in range(3):
        terminal.emit(record(LogEvent.JOB_FINISHED, job_id=number))
    _, first, second, third = capsys.readouterr().err.splitlines()
    assert [line.endswith(", about 1:23 left") for line in (first, second, third)] == [True, True, False]
    assert asked == [
        (["results/samples/1.parquet", "results/samples/2.parquet"], 2),
        (["results/samples/2.parquet"], 1),
    ]


def test_the_answer_and_the_report_of_a_run_in_another_folder_are_found(terminal, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    terminal.folder, terminal.reported = tmp_path / "runs/mine", True
    (terminal.folder / "results").mkdir(parents=True)
    (terminal.folder / "results/claims.json").write_text('{"answer": ["chain: it does"]}')
    terminal.finish()
    assert capsys.readouterr().err == "\nchain: it does\nThe report: runs/mine/results/report.html\n"
    monkeypatch.chdir("/usr")
    terminal.finish()
    assert capsys.readouterr().err.endswith(f"The report: {tmp_path}/runs/mine/results/report.html\n")


def test_a_failed_run_ends_with_the_reasons(terminal, capsys, tmp_path):
    log = tmp_path / "verify.log"
    log.write_text("12:00:00 started\n12:00:01 error: the file is broken: mend it\n")
    start(terminal, 1, "verify_block")
    terminal.emit(record(LogEvent.JOB_ERROR, logging.ERROR, jobid=1, rule_name="verify_block", log=[str(log)]))
    start(terminal, 2, "sample_block")
    terminal.emit(record(LogEvent.JOB_ERROR, logging.ERROR, jobid=2, rule_name="sample_block", log=[]))
    terminal.finish()
    printed = capsys.readouterr().err
    assert "2 jobs failed:" in printed
    assert f"  verify_block m/chain: the file is broken: mend it ({log})" in printed
    assert "sample_block m/chain: it ended without saying why, as a job does that is killed" in printed
    for number in (1, 2):  # tried again, and well
        terminal.emit(record(LogEvent.JOB_FINISHED, job_id=number))
    terminal.finish()
    assert "failed" not in capsys.readouterr().err


def test_a_long_job_elsewhere_is_not_silent(terminal, capsys, tmp_path, monkeypatch):
    log = tmp_path / "sample.log"
    log.write_text("12:00:00 started\r12:00:01 40 of 512 samples, 61 tokens/s, 0:12:00 left")
    monkeypatch.setattr("boundary.terminal.SECONDS_BETWEEN_LINES", 0.01)
    terminal.elsewhere = lambda: True
    terminal.watch(logging.getLogger("nobody's"))
    start(terminal, 1, "sample_block", log=[f"{log} (check log file(s) for error details)"])
    printed, until = "", time.monotonic() + 30
    while "left" not in printed and time.monotonic() < until:
        printed += capsys.readouterr().err
    terminal.emit(record(LogEvent.JOB_FINISHED, job_id=1))
    assert "1 running:\n  sample_block m/chain, 0:0" in printed
    assert ": 40 of 512 samples, 61 tokens/s, 0:12:00 left\n" in printed


def test_lines_on_single_jobs_are_left_out_and_what_matters_is_not():
    for event in (LogEvent.JOB_INFO, LogEvent.JOB_FINISHED, LogEvent.PROGRESS, LogEvent.JOB_ERROR):
        assert not quiet(record(event))
    assert not quiet(record(LogEvent.ERROR, logging.ERROR, exception="CalledProcessError"))
    assert not quiet(record(message="Select jobs to execute..."))
    assert quiet(record(message="Nothing to be done (all requested files are present and up to date)."))
    assert quiet(record(LogEvent.ERROR, logging.ERROR, exception="LockException"))
    assert quiet(record(level=logging.WARNING, message="a warning"))
