"""A scaled config/zoo-small.yaml, on one of its benchmarks: findings, and verdicts held against the truth."""

import polars as pl
import pytest

from conftest import fresh_project

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = fresh_project(tmp_path_factory.mktemp("zoo-small") / "project")
    project.edit("config/zoo-small.yaml", "  chain-longer: {problems: 32, samples: 128, block: 128}\n", "")
    project.edit("config/zoo-small.yaml", "[chain-held-out, chain-longer]", "[chain-held-out]")
    project.edit(
        "config/zoo-small.yaml", "{problems: 32, samples: 128, block: 128}", "{problems: 12, samples: 32, block: 32}"
    )
    project.edit("config/zoo-small.yaml", "prefixes: 20000", "prefixes: 1000")
    project.append("config/zoo-small.yaml", "zoo: {scale: 0.2}")
    project.snakemake("--configfile", "config/zoo-small.yaml")
    return project


def test_every_role_has_its_findings_with_the_scale_in_them(project):
    found = pl.read_csv(project.path("results/tables/findings.csv"))
    assert found["finding"].n_unique() == 11
    assert set(found["benchmark"]) == {"chain-held-out"}
    assert found["verdict"].str.ends_with(", 0.6 M parameters, chain").all()
    equal = found.filter(finding="Models that cannot differ do not.")
    assert not equal["verdict"].str.starts_with("refuted").any()
    assert all(project.path(see).exists() for see in found["see"])


def test_weights_that_learnt_at_rate_0_are_the_base_exactly(project):
    rates = pl.read_csv(project.path("results/tables/rates.csv"))
    base, same = (rates.filter(model=name)["low"] for name in ("chain-base", "learning-rate-0-2"))
    assert (base - same).abs().max() < 0.005  # weights are kept in half precision


def test_verdicts_agree_with_the_truth(project):
    truth = pl.read_csv(project.path("results/tables/truth.csv"))
    decided = truth.filter(pl.col("verdict_is") != "nothing claimed")
    assert len(decided) > 0
    assert (decided["verdict_is"] == "contradicts the truth").sum() <= 1  # each is at level 0.95
