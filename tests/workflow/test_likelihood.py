"""Scoring in the workflow: it reads samples and makes none, goes on after changes, and finds an equal temperature."""

import polars as pl
import pytest

from boundary.files import store
from conftest import tiny_config

ASKED = {"likelihood": {"problems": 4, "samples": 2}}
MATCHED = {"entropy_of": {"model": "countdown-base", "decoding": "t0.6", "problems": 4, "samples": 4}, "max_tokens": 48}
ACROSS = {"base": "countdown-base", "tuned": "countdown-grpo-50", "decodings": ["t0.6", "matched"]}


@pytest.fixture(scope="module")
def scored(finished, tmp_path_factory):
    project = finished.copy(tmp_path_factory.mktemp("likelihood") / "scored")
    planned = project.planned(config=tiny_config(**ASKED))
    assert planned["score_responses"] == 4  # three models on their own benchmark, and the base of the tuned one's
    assert not {"sample_block", "verify_block", "summarise_curve"} & planned.keys()
    project.snakemake(config=tiny_config(**ASKED))
    return project


@pytest.fixture
def project(scored, tmp_path):
    return scored.copy(tmp_path / "project")


def test_scores_are_compared_drawn_and_tabulated(project):
    assert project.planned(config=tiny_config(**ASKED)) == {}
    measures = pl.read_csv(project.path("results/tables/likelihood.csv"))
    assert {"perplexity", "support overlap, per token", "AUC, per response"} <= set(measures["measure"])
    assert measures.filter(responses="all", measure="perplexity")["n"].to_list() == [8, 8, 8]
    entropy = pl.read_csv(project.path("results/tables/entropy.csv"))
    assert set(entropy["model"]) == {"countdown-base", "countdown-grpo-50", "chain-base"}
    own = project.path("results/likelihood/countdown-base/countdown/t0.6/countdown-base.parquet")
    assert store.about(own)["made_with"]["median_difference"] < 1e-4
    for name in ("likelihood", "entropy"):
        assert project.path(f"results/figures/countdown/t0.6/{name}.svg").exists()


def test_a_new_model_adds_only_its_own_scores(project):
    config = tiny_config(**ASKED)
    config["models"]["countdown-distilled"] = {}
    config["pairs"].append({"base": "countdown-base", "tuned": "countdown-distilled"})
    assert project.planned(config=config)["score_responses"] == 2


def test_more_samples_are_not_scored_again_and_code_is_not_tracked(project):
    config = tiny_config(**ASKED)
    for benchmark in config["benchmarks"].values():
        benchmark["samples"] = 6
    assert "score_responses" not in project.planned(config=config)
    library = "workflow/scripts/boundary/likelihood"
    project.append(f"{library}/scorers.py", "MORE = 1")
    assert project.planned(config=tiny_config(**ASKED)) == {}
    project.append(f"{library}/overlap.py", "MORE = 1")
    planned = project.planned(config=tiny_config(**ASKED))
    assert planned["compare_likelihood"] == 1
    assert "score_responses" not in planned


def test_a_deleted_file_is_taken_from_where_it_is_kept(project):
    file = "results/likelihood/countdown-base/countdown/t0.6/countdown-grpo-50.parquet"
    before = pl.read_parquet(project.path(file))
    project.path(file).unlink()
    project.snakemake(file, config=tiny_config(**ASKED))
    assert pl.read_parquet(project.path(file)).equals(before)
    assert "nothing is scored" in project.path(f"results/logs/{file[8:-8]}.log").read_text()


def test_a_matched_decoding_is_sampled_at_the_temperature_that_is_found(project):
    config = tiny_config(**ASKED)
    config["decodings"]["matched"] = MATCHED
    config["pairs"].append(ACROSS)
    planned = project.planned(config=config)
    assert (planned["match_temperature"], planned["sample_block"], planned["score_responses"]) == (1, 2, 2)
    project.snakemake("results/tables/matched.csv", "results/tables/entropy.csv", config=config)
    rows = pl.read_csv(project.path("results/tables/matched.csv"))
    base, tuned = rows.filter(whose="base"), rows.filter(whose="tuned")
    assert tuned["entropy_sampled"].item() == pytest.approx(base["entropy_sampled"].item(), rel=0.2)
    block = project.path("results/samples/countdown-grpo-50/countdown/matched/0000-0001.parquet")
    assert store.about(block)["made_with"]["temperature"] == tuned["temperature"].item()
    found = "results/matched/countdown-grpo-50/countdown/matched.parquet"
    project.path(found).unlink()  # what was drawn at it stays what it is: it is kept, not found anew
    assert project.planned(config=config)["match_temperature"] == 1
    project.snakemake(found, config=config)
    assert "nats per token" not in project.path(f"results/logs/{found[8:-8]}.log").read_text()
