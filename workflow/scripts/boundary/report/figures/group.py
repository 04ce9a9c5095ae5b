"""Several tuned models along an axis: training steps, algorithms, sizes."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boundary.analysis.comparison import AT_HALF, GAP
from boundary.analysis.select import by_model
from boundary.contracts import FigureSpec, ShownGroup
from boundary.files.store import Results
from boundary.names import SIDES
from boundary.report.colors import LINE, POINTWISE
from boundary.report.figures.style import AXIS, NOTE, banded, legend_below, log2_axis, plain, powers_of_two, styles_of

DODGE = 0.06  # of the distance of two members: so far apart are marks of the same member
MARKS = "os"  # of pass@1 and of pass@K


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `curves` of the models of `spec` and `measures` of the members of its group, in order."""
    return group_figure(by_model(spec, given["curves"]), [result.frame for result in given["measures"]], spec)


def group_figure(curves: dict[str, pl.DataFrame], measures: list[pl.DataFrame], spec: FigureSpec) -> Figure:
    """Three panels: pass@k over k; pass@1 and pass@K along the group's axis; the sampling efficiency gap along it.

    curves: model name -> k, estimate, low, high, n. measures: of every member in order. spec["group"]: title, axis,
    scale, folded, and members with `at`, `base`, `tuned`; K is its k, or n/2. A folded axis shows pass@1 and pass@K
    each in its own range. The gap is that at n/2.
    """
    group, styles = spec["group"], styles_of(spec["models"])
    members = group["members"]
    legend = len({member[side] for member in members for side in SIDES}) * 0.05  # inches of the legend
    figure = plt.figure(figsize=(7.2, 3.0 + legend), layout="constrained")
    panels = figure.subplot_mosaic([["k", "high", "gap"], ["k", "low" if group["folded"] else "high", "gap"]])
    names = list(dict.fromkeys([m["base"] for m in members] + [m["tuned"] for m in members]))
    n = min(int(curves[name]["n"][0]) for name in names)
    shown, _ = banded(spec, names)
    for name in names:
        curve, style = curves[name], styles[name]
        if name in shown:
            ends = curve["low"], curve["high"]
            panels["k"].fill_between(curve["k"], *ends, color=style["color"], alpha=POINTWISE, lw=0)
        marks = list(powers_of_two(len(curve))[::2])
        panels["k"].plot(curve["k"], curve["estimate"], lw=LINE, ms=4, markevery=marks, **style)
    log2_axis(panels["k"], n)
    largest = min(group["k"] or max(1, n // 2), n)
    for place, (k, marker) in enumerate(zip((1, largest), MARKS, strict=True)):
        axes = panels["low"] if k == 1 and group["folded"] else panels["high"]
        for side, line in zip(SIDES, (":", "-"), strict=True):
            rows = [curves[m[side]].row(k - 1, named=True) for m in members]
            shift = (2 * place + (side == "tuned") - 1.5) * DODGE
            colors = [styles[m[side]]["color"] for m in members]
            draw_points(axes, group, rows, marker=marker, line=line, colors=colors, filled=side == "tuned", shift=shift)
    gaps = [frame.filter(measure=HALF).row(0, named=True) for frame in measures]
    draw_points(panels["gap"], group, gaps, marker="D", line="-", colors=[styles[m["tuned"]]["color"] for m in members])
    panels["gap"].axhline(0, color=AXIS, lw=0.8)
    for key, axes in panels.items():
        axes.set_ylabel("pass@k")
        if key == "gap" or not group["folded"]:
            axes.set_ylim(min(0, *(1.1 * gap["low"] for gap in gaps)) if key == "gap" else 0, 1.02)
        if key != "k":
            mark_places(axes, group)
            axes.set_xlabel(plain(group["axis"]) if key != "high" or not group["folded"] else "")
    if group["folded"]:
        panels["high"].spines.bottom.set_visible(False)
        panels["high"].tick_params(bottom=False, labelbottom=False)
    panels["gap"].set_ylabel(f"base pass@{gaps[0]['k']}\nminus tuned pass@1", fontsize=8)
    figure.suptitle(
        f"{spec['title']}: {plain(group['title'])}, {spec['level']:.0%} intervals over problems", fontsize=9
    )
    marks = []
    for k, marker in zip((1, largest), MARKS, strict=True):
        for side, line, face in (("base", ":", "white"), ("tuned", "-", NOTE)):
            look: dict[str, Any] = {"color": NOTE, "marker": marker, "ms": 4, "ls": line, "mfc": face}
            marks.append(Line2D([], [], **look, label=f"{side}, pass@{k}"))
    legend_below(figure, 4, [*panels["k"].get_legend_handles_labels()[0], *marks])
    return figure


HALF = GAP + AT_HALF


def _places(group: ShownGroup) -> np.ndarray:
    every = [float(m["at"]) if group["scale"] != "ordinal" else i for i, m in enumerate(group["members"])]
    return np.array(every, dtype=float)


def draw_points(
    axes: Axes,
    group: ShownGroup,
    rows: list[dict],
    *,
    marker: str,
    line: str,
    colors: list | str,
    filled: bool = True,
    shift: float = 0.0,
    label: str | None = None,
) -> None:
    """Estimates with intervals along the axis of a group, in the colours of the members, or all in one.

    shift: sideways, in distances of two members, to separate intervals at one place.
    """
    colors = [colors] * len(rows) if isinstance(colors, str) else colors
    places = _shifted(group, shift)
    middle = np.array([row["estimate"] for row in rows], dtype=float)
    low, high = (np.array([row[end] for row in rows], dtype=float) for end in ("low", "high"))
    joined = colors[0] if len(set(colors)) == 1 else "0.7"
    axes.plot(places, middle, ls=line, lw=1, color=joined, zorder=1)
    for x, y, below, above, color in zip(places, middle, low, high, colors, strict=True):
        ends = [[max(0.0, y - below)], [max(0.0, above - y)]]
        face = color if filled else "white"
        axes.errorbar(x, y, yerr=ends, fmt=marker, ms=4, color=color, mfc=face, elinewidth=0.9, capsize=2, zorder=2)
    if label:
        axes.plot([], [], marker + line, ms=4, lw=1, color=joined, mfc=joined if filled else "white", label=label)


def _shifted(group: ShownGroup, shift: float) -> np.ndarray:
    places = _places(group)
    if len(places) < 2:
        return places + shift
    if group["scale"] == "log":
        return places * np.exp(shift * np.abs(np.diff(np.log(places))).min())
    return places + shift * np.abs(np.diff(places)).min()


def mark_places(axes: Axes, group: ShownGroup) -> None:
    if group["scale"] == "log":
        axes.set_xscale("log")
    names = [plain(m["at"]) for m in group["members"]]
    slanted: dict[str, Any] = {"rotation": 30, "ha": "right"} if max(map(len, names), default=0) > 5 else {}
    axes.set_xticks(_places(group), names, fontsize=8, **slanted)
    axes.minorticks_off()
    axes.margins(x=0.12)
