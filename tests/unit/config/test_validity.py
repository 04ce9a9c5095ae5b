"""What a configuration may say of labels."""

import pytest

from boundary.config.resolve import resolve
from boundary.errors import InputError
from conftest import ROOT, tiny_config


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    (tmp_path / "anna.json").write_text("[]")
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path / "run")
    return tmp_path


def labels(beside, **given) -> dict:
    return resolve(tiny_config(validity={"labels": given}), ROOT, beside=beside)["validity"]


def test_labels_are_a_source_or_several_found_beside_the_configuration(elsewhere):
    assert labels(elsewhere, countdown="program")["labels"] == {"countdown": ["program"]}
    several = labels(elsewhere, countdown=["anna.json", "program"])
    assert several == {"below": 0.05, "responses": 8, "labels": {"countdown": ["../anna.json", "program"]}}
    assert resolve(tiny_config(), ROOT)["validity"]["labels"] == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"countdwn": "program"}, "validity.labels.countdwn: that is no benchmark of this run.*countdown"),
        ({"chain": "program"}, "validity.labels.chain: no pair with samples is compared on it"),
        ({"countdown": "ben.json"}, "validity.labels.countdown = 'ben.json': there is no such file"),
        ({"countdown": "anna.txt"}, "validity.labels.countdown"),
        ({"countdown": []}, "validity.labels.countdown"),
    ],
)
def test_what_cannot_be_read_is_refused(elsewhere, given, message):
    with pytest.raises(InputError, match=message):
        labels(elsewhere, **given)


def test_a_program_checks_tasks_of_the_zoo_alone(elsewhere):
    (elsewhere / "rows.jsonl").write_text("{}")
    (elsewhere / "weights").symlink_to(ROOT / "resources/zoo/chain-base")
    mine = {"file": "rows.jsonl", "question": "q", "answer": "a", "verifier": "math", "samples": 2, "block": 2}
    model = {"weights": "weights", "prompt": "chain"}
    config = tiny_config(
        models={"a": model, "b": model},
        benchmarks={"mine": mine},
        pairs=[{"base": "a", "tuned": "b"}],
        validity={"labels": {"mine": "program"}},
    )
    with pytest.raises(InputError, match=r"validity.labels.mine = program: .* tasks of the zoo alone"):
        resolve(config, ROOT, beside=elsewhere)
