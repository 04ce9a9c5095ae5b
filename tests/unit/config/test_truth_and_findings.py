"""Truth and findings in a configuration: what is asked for where there is something to compute, and nothing else."""

import pytest

from boundary.benchmarks.plan import Benchmarks
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.sampling.plan import Sampling
from boundary.truth.plan import Truth, explored
from conftest import ROOT, tiny_config

STEPS = {"steps": {"base": "countdown-base", "scale": "linear", "members": {50: "countdown-grpo-50"}}}


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_rates_are_of_models_whose_weights_are_here_and_change_no_other_spec():
    plain = Grid(resolve(tiny_config(), ROOT))
    config = resolve(tiny_config(truth={"benchmarks": ["countdown"]}), ROOT)
    grid = Grid(config)
    curve = ("countdown-grpo-50", "countdown", "t0.6")
    assert explored(grid) == [("countdown-base", "countdown", "t0.6"), curve]
    assert Sampling(grid).spec(*curve) == Sampling(plain).spec(*curve)
    assert Benchmarks(grid).spec("countdown") == Benchmarks(plain).spec("countdown")
    assert Truth(grid).spec(*curve)["unexplored"] == 0.0001
    assert Truth(grid).verification(model=curve[0], benchmark=curve[1])["graders"] == ["countdown"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"models": ["countdown-bas"]}, "did you mean 'countdown-base'"),
        ({"models": ["chain-base"], "benchmarks": ["countdown"]}, "no model of this run"),
        ({"unexplored": 0.5}, "truth.unexplored"),
    ],
)
def test_truth_that_cannot_be_computed_is_refused(asked, said):
    with pytest.raises(InputError, match=said):
        resolve(tiny_config(truth=asked), ROOT)


def test_a_penalty_is_refused():
    config = tiny_config(truth={})
    config["decodings"]["t0.6"]["presence_penalty"] = 0.5
    with pytest.raises(InputError, match="presence_penalty"):
        resolve(config, ROOT)


def test_roles_become_lists_of_what_there_is():
    config = resolve(tiny_config(findings={"scale": "tiny", "trained": "countdown-grpo-50"}), ROOT)
    assert config["findings"] == {"scale": "tiny", "trained": ["countdown-grpo-50"]}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"trained": ["countdown-base"]},
            "findings.trained: 'countdown-base'.*tuned sides of pairs: countdown-grpo-50",
        ),
        ({"steps": "step"}, "did you mean 'steps'"),
        ({"steps": "steps"}, "two places or more"),
        ({"likely": "countdown-grpo-50"}, "ask for `likelihood`"),
        ({"benchmarks": ["chain"]}, "no role"),
    ],
)
def test_roles_that_nobody_can_play_are_refused(asked, said):
    with pytest.raises(InputError, match=said):
        resolve(tiny_config(groups=STEPS, findings={"scale": "tiny", **asked}), ROOT)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"task": "countdown", "set": "trained", "largest": 5}, "largest = 5"),
        ({"task": "products", "set": "longer"}, "no such sets"),
        ({"task": "chain", "set": "harder"}, "set"),
    ],
)
def test_sets_that_a_task_does_not_have_are_refused(entry, said):
    verifier = "countdown" if entry["task"] == "countdown" else "math"
    config = tiny_config()
    config["benchmarks"]["chain"] = entry | {"problems": 10, "seed": 1, "verifier": verifier, "samples": 4, "block": 2}
    with pytest.raises(InputError, match=said):
        resolve(config, ROOT)
