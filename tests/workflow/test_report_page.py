"""The report and the pages of samples of a small run, as a reader uses them in a browser, at two widths."""

import csv

import pytest

from browsing import SIZES, opened


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]} pixels")
def report(finished, request):
    with opened(finished.path("results/report.html").as_uri(), *request.param) as page:
        page.locator("#view svg.marks").wait_for()
        yield page


def words(place) -> str:
    """The text of a part of the page, without line breaks that its spaces forbid."""
    return place.inner_text().replace("\N{NO-BREAK SPACE}", " ")


def lines(page) -> int:
    """Lines of models that the first chart shows, and that of guessing."""
    return page.locator("#view svg.marks .mark-line path[stroke]").count()


def test_the_first_screen_says_what_was_found_and_its_chart_answers(report):
    page, width = report, report.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").bounding_box()["y"] < 100
    assert "10 problems, 4 samples of each" in words(page.locator("header"))
    (row,) = page.locator(".said tbody tr").all()
    assert row.locator("td").first.inner_text().split()[1] in ("narrowed", "widened", "undecided")
    assert all(word in words(row) for word in ("against base", " points", "countdown: "))
    assert "never by its base in 4 samples" in page.locator("#answer").inner_text()
    assert "countdown" in page.locator("#trust").inner_text()
    before = lines(page)
    assert before == 3  # two models, and guessing
    page.locator("#view .role-legend-label text, #view .role-legend-symbol path").last.click(force=True)
    page.wait_for_function("document.querySelectorAll('#view svg.marks .mark-line path[stroke]').length == 2")

    box = page.locator("#view svg.marks").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    told = dict(map(str.strip, row.split("\t")) for row in tooltip.locator("tr").all_inner_texts())
    assert told["model"] in ("base", "GRPO, step 50")
    assert 1 <= int(told["k"]) <= 4
    assert all(told[key].endswith("%") for key in ("pass@k", "pointwise interval, from", "to"))
    assert told["simultaneous band, from"].endswith("%")


def test_the_chart_changes_with_its_switches(report):
    report.select_option("#choose-view", "difference to the base")
    report.get_by_text("tuned minus base (points)", exact=True).first.wait_for()
    report.select_option("#choose-benchmark", "chain")
    assert report.locator("#choose-view").input_value() == "pass@k"  # nothing is compared there
    assert report.locator("#choose-grader option").all_inner_texts() == ["mathematics", "boxed", "paper"]


def test_tables_are_sorted_filtered_and_downloaded(report, tmp_path):
    table = report.locator("[data-table=claims]")
    rows = table.locator("tbody tr")
    assert rows.count() == 7
    table.get_by_role("button", name="estimate").click()
    assert table.locator("th[aria-sort=ascending]").inner_text() == "estimate"
    table.get_by_role("searchbox").fill("coverage")
    assert rows.count() == 1
    with report.expect_download() as found:
        table.get_by_role("button", name="CSV").click()
    found.value.save_as(tmp_path / "claims.csv")
    (row,) = csv.DictReader((tmp_path / "claims.csv").open())
    assert row["claim"].startswith("coverage")
    report.locator("#table-passk summary").click()
    report.locator("#table-passk tbody tr").nth(5).wait_for()


def test_on_paper_every_chart_is_drawn(report):
    drawn, charts = report.locator(".chart svg.marks"), report.locator(".chart").count()
    assert drawn.count() < charts
    report.pdf()
    assert drawn.count() == charts


def test_every_link_leads_to_something(report, finished):
    links = report.locator("a[href]:not(.vega-actions a)")
    for link in set(links.evaluate_all("links => links.map(link => link.getAttribute('href'))")):
        file, _, place = link.partition("#")
        assert not file or finished.path(f"results/{file}").exists(), link
        assert file or report.locator(f"[id='{place}']").count() == 1, link


def test_a_problem_opens_its_samples(report):
    page = report
    cell = page.locator(".cells a").first
    about = cell.get_attribute("title")
    cell.click()
    page.locator("#left .response").wait_for()
    assert page.locator("#problem").input_value() == about.partition(":")[0]
    assert "numbers" in page.locator("#question").inner_text()
    assert page.locator("#left .model").input_value() == "countdown-base"
    assert page.locator("#right .model").input_value() == "countdown-grpo-50"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    right = about.partition("base ")[2].split(" of ")[0]
    assert page.locator("#left .counts").inner_text().startswith(f"{right} of 4 samples right")
    assert page.locator("#left mark").inner_text() in page.locator("#left tbody").inner_text()
    for kind, said in (("wrong", "✗ wrong"), ("right", "✓ right")):
        page.select_option("#kind", kind)
        page.locator("#draw").click()
        for side in page.locator(".sample:visible").all():
            assert said in side.inner_text()
    page.select_option("#which", "neither")
    assert page.locator("#problem option").count() < 10
    page.select_option("#which", "all")
    page.locator("#after").click()
    assert "problem=" in page.url
    page.get_by_role("link", name="the report").click()
    page.locator("#view svg.marks").wait_for()
