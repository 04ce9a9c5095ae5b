"""What users call their models is shown to the letter, in figures and in the report."""

import docutils.core
import pytest

from boundary.analysis import claims
from boundary.analysis.kinds import BETTER, COVERAGE, EVERY
from boundary.analysis.overall import overall
from boundary.report import texts
from boundary.report.colors import PALETTE
from boundary.report.figures import style

NAMES = ["costs $5 and $6", "*best*, `quoted` and |bar|", "under_score_", "back\\slash", "模型"]


@pytest.mark.parametrize("name", NAMES)
def test_a_label_in_a_figure_and_in_the_report(name, tmp_path):
    (model,) = style.styles_of([{"name": "m", "label": name, "color": None, "marker": None, "place": 0}]).values()
    figure, axes = style.plt.subplots()
    axes.plot([1, 2], label=model["label"])
    axes.set_xscale("log", base=2)
    axes.set_title(model["label"])
    figure.legend()
    style.save(figure, str(tmp_path / "a.svg"), str(tmp_path / "a.png"))
    assert name.replace("&", "&amp;") in (tmp_path / "a.svg").read_text()
    shown = docutils.core.publish_string(texts.plain(name), writer="html", settings_overrides={"report_level": 1})
    assert f"<p>{name}</p>" in shown.decode()


def test_characters_that_no_font_has_are_said_once(tmp_path, caplog):
    figure, axes = style.plt.subplots()
    axes.set_title("\U000f0000\U000f0001")  # of nobody's font
    style.save(figure, str(tmp_path / "a.svg"), str(tmp_path / "a.png"))
    assert caplog.text.count("no font here has some characters of the labels") == 1


def test_claims_of_an_incomplete_pair_say_what_it_was_compared_on():
    shared = "28 of 30 problems, which both have, with the smaller n of each: 64"
    facts = {
        "benchmark": "b",
        "decoding": "t",
        "base": "x",
        "tuned": "y",
        "problems": 28,
        "n": 64,
        "shared": shared,
        "k": 1,
    }
    facts |= {"low": 0.0, "high": 1.0, "estimate": 0.5, "verdict": "supported", "holm": "supported", "fdr": "supported"}
    said = [facts | {"kind": BETTER, "holm": "undecided"}, facts | {"kind": COVERAGE, "estimate": -0.5, "low": -1.0}]
    said = [claim | {"claim": claims.sentence(claim)} for claim in said]
    assert said[1]["claim"] == f"coverage narrowed or widened at k = 1, on {shared}"
    text = texts.claims_text(said, {}, {"x": "X", "y": "Y"}, ["b: an answer"])
    assert text.startswith("- b: an answer\n\n.. list-table")
    assert f"Y against X; b, t, {shared}" in text
    assert "undecided (uncorrected: supported) +50 points [0, +100]" in text
    assert "narrowed: **supported** −50 points [−100, +100]" in text
    assert "2 claims: 2 significant uncorrected, 2 after Benjamini-Hochberg, 1 after Holm" in text


def test_the_overall_sentence_names_the_benchmarks_that_disagree():
    rows = {
        "AIME": {"mean": -0.2, "difference": -0.21, "error": 0.02, "df": 29.5, "low": -0.3, "high": -0.1},
        "code": {"mean": 0.1, "difference": 0.11, "error": 0.02, "df": 99.5, "low": 0.06, "high": 0.14},
    }
    names = {"benchmark": EVERY, "decoding": "t", "base": "x", "tuned": "y", "n": 64, "k": 32}
    names |= {"kind": COVERAGE, "claim": "coverage narrowed"}
    said = claims.corrected([names | overall(rows, 0.95, COVERAGE)], 0.95)
    text = texts.claims_text(said, {}, {"x": "X", "y": "Y"}, ["b: an answer"])
    assert "- Y against X, t, 0 benchmarks: at k = 32 coverage narrowed: **supported**, −5.0 points [" in text
    assert "(ahead on code; behind on AIME; benchmarks differ beyond chance, p = " in text


def test_no_other_of_many_models_is_drawn_as_the_base():
    models = [{"name": str(i), "label": None, "color": None, "marker": None, "place": i} for i in range(20)]
    drawn = [(found["color"], found["marker"]) for found in style.styles_of(models).values()]
    assert len(set(drawn)) == 20
    assert [color for color, _ in drawn].count(PALETTE[0]) == 1


SHARES = {0: "0%", 1: "100%", 0.996: "99.6%", 0.123: "12%", 1e-5: "0.001%", 1e-9: "0.0000001%"}


def test_shares_are_never_written_with_an_exponent():
    assert {share: texts.percent(share) for share in SHARES} == SHARES
