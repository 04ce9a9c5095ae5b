"""Tracked code: an edit changes the digest of what it decides, and nothing else does."""

import os
import shutil

import pytest

from boundary import closure
from boundary.report.contents import FIGURES, TABLES
from boundary.verifying.verifiers import VERIFIERS, choices, grader_files
from conftest import ROOT

SCRIPTS = ROOT / "workflow/scripts"


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """edit(file, text) -> the digest of a script after appending text to a file of a copy of the library."""
    copy = tmp_path / "scripts"
    shutil.copytree(SCRIPTS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(closure, "SCRIPTS", copy)
    monkeypatch.chdir(tmp_path)

    def digest(script: str, *more: str, file: str | None = None, change=lambda text: text) -> str:
        if file:
            path = copy / file
            path.write_text(change(path.read_text()))
        for function in (closure.library, closure.closure, closure._reading, closure._exists):
            function.cache_clear()
        return closure.library(script, *more)

    yield digest
    for function in (closure.library, closure.closure, closure._reading, closure._exists):
        function.cache_clear()


def test_comments_docstrings_blanks_and_time_stamps_do_not_count(edited):
    before = edited("estimate_passk.py")
    assert edited("estimate_passk.py", file="boundary/analysis/passk.py", change=lambda t: f"# hello\n\n{t}") == before
    said = edited("estimate_passk.py", file="boundary/analysis/passk.py", change=lambda t: t.replace("Unbiased", "An"))
    assert said == before
    os.utime(closure.SCRIPTS / "boundary/analysis/passk.py")
    assert edited("estimate_passk.py") == before


def test_an_edit_counts_wherever_it_is_imported_and_nowhere_else(edited):
    def change(text: str) -> str:
        return text.replace("BINS = 11", "BINS = 12")

    scripts = {
        "transitions": ("draw_figures.py", "boundary/report/figures/transitions.py"),
        "overlap": ("draw_figures.py", "boundary/report/figures/overlap.py"),
        "passk": ("estimate_passk.py",),
    }
    before = {name: edited(*script) for name, script in scripts.items()}
    edited("estimate_passk.py", file="boundary/analysis/accuracy.py", change=change)
    after = {name: edited(*script) for name, script in scripts.items()}
    assert {name for name in scripts if before[name] != after[name]} == {"transitions"}


@pytest.mark.parametrize(
    ("script", "file"),
    [
        (("draw_figures.py", "boundary/report/figures/transitions.py"), "boundary/analysis/accuracy.py"),
        (("make_tables.py", "boundary/report/tables/passk.py"), "boundary/analysis/counts.py"),
        (("make_tables.py", "boundary/report/tables/published.py"), "boundary/analysis/select.py"),
        (("import_responses.py",), "boundary/files/rows.py"),
        (("import_counts.py",), "boundary/files/rows.py"),
        (("verify_block.py", *grader_files(VERIFIERS["code"])), "boundary/verifying/sandbox/zygote.py"),
        (("verify_block.py", *grader_files(VERIFIERS["code"])), "boundary/verifying/sandbox/values.py"),
    ],
)
def test_what_lists_kept_by_hand_forgot_is_tracked(script, file):
    assert file in closure.closure(*script)


@pytest.mark.parametrize(
    ("script", "file"),
    [
        (("verify_block.py", *grader_files(VERIFIERS["math"])), "boundary/verifying/sandbox/zygote.py"),
        (("verify_block.py", *grader_files(VERIFIERS["math"])), "boundary/verifying/grading/code.py"),
        (("verify_block.py", *grader_files(VERIFIERS["math"])), "boundary/verifying/verifiers.py"),
        (("draw_figures.py", "boundary/report/figures/passk.py"), "boundary/report/contents.py"),
        (("import_responses.py",), "boundary/sampling/engines/__init__.py"),
        (("summarise_curve.py",), "boundary/job.py"),
    ],
)
def test_registries_and_what_decides_nothing_widen_no_closure(script, file):
    assert file not in closure.closure(*script)


def test_every_file_of_the_library_is_tracked_by_what_it_decides():
    """Each file is in a closure, or found by name by a script with a protocol number, or runs at parse time."""
    scripts = [(path.name,) for path in SCRIPTS.glob("*.py")]
    scripts += [("draw_figures.py", f"boundary/report/figures/{figure.name}.py") for figure in FIGURES]
    scripts += [("make_tables.py", f"boundary/report/tables/{table.name}.py") for table in TABLES]
    scripts += [("verify_block.py", *grader_files(choices(verifier))) for verifier in VERIFIERS]
    tracked = {file for script in scripts for file in closure.closure(*script)}
    at_parse = (
        "config/",
        "expected.py",
        "missing.py",
        "work.py",
        "grid.py",
        "identity.py",
        "report/contents.py",
        "report/shown.py",
        "analysis/plan_claims.py",
        "report/rerun.py",
        "sampling/setup.py",
    )
    at_parse += ("report/for_papers.py",)
    at_parse += ("files/records.py", "files/locations.py", "files/images.py", "files/checkpoints.py")
    at_parse += ("files/adapters.py", "files/packages.py", "report/page/spec.py")
    found_by_name = ("sampling/engines/", "sampling/serving/", "zoo/")  # of what carries a protocol number
    for path in SCRIPTS.glob("boundary/**/*.py"):
        name = str(path.relative_to(SCRIPTS))
        expected = name.removeprefix("boundary/").startswith((*at_parse, *found_by_name)) or path.name == "plan.py"
        assert name in tracked or expected or closure._reading(name)["neutral"], name
