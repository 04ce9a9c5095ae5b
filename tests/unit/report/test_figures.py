"""Figures: what is drawn is what is said, names lie clear of curves, and a fit that fails its check is marked."""

import numpy as np
import polars as pl
import pytest
from matplotlib import pyplot as plt

from boundary.analysis.curves import curve
from boundary.analysis.extrapolation import extrapolate
from boundary.analysis.pairs import overlap, pair_counts
from boundary.report import paper_figures
from boundary.report.figures import beyond, boundary, histogram, passk, style, transitions
from boundary.report.figures import overlap as bars

MODELS = [{"name": name, "place": i, "label": None, "color": None, "marker": None} for i, name in enumerate("xyz")]
SPEC = {"models": MODELS, "pairs": [["x", "y"], ["x", "z"]], "level": 0.95, "rate": 0.05, "title": "t"}
SPEC |= {"guess_floor": None, "grader": "g", "note": None}
N, PROBLEMS = 64, 30


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def counts() -> dict[str, pl.DataFrame]:
    rng, ids = np.random.default_rng(1), [f"p{i}" for i in range(PROBLEMS)]
    rates = {"x": rng.beta(0.3, 2, PROBLEMS), "y": rng.beta(0.3, 0.3, PROBLEMS), "z": rng.beta(2, 0.5, PROBLEMS)}
    return {m: pl.DataFrame({"problem_id": ids, "n": N, "c": rng.binomial(N, rate)}) for m, rate in rates.items()}


@pytest.fixture(scope="module")
def curves(counts) -> dict[str, pl.DataFrame]:
    return {
        model: curve([(frame["n"].to_numpy(), frame["c"].to_numpy())], 0.95).with_columns(n=pl.lit(N))
        for model, frame in counts.items()
    }


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text()]


def test_every_pair_has_a_panel_with_two_named_curves(curves):
    figure = passk.passk_figure(curves, SPEC, PROBLEMS, np.linspace(0, 0.1, N))
    assert len(figure.axes) == 2
    for axes, tuned in zip(figure.axes, "yz", strict=True):
        names = [text for text in axes.texts if text.get_text() in "xyz"]
        assert {text.get_text() for text in names} == {"x", tuned}
        assert len({text.get_color() for text in names}) == 2
    assert {"95% pointwise", "95% simultaneous over k", "guessing baseline: blind guessing"} <= set(texts(figure))
    assert style.together(SPEC | {"pairs": [["x", "y"]]}) == [["x", "y"], ["z"]]


def test_names_do_not_lie_on_curves_at_the_width_of_a_column(curves):
    figure = passk.passk_figure(curves, SPEC, PROBLEMS)
    figure.set_size_inches(3.35, 2.6)
    figure.draw_without_rendering()
    for axes in figure.axes:
        for text in (text for text in axes.texts if text.get_text() in "xyz"):
            box = text.get_window_extent()
            for line in axes.get_lines():
                points = axes.transData.transform(line.get_xydata())
                assert not box.count_contains(points), text.get_text()


def test_what_a_model_solves_is_one_piece_of_its_bar(counts):
    pairs = [("x", tuned, overlap(pair_counts(counts["x"], counts[tuned]))) for tuned in "yz"]
    figure = bars.overlap_figure(pairs, SPEC)
    (axes,) = figure.axes
    assert axes.get_xlim() == (0, 100)
    for row, (_, tuned, frame) in enumerate(pairs):
        widths = [p.get_width() for p in axes.patches if round(p.get_y() + p.get_height() / 2) == row]
        assert sum(widths) == pytest.approx(100)
        solved = int((frame["c_tuned"] > 0).sum())
        assert widths[0] + widths[1] == pytest.approx(100 * solved / PROBLEMS)
        assert f"{tuned}: {solved}" in axes.get_yticklabels()[row].get_text()


def test_a_fit_that_fails_its_check_is_dotted_and_has_no_interval(counts, curves):
    fitted = {m: extrapolate(f["n"].to_numpy(), f["c"].to_numpy(), 0.95, 4 * N) for m, f in counts.items()}
    ends = {"held_out_low": -0.15, "held_out_high": -0.01, "held_out_error": -0.06, "held_out_factor": 4}
    fits = {m: fit.with_columns(**{k: pl.lit(v) for k, v in ends.items()}) for m, (_, fit) in fitted.items()}
    figure = beyond.beyond_figure(curves, {m: frame for m, (frame, _) in fitted.items()}, fits, SPEC)
    assert "tuned ×4: −6.0 [−15.0, −1.0]\nbase ×4: −6.0 [−15.0, −1.0]" in texts(figure)
    assert {":"} == {line.get_linestyle() for line in figure.axes[0].get_lines() if line.get_xdata()[0] >= N} - {"None"}
    assert not beyond.fails({"held_out_error": 0.02, "held_out_low": -0.01, "held_out_high": 0.05})


def test_the_right_panel_has_a_row_for_every_problem_that_one_model_alone_solves(counts, curves):
    frame = overlap(pair_counts(counts["x"], counts["y"])).with_columns(guess_rate=0.001)
    figure = boundary.boundary_figure(("x", "y"), {m: curves[m] for m in "xy"}, frame, SPEC)
    right = figure.axes[1]
    for category, model in (("tuned only", "y"), ("base only", "x")):
        alone = int((frame["category"] == category).sum())
        assert any(text.startswith(f"{alone} by {model} alone") for text in texts(figure))
    marks = [line for line in right.get_lines() if line.get_marker() == "|"]
    assert sum(len(line.get_xdata()) for line in marks) == frame["category"].str.ends_with("only").sum()
    assert max(float(line.get_xdata()[0]) for line in marks) == pytest.approx(1 - 0.05 ** (1 / N))


def test_histograms_are_of_pairs_and_say_how_many_problems(counts):
    figure = histogram.histogram_figure(counts, SPEC)
    assert figure.get_suptitle().startswith(f"t: {PROBLEMS} problems, n = {N}")
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    assert sum(heights) == 2 * PROBLEMS


def test_intervals_are_drawn_of_as_many_models_as_can_be_told_apart():
    assert style.banded(SPEC, ["x", "y"]) == ({"x", "y"}, ", 95% intervals at one k")
    assert style.banded(SPEC, "xyz") == ({"x"}, ", 95% intervals of the base at one k")
    assert style.banded(SPEC | {"pairs": [["x", "y"], ["z", "y"]]}, "xyz") == (set(), "")


def test_titles_of_panels_side_by_side_fit_a_column(counts):
    label = "a model of a name that takes more than a panel"
    models = [MODELS[0], MODELS[1] | {"label": label}, MODELS[2]]
    pairs = [("x", tuned, overlap(pair_counts(counts["x"], counts[tuned]))) for tuned in "yz"]
    figure = transitions.transitions_figure(pairs, SPEC | {"models": models})
    paper_figures.fit(figure, column=3.35, page=6.9)
    figure.draw_without_rendering()
    left, right = (axes.title.get_window_extent() for axes in figure.axes[:2])
    assert left.x0 >= 0
    assert left.x1 < right.x0
    assert " ".join(figure.axes[0].get_title().split()) == f"{label} against x"
