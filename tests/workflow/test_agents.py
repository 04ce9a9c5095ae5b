"""Agents from two files of episodes to claims at the turns that the configuration lists."""

import json
import re

import polars as pl
import yaml

from conftest import ROOT


def test_a_base_and_a_tuned_agent_are_compared_within_the_turns_that_are_listed(project):
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/agents.md").read_text(), flags=re.S)
    config = yaml.safe_load(block.replace("tests/golden/agents/", f"{ROOT}/tests/golden/agents/"))
    planned = project.planned(config=config)
    assert "sample_block" not in planned
    assert (planned["import_responses"], planned["cut_episodes"]) == (2, 4)
    targets = ["results/claims.json", "results/tables/turns.csv"]
    project.snakemake(*targets, config=config)
    found = json.loads(project.path("results/claims.json").read_text())
    assert {claim["within"] for claim in found["claims"]} == {
        "within 2 turns",
        "within 4 turns",
        "without a limit of turns",
    }
    assert all(claim["claim"].count(claim["within"]) == 1 for claim in found["claims"])
    samples = pl.read_parquet(project.path("results/samples/agent-base/sums/full/imported.parquet"))
    for turns in (2, 4):
        counts = pl.read_parquet(project.path(f"results/counts/agent-base/sums/t{turns}.parquet"))
        by_file = samples.filter(pl.col("turns") <= turns)["score"].sum()
        assert dict(counts.group_by("grader").agg(pl.col("c").sum()).rows()) == {
            "mathematics": by_file,
            "boxed": by_file,
            "paper": by_file,
            "reported": by_file,
        }
    table = pl.read_csv(project.path("results/tables/turns.csv"))
    assert set(table["turns"]) == {2, 4, None}
    assert project.planned(*targets, config=config) == {}
    config["decodings"]["t4"]["turns"] = 5
    again = project.planned(*targets, config=config)
    assert again["cut_episodes"] == again["verify_imported"] == 2  # of both models under that one decoding
    assert "import_responses" not in again
