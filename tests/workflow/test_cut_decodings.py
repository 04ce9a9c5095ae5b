"""A decoding that is cut from another, and a group along decodings, in a finished run: made without sampling."""

import pytest

from boundary.files import store
from conftest import tiny_config

CUT = "results/samples/countdown-base/countdown/t0.6-24/0000-0001.parquet"


@pytest.fixture
def config() -> dict:
    made = tiny_config()
    made["decodings"]["t0.6-24"] = {"cut": "t0.6", "max_tokens": 24, "benchmarks": ["countdown"]}
    pair = {"base": "countdown-base", "tuned": "countdown-grpo-50"}
    made["groups"] = {"limit": {"by": "decoding", **pair, "scale": "log", "members": {24: "t0.6-24", 48: "t0.6"}}}
    return made


def test_shorter_samples_are_made_of_those_there_are_and_drawn_along_the_limit(ran, config):
    planned = ran.planned(config=config)
    assert (planned["cut_block"], planned["verify_block"], planned["summarise_curve"]) == (4, 4, 2)
    assert (planned["compare"], planned["draw_figures"], planned["make_tables"]) == (1, 1, 3)
    assert "sample_block" not in planned

    ran.snakemake("limit", config=config)
    assert ran.path("results/figures/countdown/axis-limit.svg").stat().st_size > 5000
    long, cut = (store.read(ran.path(path)) for path in (CUT.replace("t0.6-24", "t0.6"), CUT))
    within = long["tokens"] <= 24
    assert 0 < within.sum() < len(within)
    assert cut.filter(within).equals(long.filter(within))
    assert set(cut.filter(~within).select("tokens", "finish_reason").rows()) == {(24, "length")}
    starts = [text.startswith(begin) for text, begin in zip(long["text"], cut["text"], strict=True)]
    assert all(starts)
    facts = store.about(ran.path(CUT))["made_with"]["other_max_tokens"]
    assert facts == {"cut": (~within).sum(), "cut_uncertain": 0}
    assert ran.planned("limit", config=config) == {}
    assert not list(ran.path(CUT).parent.glob(".*"))  # what costs no GPU is not kept twice

    config["decodings"]["t0.6-24"]["max_tokens"] = 28
    planned = ran.planned("limit", config=config)
    assert (planned["cut_block"], planned["verify_block"]) == (4, 4)
    assert "sample_block" not in planned
