"""A sampling job that is killed at any moment, again and again: what it has at last is what it would have had."""

import multiprocessing
import os
import random
import signal

import polars as pl
import pytest

import slow_sampling
from boundary.sampling import blocks, job
from slow_sampling import OUTPUT

KILLS = int(os.environ.get("KILLS", "40"))


def test_a_job_that_is_killed_at_any_moment_loses_nothing_and_forges_nothing(tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["slow_sampling"])

    def started(name: str, pause: float):
        (tmp_path / name).mkdir(exist_ok=True)
        process = context.Process(target=slow_sampling.sample, args=(str(tmp_path / name), pause))
        process.start()
        return process

    whole = started("whole", 0.0)
    whole.join(60)
    expected, draw, kills, rounds = pl.read_parquet(tmp_path / "whole" / OUTPUT), random.Random(KILLS), 0, 0
    while kills < KILLS:
        rounds += 1
        place, made, longest = tmp_path / f"round-{rounds}", None, 0.2
        while made is None:
            process = started(place.name, 0.002)
            process.join(draw.uniform(0.02, longest))
            longest *= 1.3  # on a busy machine a job takes long to begin
            if process.exitcode is None:
                os.kill(process.pid, signal.SIGKILL)
                process.join()
                kills += 1
            elif process.exitcode == 0:
                made = pl.read_parquet(place / OUTPUT)
            else:
                raise AssertionError("the job failed")
            assert not (place / OUTPUT).exists() or pl.read_parquet(place / OUTPUT).equals(expected)
        assert made.equals(expected)
        assert not list((place / OUTPUT).parent.glob("*.partial"))
        assert not list((place / OUTPUT).parent.glob("*set-aside*"))  # nothing was taken for damaged


@pytest.mark.parametrize("damage", [lambda data: data[:-200], lambda data: b"", lambda data: flipped(data)])
def test_a_damaged_block_is_noticed_and_only_what_no_other_file_has_is_sampled(tmp_path, monkeypatch, caplog, damage):
    """What Snakemake sees and what is kept are one file of two names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(blocks, "BETWEEN_KEEPING", 0)
    monkeypatch.setattr(job, "_engine", job._engine)
    slow_sampling.sample(str(tmp_path), 0.0, OUTPUT.replace("0007", "0003"))
    slow_sampling.sample(str(tmp_path), 0.0)
    whole, place = pl.read_parquet(OUTPUT), tmp_path / OUTPUT
    spoilt = damage(place.read_bytes())
    place.write_bytes(spoilt)
    slow_sampling.SAMPLED.clear()
    slow_sampling.sample(str(tmp_path), 0.0)
    assert slow_sampling.SAMPLED == [12]  # of 24
    assert pl.read_parquet(OUTPUT).equals(whole)
    assert "is not a readable parquet file" in caplog.text
    (aside,) = place.parent.glob(".*set-aside-*")
    assert aside.read_bytes() == spoilt


def flipped(data: bytes) -> bytes:
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :]
