"""Figures of diversity and along decodings: what they draw, and models of which there are counts alone."""

import numpy as np
import polars as pl
import pytest

from boundary.analysis.curves import curve
from boundary.analysis.diversity import SCHEMA
from boundary.report.figures.axis import axis_figure
from boundary.report.figures.diversity import diversity_figure
from boundary.report.figures.group_diversity import group_diversity_figure

MODELS = [{"name": n, "place": i, "label": n, "color": None, "marker": None} for i, n in enumerate("abc")]
SPEC = {"models": MODELS, "pairs": [], "title": "t", "level": 0.95}


def distinct(n: int) -> pl.DataFrame:
    k = np.arange(1, n + 1)
    values = {"k": k, "estimate": np.sqrt(k), "low": 0.9 * np.sqrt(k), "high": k, "n": n, "problems": 3, "grader": "g"}
    frames = [pl.DataFrame(values).with_columns(what=pl.lit(what)) for what in ("answers", "traces")]
    return pl.concat(frame.select(*SCHEMA).cast(SCHEMA) for frame in frames)


def labels(figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_counts_alone_say_nothing_of_diversity_and_the_figures_say_so():
    found = {"a": distinct(8), "b": distinct(16), "c": distinct(4).clear()}
    assert "c (samples not known)" in labels(diversity_figure(found, SPEC))
    members = [{"at": 1, "base": "a", "tuned": "b"}, {"at": 2, "base": "a", "tuned": "c"}]
    group = {"title": "g", "axis": "x", "scale": "linear", "k": None, "members": members}
    for kept in (members, members[1:]):
        axes = group_diversity_figure(found, SPEC | {"group": group | {"members": kept}}).axes[0]
        drawn = [line.get_ydata().tolist() for line in axes.get_lines() if line.get_linestyle() == "-"]
        assert ([2.0] in drawn) == (kept == members)  # the square root of k = 4, half of the smallest n


def test_a_pair_is_drawn_along_the_axis_at_one_and_at_half_of_n():
    counts = [pl.DataFrame({"n": [8, 8], "c": c}) for c in ([0, 4], [2, 8], [1, 4], [4, 6])]
    curves = [
        curve([(frame["n"].to_numpy(), frame["c"].to_numpy())], 0.95).with_columns(n=pl.lit(8), problems=pl.lit(2))
        for frame in counts
    ]
    pairs = [{"base": base, "tuned": tuned} for base, tuned in zip(curves[::2], curves[1::2], strict=True)]
    differences = [
        pair["tuned"].select("k", "low", "high", difference=pair["tuned"]["estimate"] - pair["base"]["estimate"])
        for pair in pairs
    ]
    members = [{"at": at} for at in (0.6, 1.0)]
    group = {"title": "temperature", "axis": "temperature", "scale": "linear", "k": None, "members": members}
    spec = {"group": group, "labels": {"base": "B", "tuned": "T"}, "title": "t", "level": 0.95, "large_k": "half"}
    figure = axis_figure(pairs, differences, spec)
    assert {"B, pass@1", "T, pass@1", "B, pass@4", "T, pass@4", "0.6", "1.0", "k > n/2"} == set(labels(figure))
    drawn = [line.get_ydata().tolist() for line in figure.axes[1].get_lines()]
    for curve_of in ("base", "tuned"):
        for k in (1, 4):
            assert [pair[curve_of]["estimate"][k - 1] for pair in pairs] in drawn
    assert figure.axes[1].get_lines()[0].get_xdata() == pytest.approx([0.6, 1.0], abs=0.1 * 0.4)
