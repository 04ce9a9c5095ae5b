"""Guesses, subsets and probes in a configuration: what holds for a benchmark holds for its subset."""

import pytest

from boundary import expected, paths
from boundary.analysis.plan_claims import Claims
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.results import of_run
from boundary.sampling.plan import Sampling
from boundary.sampling.setup import Setup
from boundary.screening.plan import CONTAMINATION, GUESSES, Screening, screened
from conftest import ROOT, tiny_config


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def with_screening(**changes) -> dict:
    config = tiny_config(contamination={"benchmarks": ["countdown"]}, **changes)
    config["models"]["direct"] = {"weights": "resources/zoo/countdown-base", "prompt": "countdown"}
    config["models"]["direct"] |= {"benchmarks": ["countdown"], "samples": {"countdown": 8}}
    config["benchmarks"]["countdown"]["guess"] = {"model": "direct"}
    config["benchmarks"]["unguessed"] = {"of": "countdown", "drop": "guessable"}
    config["benchmarks"]["clean"] = {"of": "unguessed", "drop": "contaminated"}
    config["decodings"]["t0.6"] |= {"benchmarks": ["countdown", "chain"], "max_tokens": 48}
    config["contamination"]["max_tokens"] = 12
    return resolve(config, ROOT)


def test_a_subset_has_what_its_benchmark_has_and_no_samples():
    grid = Grid(with_screening())
    sampling = Sampling(grid)
    assert ("direct", "clean", "t0.6") in grid.curves
    assert grid.samples_of("direct", "clean") == 8
    names = {"model": "direct", "decoding": "t0.6"}
    assert sampling.spec(benchmark="clean", **names) == sampling.spec(benchmark="countdown", **names)
    for listed in (
        of_run(grid).files(paths.SAMPLES, paths.VERDICTS),
        sampling.every_prompt(),
        [job["benchmark"] for job in Setup(grid).to_plan()],
        [path for path, _ in expected.of_samples(grid)],
    ):
        assert not any("unguessed" in name or "clean" in name for name in listed)
    assert ("countdown-base", "countdown-grpo-50", "clean", "t0.6") in grid.comparisons
    assert Claims(grid).spec()["streams"]["clean"] == "countdown"  # overall claims count its samples once
    assert Screening(grid).chosen_by("clean") == CONTAMINATION.format(benchmark="countdown")
    assert screened(grid, GUESSES, "clean") == [GUESSES.format(benchmark="countdown")]


def test_a_probe_asks_each_weights_once_and_is_drawn_and_compared_nowhere():
    grid = Grid(with_screening())
    probes = [("countdown-base", "countdown-probe", "probe"), ("countdown-grpo-50", "countdown-probe", "probe")]
    assert grid.probe_curves("countdown") == probes  # `direct` has the weights of the base
    assert not any("probe" in name for row in (*grid.conditions, *grid.comparisons) for name in row)
    spec = Sampling(grid).spec(*probes[0])
    assert (spec["model"]["prompt"], spec["decoding"]["temperature"]) == ("{question}", 0)


def test_specs_of_what_is_sampled_are_the_same_with_screening_and_without():
    plain, more = Grid(resolve(tiny_config(), ROOT)), Grid(with_screening())
    for path, spec in expected.of_samples(plain):
        assert str(dict(expected.of_samples(more))[path]()) == str(spec()), path


def test_mistakes_are_named():
    for changes, said in (
        ({"contamination": {"benchmarks": ["countdwn"]}}, "contamination.benchmarks: 'countdwn'"),
        ({"contamination": {"benchmarks": ["chain"], "models": []}}, "nothing to be found"),
        ({"contamination": {"benchmarks": ["chain"], "models": ["chain-bas"]}}, "did you mean 'chain-base'"),
        (
            {"contamination": {"benchmarks": ["chain"], "training": "none.jsonl"}},
            "training = 'none.jsonl': there is no",
        ),
        ({"contamination": {"benchmarks": ["chain"], "share": 1}}, "contamination.share = 1: must be less than 1"),
    ):
        with pytest.raises(InputError, match=said):
            resolve(tiny_config(**changes), ROOT)
    for own, said in (
        ({"of": "countdwn", "drop": "guessable"}, "benchmarks.own.of = 'countdwn' is no benchmark of this run"),
        ({"of": "countdown", "drop": "guessable"}, "by benchmarks.countdown.guess"),
        ({"of": "countdown", "drop": "contaminated"}, "not among the benchmarks of `contamination`"),
        ({"of": "countdown"}, "exactly one of `drop` and `keep`"),
        ({"of": "countdown", "drop": "guessable", "samples": 8}, "benchmarks.own: the name 'samples': must be one of"),
    ):
        config = tiny_config()
        config["benchmarks"]["own"] = own
        with pytest.raises(InputError, match=said):
            resolve(config, ROOT)
    for guess, said in (
        ({"model": "chain-base"}, "guess.model: chain-base has no samples of countdown"),
        ({"model": "countdown-base", "decoding": "t1"}, "it has t0.6"),
        ({"model": "countdown-base", "below": 0}, "guess.below = 0: must be more than 0"),
    ):
        config = tiny_config()
        config["benchmarks"]["countdown"]["guess"] = guess
        with pytest.raises(InputError, match=said):
            resolve(config, ROOT)
