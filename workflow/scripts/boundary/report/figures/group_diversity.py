"""Rarefaction along the axis of a group: how training narrows sampling."""

from typing import Any

import polars as pl
from matplotlib.figure import Figure

from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.names import SIDES
from boundary.report.figures.diversity import SAID, of_models
from boundary.report.figures.group import DODGE, draw_points, mark_places
from boundary.report.figures.style import panels, plain, styles_of

WIDE = 4  # largest over least


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `distinct` of the models of `spec` in order; empty for a model with counts only."""
    return group_diversity_figure(of_models(given, spec), spec)


def group_diversity_figure(distinct: dict[str, pl.DataFrame], spec: FigureSpec) -> Figure:
    """Two panels: distinct answers, and distinct responses, among k samples along the group's axis, with intervals.

    distinct: model name -> what, k, estimate, low, high, n. k: that of the group, or n/2. Members with counts only on a
    side are left out.
    """
    group, styles = spec["group"], styles_of(spec["models"])
    members = [m for m in group["members"] if len(distinct[m["base"]]) and len(distinct[m["tuned"]])]
    group = group | {"members": members}
    n = min((int(distinct[m[side]]["n"][0]) for m in members for side in SIDES), default=1)
    k = min(group["k"] or max(1, n // 2), n)
    figure, grid = panels(2, width=3.6, height=3.0)
    for axes, (what, said) in zip(grid.flat, SAID.items(), strict=True):
        every: list[float] = []
        for place, (side, line) in enumerate(zip(SIDES, (":", "-"), strict=True)):
            rows = [distinct[m[side]].filter(what=what, k=k).row(0, named=True) for m in members]
            look: dict[str, Any] = {"marker": "o", "line": line, "filled": side == "tuned", "label": side}
            every += [row["estimate"] for row in rows]
            colors = [styles[m[side]]["color"] for m in members]
            draw_points(axes, group, rows, **look, colors=colors, shift=(place - 0.5) * DODGE)
        if every and 0 < WIDE * min(every) < max(every):  # a narrower range has no two powers of two
            axes.set_yscale("log", base=2)
            axes.yaxis.set_major_formatter("{x:g}")
        mark_places(axes, group)
        axes.set_xlabel(plain(group["axis"]))
        axes.set_title(said, fontsize=9)
    grid[0, 0].set_ylabel(f"among k = {k} samples")
    figure.suptitle(
        f"{spec['title']}: {plain(group['title'])}, n = {n}, {spec['level']:.0%} intervals over problems", fontsize=9
    )
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return figure
