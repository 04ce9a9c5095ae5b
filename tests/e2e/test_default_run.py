"""The first README command on a fresh copy: it finishes, shows what is true of the zoo, and its report opens.

With a quarter of the samples, as CI has two cores for all that is tested.
"""

import csv
import re

import polars as pl
import pytest

from browsing import SIZES, opened
from conftest import fresh_project

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = fresh_project(tmp_path_factory.mktemp("default") / "project")
    project.edit("config/config.yaml", "{samples: 256, block: 128}", "{samples: 64, block: 64}")
    project.printed = project.snakemake(forked=False)
    return project


def pair(project, base: str, tuned: str) -> pl.DataFrame:
    benchmark = base.split("-")[0]
    return pl.read_parquet(project.path(f"results/pairs/{base}-vs-{tuned}/{benchmark}/t0.6/difference.parquet"))


def test_a_second_run_plans_nothing(project):
    assert project.planned() == {}


def test_the_terminal_fits_on_two_screens_and_ends_with_the_report(project):
    lines = project.printed.strip().splitlines()
    assert len(lines) <= 110
    assert lines[-1] == "The report: results/report.html"
    for stage in ("benchmarks: 2 of 2", "sampling: 20 of 20, 64,000 samples", "verifying: 14 of 14"):
        assert any(stage in line for line in lines), project.printed


def test_every_stage_left_its_files(project):
    assert len(list(project.root.glob("results/samples/*/*/*/[0-9]*.parquet"))) == 10
    assert not list(project.root.glob("results/samples/**/*.partial"))
    for benchmark in ("countdown", "chain"):
        for figure in ("passk", "difference", "overlap", "histogram"):
            for suffix in ("svg", "png"):
                assert project.path(f"results/figures/{benchmark}/t0.6/{figure}.{suffix}").stat().st_size > 5000
    rows = list(csv.DictReader(project.path("results/tables/pairs.csv").open()))
    assert len(rows) == 8
    for row in rows:
        listed = sum(len(row[f"{category} ids"].split()) for category in ("both", "base only", "tuned only", "neither"))
        assert listed == int(row["problems"]) >= 100
        assert int(row["n"]) == 64


@pytest.mark.parametrize("step", [50, 100, 200])
def test_countdown_shows_rl_ahead_at_k_1_and_the_base_ahead_at_large_k(project, step):
    """With intervals that exclude the other side, at the k the statement names."""
    curve = pair(project, "countdown-base", f"countdown-grpo-{step}")
    assert curve["low"][0] > 0
    assert curve.row(31, named=True)["high"] < 0  # k = 32 = n/2
    crossing = curve.filter(pl.col("difference") <= 0)["k"][0]
    assert 2 < crossing <= 20


def test_countdown_distilled_is_above_base_and_rl(project):
    curve = pair(project, "countdown-base", "countdown-distilled")
    assert curve["low"].head(32).min() > 0
    for step in (50, 100, 200):
        assert (curve["tuned"] > pair(project, "countdown-base", f"countdown-grpo-{step}")["tuned"]).all()


def test_chain_rl_is_ahead_at_k_1(project):
    for step in (15, 30, 100):
        assert pair(project, "chain-base", f"chain-grpo-{step}")["low"][0] > 0


def test_figures_carry_the_guess_floor(project):
    for benchmark in ("countdown", "chain"):
        for figure in ("passk", "difference", "overlap", "histogram"):
            assert "guess floor" in project.path(f"results/figures/{benchmark}/t0.6/{figure}.svg").read_text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} pixels")
def test_the_first_screen_answers_the_question(project, size):
    """Did it widen or narrow, from which k, how sure, on which problems, and can the verdicts be trusted."""
    with opened(project.path("results/report.html").as_uri(), *size) as page:
        heading = page.get_by_role("heading", name="Does an RL-trained language model solve anything").bounding_box()
        assert 0 <= heading["y"] < 100
        page.locator("#view").scroll_into_view_if_needed()  # drawn when it is seen
        page.locator("#view svg.marks").wait_for()
        said = page.locator(".said li").all_inner_texts()
        assert len(said) == 8
        narrowed = next(text for text in said if "GRPO, step 200" in text and "countdown" in text)
        assert re.search(r"narrowed.*solves fewer problems than base: −\d+ points at k = 32 \[", narrowed, re.DOTALL)
        assert re.search(r"base ahead from k ≈ \d+ \[", narrowed)
        assert "samples" in page.locator("#trust").inner_text()
        page.locator(".said a", has_text="which problems").first.click()
        assert page.locator("details.pairs[open] .cells a").first.is_visible()
    assert project.path("results/report.html").stat().st_size < 10_000_000


def test_pages_of_samples_are_small(project):
    files = [path for path in project.root.glob("results/browse/*/t0.6/**/*") if path.is_file()]
    assert len(files) > 200
    assert max(path.stat().st_size for path in files) < 2_000_000


@pytest.fixture(scope="module")
def workflow_report(project):
    project.snakemake("workflow_report")
    return project.path("results/workflow_report.html").as_uri()


@pytest.mark.parametrize(("width", "height"), [(1400, 1000), (1920, 1080), (390, 844)])
def test_the_first_heading_of_snakemakes_report_lies_within_the_window(workflow_report, width, height):
    with opened(workflow_report, width, height, ours=False) as page:
        heading = page.get_by_text("Does an RL-trained language model solve anything").first
        heading.wait_for()
        place = heading.bounding_box()
    assert 0 <= place["y"] < height - 20
    assert 0 <= place["x"] < width


def test_snakemakes_report_has_the_figures(workflow_report):
    with opened(workflow_report, 1400, 1000, ours=False) as page:
        page.get_by_text("Does an RL-trained language model solve anything").first.wait_for()
        page.get_by_text("1. pass@k").first.click()
        page.locator("table tbody tr").filter(has_text="countdown").locator("a, button").first.click()
        figure = page.locator("img[src^='data:image/svg']").last
        figure.wait_for(timeout=20_000)
        size = figure.bounding_box()
    assert size["width"] > 300
    assert size["height"] > 200
