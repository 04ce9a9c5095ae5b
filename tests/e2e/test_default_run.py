"""The first README command on a fresh copy: it finishes, shows what is true of the zoo, and its report opens.

With some of the problems and samples, as CI has two cores for all that is tested.
"""

import csv
import json
import math
import re
from statistics import fmean

import polars as pl
import pytest

from browsing import SIZES, opened
from conftest import fresh_project
from documented import faults

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = fresh_project(tmp_path_factory.mktemp("default") / "project")
    project.edit(
        "config/config.yaml", "problems: 200, samples: 512, block: 512", "problems: 60, samples: 64, block: 64"
    )
    project.printed = project.snakemake(forked=False)
    return project


def pair(project, base: str, tuned: str) -> pl.DataFrame:
    return pl.read_parquet(project.path(f"results/pairs/{base}-vs-{tuned}/chain/t0.6/difference.parquet"))


def test_a_second_run_plans_nothing(project):
    assert project.planned() == {}


def test_the_terminal_fits_on_two_screens_and_ends_with_the_report(project):
    lines = project.printed.strip().splitlines()
    assert len(lines) <= 110
    assert lines[-1] == "The report: results/report.html"
    assert sum("problems gained: " in line and "lost: " in line for line in lines[-5:-1]) == 4  # one for each pair
    for stage in ("benchmarks: 1 of 1", "prompts: 5 of 5", "sampling: 5 of 5, 19,200 samples", "verifying: "):
        assert any(stage in line for line in lines), project.printed


def test_every_stage_left_its_files(project):
    assert len(list(project.root.glob("results/samples/*/*/*/[0-9]*.parquet"))) == 5
    assert not list(project.root.glob("results/samples/**/*.partial"))
    for figure in ("passk", "difference", "overlap", "histogram"):
        for suffix in ("svg", "png"):
            assert project.path(f"results/figures/chain/t0.6/{figure}.{suffix}").stat().st_size > 5000
    assert faults(project.path("results/tables")) == []
    rows = list(csv.DictReader(project.path("results/tables/pairs.csv").open()))
    assert len(rows) == 4
    for row in rows:
        listed = sum(int(row[category]) for category in ("both", "base_only", "tuned_only", "neither"))
        assert listed == int(row["problems"]) == 60
        assert int(row["n"]) == 64


def test_the_distilled_model_is_above_base_and_rl(project):
    curve = pair(project, "chain-base", "chain-distilled")
    assert curve["low"].head(32).min() > 0
    for step in (15, 30, 100):
        assert (curve["tuned"] > pair(project, "chain-base", f"chain-grpo-{step}")["tuned"]).all()


def test_chain_rl_is_ahead_at_k_1(project):
    for step in (15, 30, 100):
        assert pair(project, "chain-base", f"chain-grpo-{step}")["low"][0] > 0


def test_figures_carry_the_guess_floor(project):
    for figure in ("passk", "difference", "overlap", "histogram"):
        assert "guessing baseline" in project.path(f"results/figures/chain/t0.6/{figure}.svg").read_text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} pixels")
def test_the_first_screen_answers_the_question(project, size):
    """Did it widen or narrow, from which k, how sure, on which problems, and can the verdicts be trusted."""
    with opened(project.path("results/report.html").as_uri(), *size) as page:
        heading = page.get_by_role("heading", name="Default run").bounding_box()
        assert 0 <= heading["y"] < 100
        page.locator("#view").scroll_into_view_if_needed()  # drawn when it is seen
        page.locator("#view svg.marks").wait_for()
        said = [" ".join(text.split()) for text in page.locator(".said tbody tr").all_inner_texts()]
        assert len(said) == 4
        widened = next(text for text in said if "distilled" in text)
        assert re.search(r"widened.*distilled against base.*\+\d+ points at k = 32 \[", widened)
        answer = " ".join(page.locator("#answer").inner_text().split())
        assert re.search(r"chain: solved by an RL model at 5% or more and never by its base in 64 samples: ", answer)
        assert "chain, distillation: solved by distilled at 5% or more" in answer
        assert "samples" in page.locator("#trust").inner_text()
        page.locator(".said a").first.click()
        assert page.locator("details.pairs[open] .cells a").first.is_visible()
    assert project.path("results/report.html").stat().st_size < 10_000_000


def test_every_number_of_a_pair_is_the_same_wherever_it_is_said(project):
    """The page, CSV, LaTeX and JSON of the claims about one pair, and counts by hand."""
    project.snakemake("results/paper/tables/claims.tex")
    agree(project.path("results"), ("chain-base", "chain-grpo-100"), ("base", "GRPO, step 100"))


def agree(results, models: tuple[str, str], labels: tuple[str, str]) -> None:
    benchmark = models[0].split("-")[0]
    pair = {"benchmark": benchmark, "base": models[0], "tuned": models[1]}
    claims = [c for c in json.loads((results / "claims.json").read_text())["claims"] if pair.items() <= c.items()]
    assert len(claims) == 7
    in_csv = pl.read_csv(results / "tables/claims.csv", infer_schema_length=None).filter(**pair).to_dicts()
    html = (results / "report.html").read_text()
    table = json.loads(re.search(r'"tables-data">(.*?)</script>', html, re.DOTALL)[1])["claims"]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    on_page = [r for r in rows if (r["benchmark"], r["base"], r["tuned"]) == (benchmark, *labels)]
    lines = (results / "paper/tables/claims.tex").read_text().splitlines()
    in_latex = [line for line in lines if line.startswith(f"{benchmark} & t0.6 & {labels[0]} & {labels[1]} & ")]
    for claim, row, shown, line in zip(claims, in_csv, on_page, in_latex, strict=True):
        ends = [math.inf if claim[key] is None else claim[key] for key in ENDS]
        assert [math.inf if row[key] is None else row[key] for key in ENDS] == pytest.approx(ends, rel=6e-6)
        scale = 100 if shown["unit"] == "points" else 1
        on_screen = [math.inf if str(shown[key]).startswith("above") else shown[key] / scale for key in ENDS]
        assert on_screen == pytest.approx(ends, abs=6e-5)
        words = line.replace("$-$", "-").replace(r"$\infty$", "inf")
        printed = re.search(r"& (\S+)(?: \[(\S+), (\S+)\])? & \d+ & \d+ & \w+", words)
        if printed[2]:  # no interval where all three are beyond n
            assert [float(number) for number in printed.groups()] == pytest.approx(ends, abs=6e-4)
        never = claim["holm"] == "undecided" and claim.get("supportable") is False  # 64 samples are too few
        decision = f"cannot be decided with {claim['n']} samples of each" if never else claim["holm"]
        assert row["holm"] == claim["holm"]
        assert all(text.startswith(decision) for text in (shown["decision (Holm)"], line.split(" & ")[-1]))
        assert {row["k"], int(line.split(" & ")[4])} == {claim["k"]}
        assert shown["k"] == (claim["estimate"] or claim["k"] if claim["kind"] == "overtakes" else claim["k"])
    n, base, tuned = counts_of(results, models)
    found = {claim["kind"]: claim for claim in claims}
    for kind, one, other in (("gained", tuned, base), ("lost", base, tuned)):
        assert found[kind]["estimate"] == sum(c >= 0.05 * n and not d for c, d in zip(one, other, strict=True))
        assert found[kind]["solved_alone"] == sum(c > 0 and not d for c, d in zip(one, other, strict=True))
        both = [d for c, d in zip(one, other, strict=True) if c >= 0.05 * n and d < 0.05 * n]
        rate = found[f"rate_{kind}"]
        assert (rate["estimate"], rate["also_solved"]) == (len(both), sum(d > 0 for d in both))
    failing = lambda c, k: math.comb(n - c, k) / math.comb(n, k)  # noqa: E731
    at = {k: fmean(failing(d, k) - failing(c, k) for c, d in zip(tuned, base, strict=True)) for k in range(1, n + 1)}
    assert found["better"]["estimate"] == pytest.approx(at[1], abs=1e-9)
    assert found["coverage"]["estimate"] == pytest.approx(at[n // 2], abs=1e-9)
    assert found["overtakes"]["estimate"] == next((k for k, value in at.items() if value <= 1e-12), None)


ENDS = ("estimate", "low", "high")


def counts_of(results, models: tuple[str, str]) -> tuple[int, list[int], list[int]]:
    """n, and the correct samples of either model on every problem, from single verdicts."""
    benchmark = models[0].split("-")[0]
    found = []
    for model in models:
        blocks = sorted((results / f"verdicts/{model}/{benchmark}/t0.6").glob("[0-9]*.parquet"))
        verdicts = pl.concat(pl.read_parquet(block) for block in blocks)
        own = verdicts.filter(grader=GRADERS[benchmark]).group_by("problem_id").agg(pl.len(), pl.col("correct").sum())
        found.append(own.sort("problem_id"))
    (n,) = {size for frame in found for size in frame["len"]}
    return n, *(frame["correct"].to_list() for frame in found)


GRADERS = {"chain": "mathematics", "countdown": "countdown"}


def test_pages_of_samples_are_small(project):
    files = [path for path in project.root.glob("results/browse/*/t0.6/**/*") if path.is_file()]
    assert len(files) > 50
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
        page.locator("table tbody tr").filter(has_text="chain").locator("a, button").first.click()
        figure = page.locator("img[src^='data:image/svg']").last
        figure.wait_for(timeout=20_000)
        size = figure.bounding_box()
    assert size["width"] > 300
    assert size["height"] > 200
