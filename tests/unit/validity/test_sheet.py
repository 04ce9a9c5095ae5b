"""The review sheet in a real browser: judged by click and key, kept, exported, and read back."""

import json
import shutil

import polars as pl
import pytest

from boundary.validity.labels import read_labels
from boundary.validity.sheet import asked_of, page, rows
from conftest import ROOT, missing

TEMPLATE = (ROOT / "workflow/report/review.html").read_text()
HOSTILE = (
    "</script><script>window.run = 1</script><img src=x onerror='window.run = 1'>{{ 7 * 7 }} so \\boxed{42}, not 42 "
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff5605d0c40000000049454e44ae426082"
)


@pytest.fixture
def sheet(tmp_path):
    """A sheet of three responses of two models to two problems, one of them with an image."""

    def frame(*responses):
        columns = {"id": pl.String, "problem_id": pl.String, "sample_index": pl.Int64, "answer": pl.String}
        return pl.DataFrame(responses, schema=columns | {"text": pl.String}, orient="row")

    responses = {
        "secret-base": frame(("c", "p<1>", 0, "42", HOSTILE), ("a", "p<1>", 1, "absent", "no mark")),
        "secret-tuned": frame(("b", "p2", 7, "1", "1 or 1")),
    }
    problems = pl.DataFrame(
        {
            "problem_id": ["p<1>", "p2"],
            "question": ["<b>What</b>?", "Which?"],
            "gold": [json.dumps({"answers": ["42"]}), json.dumps({"tests": []})],
            "images": [[PIXEL], None],
        }
    )
    spec = {"benchmark": "b&w", "decoding": "t0.6", "below": 0.05, "responses": 8}
    shown = rows(responses, 8)
    html = page(TEMPLATE, shown, asked_of(shown, problems), spec)
    assert "secret" not in html
    (tmp_path / "sheet.html").write_text(html)
    return tmp_path / "sheet.html", shown["id"].to_list()


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    known = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, known)), None) or missing("no Chromium for the review sheet")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_a_sheet_is_judged_kept_and_exported_and_runs_nothing_that_a_model_wrote(sheet, browser, tmp_path):
    file, ids = sheet
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    requested, errors = [], []
    tab.on("request", lambda request: requested.append(request.url.partition(":")[0]))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(file.as_uri())
    said = dict(zip(ids, ("valid", "invalid", "unsure"), strict=True))
    tab.keyboard.press("1")
    tab.get_by_role("button", name="Invalid").click()
    tab.get_by_label("Note").fill('by "luck", 2\nlines 1 2 3')
    tab.keyboard.press("Escape")
    tab.keyboard.press("3")
    assert tab.locator("#done").inner_text() == "3 judged"

    tab.reload()  # what was said is kept
    assert tab.locator("#done").inner_text() == "3 judged"
    assert tab.get_by_role("button", name="Unsure").get_attribute("aria-pressed") == "true"

    tab.get_by_text("Export JSON").click()
    assert "Say your name first" in tab.locator("#kept").inner_text()
    tab.get_by_label("Your name").fill("Anna")
    for kind in ("JSON", "CSV"):
        with tab.expect_download() as download:
            tab.get_by_text(f"Export {kind}").click()
        assert download.value.suggested_filename == f"labels-b-w-t0.6-Anna.{kind.lower()}"
        download.value.save_as(tmp_path / download.value.suggested_filename)
        found = read_labels(tmp_path / download.value.suggested_filename)
        assert dict(found.select("id", "label").iter_rows()) == said
        assert set(found["reviewer"]) == {"Anna"}
    exported = json.loads((tmp_path / "labels-b-w-t0.6-Anna.json").read_text())
    assert [row["note"] for row in exported] == ["", "", 'by "luck", 2\nlines 1 2 3']

    tab.locator("#place").click()
    for _ in ids:
        tab.keyboard.press("ArrowLeft")
    for one in ids:  # text is shown as it is, and the last place of the answer in it marked
        text = tab.locator("#response").inner_text()
        if one == "c":
            assert text.strip() == HOSTILE.strip()
            assert tab.locator("#question").inner_text() == "<b>What</b>?"
            assert tab.evaluate("document.querySelector('#response mark').previousSibling.data").endswith("not ")
            assert tab.evaluate("document.querySelector('#images img').naturalWidth") == 1
        if one == "a":
            assert tab.locator("#answer").inner_text() == "Answer that was found: absent"
        if one == "b":
            assert tab.locator("#gold").inner_text() == "whatever passes the tests"
        tab.keyboard.press("ArrowRight")
    assert tab.evaluate("window.run") is None
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    assert errors == []
    assert set(requested) <= {"file", "data", "blob"}


def test_a_sheet_without_responses_says_so(browser, tmp_path):
    empty = pl.DataFrame(schema={"id": pl.String, "problem_id": pl.String, "text": pl.String, "answer": pl.String})
    problems = pl.DataFrame(
        schema={"problem_id": pl.String, "question": pl.String, "gold": pl.String, "images": pl.Null}
    )
    spec = {"benchmark": "b", "decoding": "t", "below": 0.05, "responses": 8}
    shown = rows({"m": empty}, 8)
    (tmp_path / "sheet.html").write_text(page(TEMPLATE, shown, asked_of(shown, problems), spec))
    tab = browser.new_page()
    tab.goto((tmp_path / "sheet.html").as_uri())
    assert tab.get_by_text("There is nothing to review").is_visible()
    assert not tab.get_by_role("button", name="Invalid").is_visible()
