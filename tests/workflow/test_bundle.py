"""A bundle is opened where neither weights nor samples are: analysed anew, never sampled, changed only where it may."""

import shutil
import subprocess
import sys

from conftest import ROOT, Project, fresh_project, tiny_config

UPSTREAM = {"build_benchmark", "render_prompts", "sample_block", "verify_block", "check_golds"}
OPENED = ("--configfile", "bundle.yaml")


def without_weights(root) -> Project:
    """The workflow elsewhere: all of it but the models of the zoo."""
    project = fresh_project(root)
    project.path("resources").unlink()
    shutil.copytree(ROOT / "resources/published", project.path("resources/published"))
    return project


def open_bundle(bundle, folder) -> subprocess.CompletedProcess:
    command = [sys.executable, ROOT / "workflow/scripts/open_bundle.py", bundle, folder]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_bundle_is_analysed_anew_without_sampling(ran, tmp_path):
    assert ran.planned("bundle", config=tiny_config()) == {"make_bundle": 1, "bundle": 1}
    ran.snakemake("bundle", config=tiny_config())
    bundle, there = ran.path("results/bundle.tar.gz"), without_weights(tmp_path / "there")
    assert open_bundle(bundle, there.root).returncode == 0
    assert not there.path("results/samples").exists()

    jobs = there.planned(*OPENED)
    assert not UPSTREAM & jobs.keys()
    assert jobs["summarise_curve"] == 3  # models on their benchmarks
    there.snakemake("results/tables/claims.csv", *OPENED)
    for file in ("results/claims.json", "results/tables/claims.csv"):
        assert there.path(file).read_bytes() == ran.path(file).read_bytes()

    there.edit("bundle.yaml", "level: 0.95", "level: 0.5")
    there.append("bundle.yaml", "models: {chain-base: {label: another}}\nbenchmarks: {chain: {grader: boxed}}")
    jobs = there.planned("results/tables/claims.csv", *OPENED)
    assert not UPSTREAM & jobs.keys()
    assert jobs["compare"] == 1

    samples = "results/samples/chain-base/chain/t0.6/0000-0001.parquet"
    said = there.snakemake(samples, *OPENED, fails=True)  # as whatever would fetch, run or score a model
    assert f"{samples} is not in this bundle, and nothing is fetched, sampled, scored or trained" in said

    there.append("bundle.yaml", "decodings: {t0.6: {temperature: 1.0}}")
    said = there.snakemake("--dry-run", *OPENED, fails=True)
    assert "unknown key 'decodings'; allowed: analysis, bundle, models, benchmarks" in said


def test_samples_can_be_exported_where_they_may_be_packed_and_claims_need_no_text(ran, tmp_path):
    """One benchmark is published, the other one not: of that neither samples nor answers are there, and all numbers."""
    config = tiny_config(bundle={"samples": True})
    config["benchmarks"]["countdown"]["publish"] = False
    ran.snakemake("bundle", "results/tables/claims.csv", config=config)
    there = without_weights(tmp_path / "there")
    assert open_bundle(ran.path("results/bundle.tar.gz"), there.root).returncode == 0
    assert {path.parts[-3] for path in there.path("results/samples").rglob("*.parquet")} == {"chain"}
    assert there.planned("export", *OPENED) == {"export_samples": 1, "export": 1}
    tables = ("results/tables/claims.csv", "results/tables/majority.csv", "results/tables/metrics.csv")
    there.snakemake(*tables, *OPENED)
    for file in ("results/claims.json", *tables):
        assert there.path(file).read_bytes() == ran.path(file).read_bytes()
    verdicts = "results/verdicts/countdown-base/countdown/t0.6/0000-0001.parquet"
    said = there.snakemake(verdicts, "--forcerun", "verify_block", *OPENED, fails=True)
    assert "are in no bundle, and their verdicts stay as they came" in said


def test_a_damaged_bundle_is_refused_by_name_and_leaves_nothing(ran, tmp_path):
    ran.snakemake("bundle", config=tiny_config())
    bundle = ran.path("results/bundle.tar.gz")
    whole = bytearray(bundle.read_bytes())
    whole[len(whole) // 2] ^= 1
    bundle.write_bytes(whole)
    done = open_bundle(bundle, tmp_path / "there")
    assert done.returncode == 1
    assert f"{bundle} is damaged" in done.stderr
    assert list((tmp_path / "there").iterdir()) == []
