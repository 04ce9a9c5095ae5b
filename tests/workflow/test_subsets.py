"""Guesses, subsets and probes: what they plan in a finished run, and that all stages read each other's files."""

import polars as pl
import pytest

from boundary.files import store
from conftest import tiny_config

BEFORE_COUNTS = {"build_benchmark", "render_prompts", "sample_block", "verify_block", "summarise_curve"}


def with_guesses(**subset) -> dict:
    config = tiny_config()
    config["benchmarks"]["countdown"]["guess"] = {"model": "countdown-base", "below": 0.6}  # 1 or 2 of 4
    if subset:
        config["benchmarks"]["unguessed"] = {"of": "countdown"} | subset
    return config


def test_guesses_and_a_subset_run_only_what_comes_after_counts(ran):
    planned = ran.planned(config=with_guesses())
    assert not BEFORE_COUNTS & planned.keys()
    assert planned == {
        "estimate_guesses": 1,
        "draw_figures": 1,  # of its benchmark alone: its floor is another
        "compare": 1,  # guessable problems are a stratum
        "make_tables": 3,
        "state_claims": 1,
        "make_report": 1,
    }
    config = with_guesses(drop="guessable")
    planned = ran.planned(config=config)
    assert not BEFORE_COUNTS & planned.keys()
    assert (planned["build_subset"], planned["count_subset"], planned["compare"]) == (1, 2, 2)
    figure, curve = "results/figures/unguessed/t0.6/passk.svg", "results/passk/countdown-base/unguessed/t0.6.parquet"
    made = [figure, curve, *(f"results/tables/{name}.csv" for name in ("claims", "guesses", "above_guessing"))]
    ran.snakemake(*made, config=config)
    guesses = pl.read_parquet(ran.path("results/guesses/countdown.parquet"))
    left = set(guesses.filter(~pl.col("guessable"))["problem_id"])
    assert 0 < len(left) < 10
    for path in ("benchmarks/unguessed", "counts/countdown-base/unguessed/t0.6"):
        assert set(pl.read_parquet(ran.path(f"results/{path}.parquet"))["problem_id"]) == left
    whole = pl.read_parquet(ran.path("results/counts/countdown-base/countdown/t0.6.parquet"))
    kept = whole.filter(pl.col("problem_id").is_in(left))
    assert pl.read_parquet(ran.path(curve))["estimate"][0] == pytest.approx((kept["c"] / kept["n"]).mean())
    said = ran.path("results/tables/claims.rst").read_text()
    assert (
        f"unguessed has {len(left)} of 10 problems, {10 - len(left)} were left out: the problems of countdown" in said
    )
    assert "guessing baseline: base" in ran.path(figure).read_text()
    assert ran.planned(*made, config=config) == {}
    assert not {"count_subset", "estimate_guesses", *BEFORE_COUNTS} & ran.planned(config=with_guesses()).keys()
    guesses = pl.read_parquet(ran.path("results/tables/guesses.parquet"))
    assert len(guesses) == 20  # of the whole: a subset has no guesses of its own


def test_a_probe_is_sampled_once_and_is_compared_with_nothing(ran):
    ran.path("train.csv").write_text("prompt\n1 2 3\n")
    asked = {"benchmarks": ["countdown"], "max_tokens": 12, "training": "train.csv", "models": ["countdown-base"]}
    config = tiny_config(contamination=asked)
    config["benchmarks"]["clean"] = {"of": "countdown", "drop": "contaminated"}
    planned = ran.planned(config=config)
    assert (planned["build_probe"], planned["sample_block"], planned["verify_block"]) == (1, 1, 1)
    assert (planned["find_contamination"], planned["count_subset"], planned["compare"]) == (1, 2, 3)
    ran.snakemake("results/tables/contamination.csv", "results/tables/claims.csv", config=config)
    table = pl.read_parquet(ran.path("results/tables/contamination.parquet"))
    samples = store.read(ran.path("results/samples/countdown-base/countdown-probe/probe/0000-0000.parquet"))
    assert table["problem_id"].to_list() == samples["problem_id"].to_list()
    ran.snakemake("results/passk/countdown-base/countdown-probe/probe.parquet", config=config)
    counts = pl.read_parquet(ran.path("results/counts/countdown-base/countdown-probe/probe.parquet"))
    assert table["exact"].sum() == counts["c"].sum()
    assert "results/figures/countdown-probe" not in ran.snakemake("-n", config=config)
    asked["training"], asked["models"] = "other.csv", []
    ran.path("other.csv").write_text("prompt\n1 2 3 4\n")
    assert "sample_block" not in ran.planned(config=config)
