"""What users call their models is shown to the letter, in figures and in the report."""

import docutils.core
import pytest

from boundary.report import texts
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
