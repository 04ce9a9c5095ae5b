"""Families of problems: `cluster` on a finished run changes what is said of samples, and no sample."""

import json

from conftest import tiny_config

COSTLY = {"download_benchmark", "build_benchmark", "render_prompts", "sample_block", "verify_block", "download_model"}
ANALYSIS = {"summarise_curve": 2, "compare": 1, "state_claims": 1}


def test_families_on_a_finished_run_plan_nothing_before_counts(project):
    """Added, changed, taken away; and of few of them nothing is decided."""
    rows = [
        {"q": f"0{i % 8 + 1} % 0{i // 8 + 2}", "a": "1", "template": f"t{i % 11}", "passage": f"p{i % 3}"}
        for i in range(24)
    ]
    project.path("own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    own = {"file": "own.jsonl", "question": "q", "answer": "a", "verifier": "math", "samples": 2, "block": 2}
    models = {name: {"benchmarks": ["own"]} for name in ("chain-base", "chain-grpo-100")}
    pairs = [{"base": "chain-base", "tuned": "chain-grpo-100"}]

    def config(**cluster) -> dict:
        return tiny_config(models=models, benchmarks={"own": own | cluster}, pairs=pairs)

    def claims() -> dict:
        return {c["kind"]: c for c in json.loads(project.path("results/claims.json").read_text())["claims"]}

    project.snakemake("results/claims.json", config=config())
    alone = claims()["better"]
    assert "clusters" not in alone
    assert project.planned("results/claims.json", config=config(cluster="template")) == {"read_clusters": 1} | ANALYSIS
    assert not COSTLY & project.planned(config=config(cluster="template")).keys()

    project.snakemake("results/claims.json", config=config(cluster="passage"))
    few = claims()["better"]
    assert few["estimate"] == alone["estimate"]
    assert few["low"] != alone["low"]
    assert (few["clusters"], few["verdict"], few["p"]) == (3, "undecided", 1.0)
    assert "clusters" not in claims()["gained"]  # is about single problems
    assert "undecided, only 3 families" in project.path("results/tables/claims.rst").read_text()
    assert project.planned("results/claims.json", config=config(cluster="passage")) == {}
    assert project.planned("results/claims.json", config=config(cluster="template")) == {"read_clusters": 1} | ANALYSIS
    assert project.planned("results/claims.json", config=config()) == ANALYSIS
