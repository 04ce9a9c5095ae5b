"""Likelihood and entropy along the axis of a group: which of them training changes, and how much."""

from typing import Any

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.group import DODGE, draw_points, mark_places
from boundary.report.figures.likelihood import PLAIN
from boundary.report.figures.style import AXIS, FIRST_K, LARGEST_K, legend_above, plain


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `measures` of the members of the group that have any."""
    found = {(result.names["base"], result.names["tuned"]): result.frame for result in given["measures"]}
    members = [member for member in spec["group"]["members"] if (member["base"], member["tuned"]) in found]
    group = spec["group"] | {"members": members}
    return along_figure([found[member["base"], member["tuned"]] for member in members], spec | {"group": group})


def along_figure(measures: list[pl.DataFrame], spec: FigureSpec) -> Figure:
    """Three panels along the axis: perplexity of the tuned model's responses, support overlap, entropy as sampled.

    measures: of every member in order, as likelihood/overlap.py makes them. spec["group"]: see figures/group.py.
    """
    group = spec["group"]
    every: list[Any] = [*group["members"]]
    members = list(zip(every, measures, strict=True))
    figure, grid = plt.subplots(1, 3, figsize=(8.4, 3.3), layout="constrained")
    for axes, name, series in zip(grid, ("perplexity", "share or AUC", "nats per token"), SERIES, strict=True):
        for place, (measure, scorer, writer, label, style) in enumerate(series):
            rows = [_row(frame, measure, member[scorer], member[writer]) for member, frame in members]
            shift = (place - (len(series) - 1) / 2) * DODGE
            draw_points(axes, group, rows, **style, label=label, shift=shift)
        mark_places(axes, group)
        axes.set_xlabel(plain(group["axis"]))
        axes.set_ylabel(name)
        if axes.has_data():
            legend_above(axes)
    grid[0].set_yscale("log")
    least, most = grid[0].get_ylim()
    grid[0].yaxis.set_major_formatter(PLAIN)
    grid[0].yaxis.set_minor_formatter(PLAIN if most < 10 * least else NullFormatter())
    expected = _row(measures[0], OVERLAP, group["members"][0]["base"], group["members"][0]["tuned"])
    for height in (expected["expected"], 0.5):
        grid[1].axhline(height, color=AXIS, lw=0.8, ls=":")
    figure.suptitle(
        f"{spec['title']}: {plain(group['title'])}, {spec['level']:.0%} intervals over problems", fontsize=9
    )
    return figure


OVERLAP, AUC = "support overlap, per token", "AUC, per token"
BASE = {"marker": "o", "line": ":", "colors": AXIS, "filled": False}
SERIES: tuple[
    tuple[tuple[str, str, str, str, dict[str, Any]], ...], ...
] = (  # of each panel: measure, scored by, written by, label, style
    (
        ("perplexity", "base", "tuned", "tuned's responses, by base", {"marker": "o", "line": "-", "colors": FIRST_K}),
        ("perplexity", "tuned", "tuned", "tuned's, by itself", {"marker": "s", "line": "-", "colors": LARGEST_K}),
        ("perplexity", "base", "base", "base's, by itself", BASE),
    ),
    (
        (OVERLAP, "base", "tuned", "in the base's support", {"marker": "o", "line": "-", "colors": FIRST_K}),
        (AUC, "base", "tuned", "AUC", {"marker": "s", "line": "-", "colors": LARGEST_K}),
    ),
    (
        ("entropy as sampled", "tuned", "tuned", "tuned", {"marker": "o", "line": "-", "colors": FIRST_K}),
        ("entropy as sampled", "base", "base", "base", BASE),
    ),
)
NOTHING = dict.fromkeys(("estimate", "low", "high", "expected"), float("nan"))


def _row(measures: pl.DataFrame, measure: str, scorer: str, writer: str) -> dict:
    """The row of a measure of all responses; without one, numbers that are not drawn."""
    found = measures.filter(measure=measure, scored_by=scorer, written_by=writer, responses="all")
    return found.row(0, named=True) if len(found) else NOTHING
