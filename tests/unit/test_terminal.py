"""What a run prints, from the events that Snakemake gives."""

import json
import logging
import os
import sys
import time
from itertools import chain
from types import SimpleNamespace

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from boundary.changes import changes
from boundary.reasons import in_words
from boundary.terminal import DryRun, Terminal, no_traceback_of_interrupts, plain_error, quiet, tell_interrupted

STAGES = {"sample_block": "sampling", "verify_block": "verifying", "make_report": "report"}


def record(event=None, level=logging.INFO, message="", **facts) -> logging.LogRecord:
    made = logging.LogRecord("snakemake", level, "", 0, message, (), None)
    made.__dict__ |= {"event": event, **facts}
    return made


@pytest.fixture
def terminal():
    return Terminal(STAGES, lambda benchmark, **_: {"chain": 20}.get(benchmark), "results/report.html")


def end_well(terminal, folder, **targets: list[str]) -> None:
    """The last job of a run that was asked for these targets, whose files are made."""
    terminal.folder, terminal.targets = folder, lambda: targets
    for file in chain.from_iterable(targets.values()):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    terminal.emit(record(LogEvent.PROGRESS, done=3, total=3))
    terminal.finish()


def start(terminal, number: int, rule: str, log=(), output=()) -> None:
    names = {"model": "m", "benchmark": "chain"}
    terminal.emit(record(LogEvent.JOB_INFO, jobid=number, rule_name=rule, wildcards=names, log=log, output=output))


def test_a_line_for_every_finished_stage_and_the_report_at_the_end(terminal, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    terminal.emit(record(LogEvent.RUN_INFO, stats={"sample_block": 2, "make_report": 1, "all": 1, "total": 4}))
    for number, rule in enumerate(("sample_block", "sample_block", "make_report")):
        start(terminal, number, rule)
        terminal.emit(record(LogEvent.JOB_FINISHED, job_id=number))
    end_well(terminal, tmp_path, all=["results/report.html"])
    planned, sampled, reported, last = capsys.readouterr().err.splitlines()
    assert planned.endswith("3 jobs: sampling 2, report 1")
    assert "sampling: 2 of 2, 40 samples, " in sampled
    assert reported.endswith("report: 1 of 1")
    assert last == "The report: results/report.html"


def test_a_sentence_of_each_pair_comes_before_the_place_of_the_report(terminal, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    claims = tmp_path / "results/claims.json"
    claims.parent.mkdir()
    claims.write_text(json.dumps({"sentences": [f"line {i}" for i in range(30)]}))
    end_well(terminal, tmp_path, all=["results/report.html"])
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


def test_the_report_of_a_run_in_another_folder_is_found(terminal, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs/mine/results").mkdir(parents=True)
    (tmp_path / "runs/mine/results/claims.json").write_text('{"sentences": ["chain: it does"]}')
    end_well(terminal, tmp_path / "runs/mine", all=["results/report.html"])
    assert capsys.readouterr().err == "\nchain: it does\nThe report: runs/mine/results/report.html\n"
    monkeypatch.chdir("/usr")
    terminal.finish()
    assert capsys.readouterr().err.endswith(f"The report: {tmp_path}/runs/mine/results/report.html\n")


def test_targets_end_with_where_their_results_are(terminal, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figures = [f"results/paper/figures/{name}.pdf" for name in ("a", "b")]
    end_well(terminal, tmp_path, paper_figures=[*figures, "results/paper/tables/a.tex"], bundle=["results/b.tar.gz"])
    assert capsys.readouterr().err == "paper_figures: results/paper\nbundle: results/b.tar.gz\n"
    terminal.complete = False
    terminal.emit(record(message="Nothing to be done (all requested files are present and up to date)."))
    terminal.finish()
    assert "bundle: results/b.tar.gz" in capsys.readouterr().err


def test_an_interrupted_run_names_no_failed_job(terminal, capsys, monkeypatch):
    tell_interrupted.cache_clear()
    start(terminal, 1, "sample_block")
    terminal.emit(record(LogEvent.JOB_ERROR, logging.ERROR, jobid=1, rule_name="sample_block", log=[]))
    terminal.interrupted = True
    terminal.finish()
    assert capsys.readouterr().err == "\ninterrupted; run the same command to continue\n"


def test_ctrl_c_while_planning_is_one_line_and_other_errors_have_their_traceback(capsys, monkeypatch):
    told = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: told.append(error))
    tell_interrupted.cache_clear()
    no_traceback_of_interrupts(is_main=True)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == "\ninterrupted; run the same command to continue\n"
    assert told == []
    sys.excepthook(ValueError, ValueError(), None)
    assert len(told) == 1


def test_an_error_about_the_input_is_shown_without_the_rule_file():
    text = 'WorkflowError in file "/x/rules/common.smk", line 80:\nmine.yaml: models.a: unknown key\n'
    shown = record(LogEvent.ERROR, logging.ERROR, text + '  File "/x/rules/common.smk", line 80, in <module>')
    assert plain_error(shown)
    assert shown.msg == "mine.yaml: models.a: unknown key"


def test_a_kept_block_is_not_counted_as_sampled(terminal, capsys, tmp_path):
    terminal.folder, block = tmp_path, tmp_path / "0000-0063.parquet"
    block.touch()
    os.utime(block, (0, 0))
    terminal.emit(record(LogEvent.RUN_INFO, stats={"sample_block": 1, "total": 1}))
    start(terminal, 1, "sample_block", output=[block.name])
    terminal.emit(record(LogEvent.JOB_FINISHED, job_id=1))
    assert capsys.readouterr().err.splitlines()[-1].endswith("sampling: 1 of 1, from samples that were kept")


def test_a_sampled_block_is_not_called_kept_if_its_number_of_problems_is_unknown(terminal, capsys, tmp_path):
    terminal.folder, terminal.samples_of = tmp_path, lambda **names: None
    terminal.emit(record(LogEvent.RUN_INFO, stats={"sample_block": 1, "total": 1}))
    start(terminal, 1, "sample_block", output=["0000-0063.parquet"])
    tmp_path.joinpath("0000-0063.parquet").touch()
    terminal.emit(record(LogEvent.JOB_FINISHED, job_id=1))
    assert capsys.readouterr().err.splitlines()[-1].endswith("sampling: 1 of 1")


def test_a_dry_run_gives_one_reason_per_job(capsys):
    dry = DryRun(lambda: {1: "temperature was 1.0, is 0.9", 2: "not there yet"})
    for number, message in ((1, "Sampling m (20 are sampled: temperature was 1.0, is 0.9)"), (2, None)):
        names = {"model": "m", "benchmark": "chain"}
        facts = {"rule_name": "make_tables_2", "rule_msg": message, "wildcards": names, "output": ["a"]}
        dry.emit(record(LogEvent.JOB_INFO, jobid=number, **facts))
    assert capsys.readouterr().err.splitlines() == [
        "Sampling m (20 are sampled: temperature was 1.0, is 0.9)",
        "Make tables m/chain: not there yet",
    ]


def test_changed_settings_are_named_with_their_values():
    before = {"spec": {"decoding": {"temperature": 1.0, "top_p": 1}, "stop": ["a"]}, "gone": 1}
    now = {"spec": {"decoding": {"temperature": 0.9, "top_p": 1}, "stop": ["b"]}}
    assert changes(before, now) == ["temperature was 1.0, is 0.9", "stop was a, is b", "gone was 1, is not set"]
    empty = set()
    reason = SimpleNamespace(
        updated_input=empty, updated_input_run=empty, forced=False, incomplete_output=empty, missing_output=empty
    )
    reason.params_changed = SimpleNamespace(
        only_old={"{'k': 1, 'n': 2}"}, only_new={"{'k': 1, 'n': 3}", "'" + "a" * 16 + "'"}
    )
    assert in_words(reason) == "code of the workflow changed; n was 2, is 3"
    figures = [{"name": name, "spec": {"pairs": [["a", "b"]]}} for name in ("passk", "overlap")]
    reason.params_changed = SimpleNamespace(
        only_old={str(figures), "'" + "b" * 16 + "'"}, only_new={str(figures[:1]), "'" + "a" * 16 + "'"}
    )
    assert in_words(reason) == "left out: overlap"


def test_a_changed_setting_is_shown_if_a_reader_can_read_it():
    assert changes({"pairs": [["a", "b"]]}, {"pairs": []}) == ["pairs was a/b, is none"]
    assert changes({"claims": {"x": [{"curve": "y"}]}}, {"claims": {}}) == ["x is gone"]
    assert changes({"models": [{"place": 0}]}, {"models": [{"place": 0}, {"place": 1}]}) == ["models changed"]
    many = [{"name": str(number)} for number in range(6)]
    assert changes([], many) == ["added: 0, 1, 2, 3 and 2 more"]


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
    assert not quiet(record(LogEvent.WORKFLOW_STARTED))
    for text in (
        "WorkflowError:\nAt least one job did not complete successfully.",
        "Exiting because a job execution failed. Look above for error messages",
    ):
        assert not quiet(record(level=logging.ERROR, message=text))
