"""The figure of trainings: a line for every seed and their mean, in the order of the configuration."""

import polars as pl

from boundary.report.figures.training import PANELS, training_figure


def a_log(offset):
    steps = [1, 2, 3]
    columns = {name: [offset + step for step in steps] for name in [*PANELS, "all_wrong"]}
    return pl.DataFrame({"step": steps, **columns})


def test_thin_lines_are_seeds_and_the_thick_one_is_their_mean():
    logs = {"b": [a_log(5)], "a": [a_log(0), a_log(2)]}
    figure = training_figure(logs, {"labels": {"a": "GRPO $", "b": "RLOO", "unused": "?"}})
    reward = next(axes for axes in figure.axes if axes.get_title() == "reward")
    lines = [list(line.get_ydata()) for line in reward.lines]
    assert lines == [[1, 2, 3], [3, 4, 5], [2, 3, 4], [6, 7, 8]]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [r"GRPO \$ (2 seeds)", "RLOO (1 seed)"]
