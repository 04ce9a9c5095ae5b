"""Sharpening, the gain at k = 1 and the shares of problems along the axis of a group."""

import math

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.attempts import GAIN
from boundary.analysis.sharpening import STATES
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import SHADES
from boundary.report.figures.group import DODGE, draw_points, mark_places
from boundary.report.figures.sharpening import SAID, TOGETHER, rows_of
from boundary.report.figures.style import AXIS, legend_above, plain

LINES = {"base": ":", "tuned": "-"}
UNKNOWN = dict.fromkeys(("estimate", "low", "high"), math.nan)


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `measures` of the members of the group of `spec` in order."""
    return along_figure([found.frame for found in given["measures"]], spec)


def along_figure(measures: list[pl.DataFrame], spec: FigureSpec) -> Figure:
    """Three panels along the axis: S(K) of either model, the parts of the gain at k = 1, the shares of problems that
    are always, at times and never right.

    measures: of every member in order. spec["group"]: as of `figures.group`.
    """
    group, found = spec["group"], [rows_of(frame) for frame in measures]
    figure, (sharp, gain, shares) = plt.subplots(1, 3, figsize=(9, 3.6), layout="constrained")

    def along(axes, measure: str, **style) -> None:
        draw_points(axes, group, [rows.get(measure, UNKNOWN) for rows in found], **style)

    def k_of(measure: str) -> str:
        return " and ".join(map(str, sorted({rows[measure]["k"] for rows in found if measure in rows}))) or "not known"

    for place, (side, line) in enumerate(LINES.items()):
        shift = (place - 0.5) * DODGE
        along(sharp, f"S, {side}", marker="o", line=line, colors=AXIS, filled=side == "tuned", shift=shift, label=side)
    for place, (part, said) in enumerate((SAID | {GAIN: TOGETHER}).items()):
        look = {"marker": "sDo"[place], "colors": SHADES[::-1][place], "shift": (place - 1) * DODGE}
        along(gain, part, line="-", label=said, **look)
    for place, (state, color) in enumerate(zip(STATES, SHADES, strict=True)):
        for side, line in LINES.items():
            shift = (place - 1 + (0.25 if side == "tuned" else -0.25)) * DODGE
            look = {"marker": "osD"[place], "line": line, "colors": color, "filled": side == "tuned", "shift": shift}
            along(shares, f"{state} right, {side}", label=f"{state}, {side}", **look)
    gain.axhline(0, color=AXIS, lw=0.8)
    sharp.set_ylabel(f"S(K), K = {k_of('A, base')}", fontsize=8)
    gain.set_ylabel("pass@1, tuned minus base", fontsize=8)
    shares.set_ylabel(f"share of problems, in {k_of('never right, base')} samples", fontsize=8)
    for axes in (sharp, gain, shares):
        mark_places(axes, group)
        axes.set_xlabel(plain(group["axis"]), fontsize=8)
        legend_above(axes, 2 if axes is shares else 1)
    sharp.set_ylim(bottom=0)
    shares.set_ylim(-0.02, 1.02)
    figure.suptitle(
        f"{spec['title']}: {plain(group['title'])}, {spec['level']:.0%} intervals over problems", fontsize=9
    )
    return figure
