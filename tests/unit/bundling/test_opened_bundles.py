"""An opened bundle: its maker's configuration may name any file, and no job acts on it."""

import copy
import logging
import sys
from types import SimpleNamespace

import pytest
import yaml

from boundary.bundling.contents import run_of
from boundary.closure import SCRIPTS, closure
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.files import known_digests
from boundary.job import NOT_FOR_BUNDLES, logged
from conftest import ROOT, tiny_config

OUTSIDE = {"boundary/files/hub.py", "boundary/files/rows.py"}  # what reads a model, or rows that somebody wrote
OF_WHAT_IS_PACKED = {"judge_validity", "make_bundle", "open_bundle"}  # labels, and the bundle itself
TOLD_NO_FILE = {"show_plan"}  # `Setup.to_plan` names none of an opened bundle


def test_whatever_fetches_reads_or_runs_what_is_not_packed_is_refused():
    reading = {path.stem for path in SCRIPTS.glob("*.py") if OUTSIDE & set(closure(path.name))}
    assert reading - OF_WHAT_IS_PACKED - TOLD_NO_FILE == NOT_FOR_BUNDLES


@pytest.mark.parametrize("adapter", sorted(NOT_FOR_BUNDLES))
def test_such_a_job_ends_before_it_begins(adapter, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "__file__", f"/x/{adapter}.py", raising=False)
    monkeypatch.setattr(logging, "basicConfig", lambda **_: None)
    job = SimpleNamespace(config={"bundle": {"opened": "b"}}, rule="any", output=["a"], log=[str(tmp_path / "log")])
    with pytest.raises(SystemExit), logged(job):
        pytest.fail("it began")


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """change(run) -> the configuration of an opened bundle whose run was changed."""
    monkeypatch.setattr(known_digests, "_given", None)
    run = run_of(resolve(tiny_config(), ROOT))

    def change(changes) -> dict:
        changed = copy.deepcopy(run)
        changes(changed)
        (tmp_path / "b").mkdir(exist_ok=True)
        (tmp_path / "b/config.yaml").write_text(yaml.safe_dump(changed))
        return resolve({"bundle": {"opened": str(tmp_path / "b")}}, ROOT)

    return change


def test_no_file_that_a_bundle_names_is_looked_at(opened):
    config = opened(lambda run: None)
    assert config["models"]["chain-base"]["weights"] == "./resources/zoo/chain-base"

    def elsewhere(run: dict) -> None:
        run["config"]["models"]["chain-base"] |= {"weights": "/etc", "trust_remote_code": True}

    with pytest.raises(InputError, match="the bundle has no digest 'code_digest /etc'"):
        opened(elsewhere)


def test_what_does_not_fit_together_is_said_in_a_line(opened):
    with pytest.raises(InputError, match="does not fit together"):
        opened(lambda run: run["config"]["benchmarks"]["chain"].update(source="file"))
    with pytest.raises(InputError, match=r"prompt: 'os' is not in the run"):
        opened(lambda run: run["config"]["models"]["chain-base"]["prompt"].update(chain="os"))
