"""What was deleted is made again by the plain command; samples are asked about; what lies before them is not missed."""

import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from conftest import ROOT, tiny_config

CURVE, PAIR = "countdown-base/countdown/t0.6", "countdown-base-vs-countdown-grpo-50/countdown/t0.6"
BLOCK = f"samples/{CURVE}/0000-0001.parquet"


@pytest.mark.parametrize(
    ("deleted", "rule"),
    [
        ("tables/passk.csv", "make_tables"),
        ("tables/pairs.parquet", "make_tables"),
        ("figures/countdown/t0.6/overlap.svg", "draw_figures"),
        ("figures/chain/t0.6/passk.png", "draw_figures"),
        ("claims.json", "state_claims"),
        ("tables/claims.csv", "state_claims"),
        ("report.html", "make_report"),
        ("browse/countdown/t0.6", "browse_samples"),
        ("browse/countdown/t0.6/data/p3-0.js", "browse_samples"),
        (f"counts/{CURVE}.parquet", "summarise_curve"),
        (f"pairs/{PAIR}/sets.parquet", "compare"),
        ("golds/chain.parquet", "check_golds"),
        (f"verdicts/{CURVE}/0000-0001.parquet", "verify_block"),
        (BLOCK, "sample_block"),  # it finds the block under its second name
    ],
)
def test_what_the_report_links_or_reads_is_made_again(ran, deleted, rule):
    path = ran.path(f"results/{deleted}")
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    planned = ran.planned(config=tiny_config())
    assert planned[rule] == 1
    costly = {"build_benchmark", "render_prompts", "sample_block"} & planned.keys()
    assert costly == ({"sample_block"} if rule == "sample_block" else set())


def test_every_link_of_the_report_leads_somewhere_after_all_kinds_were_deleted(ran):
    for deleted in ("tables/passk.csv", "figures/countdown/t0.6/overlap.svg", "claims.json", f"counts/{CURVE}.parquet"):
        ran.path(f"results/{deleted}").unlink()
    shutil.rmtree(ran.path("results/browse/chain"))
    ran.path("results/browse/countdown/t0.6/data/p3-0.js").unlink()
    ran.path(f"results/{BLOCK}").unlink()
    before = pl.read_parquet(ran.path(f"results/verdicts/{CURVE}/0000-0001.parquet"))
    ran.snakemake(config=tiny_config())
    page = re.sub(r"<script.*?</script>", "", ran.path("results/report.html").read_text(), flags=re.S)
    links = set(re.findall(r'(?:href|src)="([^"#][^"]*?)(?:#[^"]*)?"', page))
    local = {link for link in links if not re.match(r"[a-z]+:", link)}
    assert len(local) >= 30
    assert not [link for link in local if not ran.path(f"results/{link}").exists()]
    assert ran.path("results/browse/countdown/t0.6/data/p3-0.js").exists()
    assert pl.read_parquet(ran.path(f"results/verdicts/{CURVE}/0000-0001.parquet")).equals(before)
    assert ran.planned(config=tiny_config()) == {}


@pytest.mark.parametrize(
    "deleted", ["benchmarks/countdown.parquet", "prompts/countdown-base/countdown.parquet", "cache/countdown.sqlite"]
)
def test_what_lies_before_samples_is_not_missed(ran, deleted):
    ran.path(f"results/{deleted}").unlink()
    assert ran.planned(config=tiny_config()) == {}


def without_a_block(project) -> None:
    folder = project.path(f"results/{BLOCK}").parent
    for path in (*folder.glob("0000-0001*"), *folder.glob(".0000-0001*")):
        path.unlink()


def test_samples_that_are_gone_are_asked_about(ran):
    without_a_block(ran)
    said = ran.snakemake("--dry-run", config=tiny_config(), fails=True)
    assert re.search(rf"20 samples \([\d,]+ tokens\) are gone, though their verdicts are here: results/{BLOCK}", said)
    assert "missing_samples: leave" in said
    assert "missing_samples: resample" in said
    assert ran.planned(config=tiny_config(missing_samples="resample"))["sample_block"] == 1
    assert ran.planned(f"results/{BLOCK}", config=tiny_config()) == {"sample_block": 1}  # named as a target

    config = tiny_config(missing_samples="leave")
    ran.snakemake(config=config)
    assert not ran.path(f"results/{BLOCK}").exists()
    assert f"no longer here ({CURVE})" in ran.path("results/report.html").read_text()
    ran.append("workflow/scripts/boundary/verifying/verify.py", "EDITED = True")
    planned = ran.planned(config=config)
    assert (planned["verify_block"], planned.get("sample_block", 0)) == (5, 0)  # of six: one cannot be verified again


def test_a_front_door_and_the_profile_are_found_from_an_empty_folder(ran, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    arguments = ("--snakefile", str(ran.path("workflow/Snakefile")), "--directory", str(ran.root))
    said = ran.snakemake("--dry-run", *arguments, config=tiny_config())
    assert "workflow specific profile" in said
    assert "Nothing to be done" in said
    assert Path(ROOT / "workflow/profiles").resolve() == ROOT / "profiles"


def test_help_says_what_can_be_asked_for(ran):
    said = ran.snakemake(
        "help", config=tiny_config(groups={"steps": {"base": "countdown-base", "members": {50: "countdown-grpo-50"}}})
    )
    for target in ("all ", "plan ", "bundle ", "paper_figures ", "help "):
        assert re.search(rf"^  {target}", said, flags=re.M), target
