"""How long blocks take, by those that are finished."""

import json

import pytest

from boundary.paths import FORMER_MEASUREMENTS, MEASUREMENTS
from boundary.sampling.pace import Block, Pace, seconds_of_job


@pytest.fixture
def block(tmp_path):
    def made(model: str, number: int, tokens: int, seconds: float | None = None) -> Block:
        """A block; a finished one where its seconds are given."""
        path, measured = (tmp_path / f"{model}-{number}.{ending}" for ending in ("parquet", "jsonl"))
        if seconds is not None:
            path.touch()
            measured.write_text(json.dumps({"s": seconds, "cpu_time": 1}) + "\n")
        return Block((model, "b", "d"), str(path), str(measured), tokens)

    return made


def test_before_anything_is_known_the_most_tokens_take_longest(block):
    one, other = block("x", 0, 100), block("y", 0, 300)
    pace = Pace([one, other])
    assert pace.seconds() == {one.path: 100, other.path: 300}
    assert pace.left({}, 2) is None


def test_a_model_takes_as_long_as_its_finished_blocks_did(block):
    quick, slow = [block("x", 0, 100, 10.0), block("x", 1, 200)], [block("y", 0, 100, 90.0), block("y", 1, 100)]
    new = block("z", 0, 100)
    pace = Pace([*quick, *slow, new])
    seconds = pace.seconds()
    assert [seconds[b.path] for b in (quick[1], slow[1], new)] == pytest.approx([20, 90, 50])
    assert pace.left({}, 1) == pytest.approx(160)
    assert pace.left({}, 2) == pytest.approx(90)  # the longest cannot be shared
    assert pace.left({slow[1].path: 60.0}, 2) == pytest.approx(50)
    assert Pace([*quick, block("own", 0, 0)]).left({}, 1) is None  # the problems of its file are not counted yet


def test_measurements_are_read_where_earlier_versions_put_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    measurements = "samples/m/b/t/0000-0001.jsonl"
    for folder, seconds in ((FORMER_MEASUREMENTS, 8.0), (MEASUREMENTS, 9.0)):
        file = tmp_path / folder / measurements
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"s": seconds}) + "\n")
        assert seconds_of_job(MEASUREMENTS + measurements) == seconds


def test_a_measurement_that_is_missing_or_damaged_is_none(block):
    damaged, without = block("x", 0, 100, 10.0), block("x", 1, 100, 10.0)
    for one, text in ((damaged, "{"), (without, "")):
        with open(one.measured, "w") as file:
            file.write(text)
    assert Pace([damaged, without, block("x", 2, 50)]).left({}, 1) is None
