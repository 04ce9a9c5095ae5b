"""Several tuned models along an axis: training steps, algorithms, sizes."""

from typing import Any

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boundary.analysis.select import by_model
from boundary.report.figures.style import FIRST_K, LARGEST_K, LINE, legend_below, log2_axis, plain, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `curves` of the models of `spec` and `measures` of the members of its group, in order."""
    return group_figure(by_model(spec, given["curves"]), [result.frame for result in given["measures"]], spec)


def group_figure(curves: dict[str, pl.DataFrame], measures: list[pl.DataFrame], spec: dict) -> Figure:
    """Three panels: pass@k over k; pass@1 and pass@K along the group's axis; the sampling efficiency gap along it.

    curves: model name -> k, estimate, low, high, n. measures: of every member in order. spec["group"]: title, axis,
    scale, folded, and members with `at`, `base`, `tuned`. A folded axis shows pass@1 and pass@K each in its own range.
    """
    group, styles = spec["group"], styles_of(spec["models"])
    members = group["members"]
    figure = plt.figure(figsize=(7.2, 3.2), layout="constrained")
    panels = figure.subplot_mosaic([["k", "high", "gap"], ["k", "low" if group["folded"] else "high", "gap"]])
    names = list(dict.fromkeys([m["base"] for m in members] + [m["tuned"] for m in members]))
    n = min(int(curves[name]["n"][0]) for name in names)
    for name in names:
        curve, style = curves[name], styles[name]
        panels["k"].fill_between(curve["k"], curve["low"], curve["high"], color=style["color"], alpha=0.1, lw=0)
        panels["k"].plot(curve["k"], curve["estimate"], color=style["color"], lw=1.4, label=style["label"])
    log2_axis(panels["k"], n)
    panels["k"].set_ylim(0, 1.02)
    panels["k"].set_ylabel("pass@k")

    largest = min(group["k"] or n, n)
    for k, marker, color in ((1, "o", FIRST_K), (largest, "s", LARGEST_K)):
        axes = panels["low"] if k == 1 and group["folded"] else panels["high"]
        for side, filled in (("base", "none"), ("tuned", color)):
            rows = [curves[m[side]].row(k - 1, named=True) for m in members]
            label = f"{side}, pass@{k}"
            draw_points(
                axes,
                group,
                rows,
                fmt=f"{marker}{'-' if side == 'tuned' else ':'}",
                color=color,
                mfc=filled,
                label=label,
            )
    gaps = [frame.filter(measure="efficiency gap").row(0, named=True) for frame in measures]
    draw_points(panels["gap"], group, gaps, fmt="D-", color=LINE, mfc=LINE, label="_")
    for key, axes in panels.items():
        if key == "k":
            continue
        mark_places(axes, group)
        axes.set_xlabel(plain(group["axis"]) if key != "high" or not group["folded"] else "")
    if group["folded"]:
        panels["high"].spines.bottom.set_visible(False)
        panels["high"].tick_params(bottom=False, labelbottom=False)
    panels["high"].set_ylabel("pass@k")
    panels["gap"].set_ylabel(f"base pass@{gaps[0]['k']}\nminus tuned pass@1", fontsize=8)
    figure.suptitle(
        f"{spec['title']}: {plain(group['title'])}, {spec['level']:.0%} intervals over problems", fontsize=9
    )
    legend_below(figure, columns=4)
    return figure


def _places(group: dict) -> list[float]:
    return [float(m["at"]) if group["scale"] != "ordinal" else i for i, m in enumerate(group["members"])]


def draw_points(axes: Axes, group: dict, rows: list[dict], **style) -> None:
    middle = [row["estimate"] for row in rows]
    ends = [
        [max(0, row["estimate"] - row["low"]) for row in rows],
        [max(0, row["high"] - row["estimate"]) for row in rows],
    ]
    axes.errorbar(_places(group), middle, yerr=ends, ms=4, lw=1.1, elinewidth=0.9, capsize=2, **style)


def mark_places(axes: Axes, group: dict) -> None:
    if group["scale"] == "log":
        axes.set_xscale("log")
    names = [plain(m["at"]) for m in group["members"]]
    slanted: dict[str, Any] = {"rotation": 30, "ha": "right"} if max(map(len, names), default=0) > 5 else {}
    axes.set_xticks(_places(group), names, fontsize=8, **slanted)
    axes.minorticks_off()
    axes.margins(x=0.12)
