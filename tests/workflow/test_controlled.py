"""Truth and findings in the workflow: beside a finished run, from its samples, and in every table."""

import polars as pl

from conftest import tiny_config

ASKED = {
    "truth": {"benchmarks": ["countdown"], "unexplored": 0.1, "prefixes": 200},
    "findings": {"scale": "tiny", "trained": "countdown-grpo-50"},
}


def test_rates_verdicts_and_findings_are_added_without_a_sample(ran):
    planned = ran.planned(config=tiny_config(**ASKED))
    assert planned == {
        "explore_responses": 2,
        "verify_explored": 2,
        "compute_rates": 2,
        "make_tables": 2,  # of rates, and of truth
        "state_findings": 1,
        "draw_figures": 1,
        "make_report": 1,
    }
    ran.snakemake(config=tiny_config(**ASKED))
    rates = pl.read_csv(ran.path("results/tables/rates.csv"))
    assert len(rates) == 20
    assert ((rates["low"] >= 0) & (rates["low"] <= rates["high"]) & (rates["high"] <= 1)).all()
    truth = pl.read_parquet(ran.path("results/tables/truth.parquet"))
    claims = pl.read_parquet(ran.path("results/tables/claims.parquet"))
    assert truth.select("claim", "verdict").rows() == claims.select("claim", "verdict").rows()
    findings = pl.read_csv(ran.path("results/tables/findings.csv"))
    assert findings["verdict"].str.ends_with(", tiny").all()
    assert findings["finding"][0] == "Training raises pass@1."
    assert all(ran.path(file).exists() for file in findings["see"] if file.startswith("results/figures"))

    changed = tiny_config(**ASKED | {"findings": ASKED["findings"] | {"scale": "other words"}})
    assert ran.planned(config=changed) == {"state_findings": 1, "draw_figures": 1, "make_report": 1}
    ran.append("workflow/scripts/boundary/truth/expansion.py", "MORE = 1")
    assert ran.planned(config=tiny_config(**ASKED)) == {}  # as of samples, code does not count
    ran.append("workflow/scripts/boundary/truth/checking.py", "MORE = 1")
    assert ran.planned(config=tiny_config(**ASKED)) == {"make_tables": 1, "make_report": 1}


def test_the_configurations_of_experiments_plan(project):
    planned = project.planned("--configfile", "config/zoo-small.yaml")
    assert (planned["train"], planned["state_findings"], planned["explore_responses"]) == (6, 1, 7)
    assert project.planned("--configfile", "config/zoo.yaml")["train"] == 33
