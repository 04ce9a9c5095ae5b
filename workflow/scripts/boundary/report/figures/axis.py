"""One pair along decodings: temperatures, token limits."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib import colormaps
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boundary.analysis.decisions import coverage_k
from boundary.analysis.select import of_grader
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.group import DODGE, draw_points, mark_places
from boundary.report.figures.style import AXIS, FIRST_K, LARGEST_K, log2_axis, plain
from boundary.report.texts import many

STYLES = {"base": ":", "tuned": "-"}


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `curves` of base and tuned model of every member of the group of `spec`, and their `differences`."""
    curves = [of_grader(result.frame, spec["grader"]) for result in given["curves"]]
    pairs = [dict(zip(STYLES, pair, strict=True)) for pair in zip(curves[::2], curves[1::2], strict=True)]
    return axis_figure(pairs, [result.frame for result in given["differences"]], spec)


def axis_figure(pairs: list[dict[str, pl.DataFrame]], differences: list[pl.DataFrame], spec: FigureSpec) -> Figure:
    """Three panels: pass@k over k of both models; pass@1 and pass@K along the axis; tuned minus base along it.

    pairs: of every member in order, the curves (k, estimate, low, high, n, problems) of `base` and `tuned`.
    differences: of every member (k, difference, low, high). spec["group"]: title, axis, scale, k, members with `at`.
    """
    group, names = spec["group"], {side: plain(label) for side, label in spec["labels"].items()}
    n = min(int(curve["n"][0]) for pair in pairs for curve in pair.values())
    ks = dict.fromkeys((1, min(group["k"] or coverage_k(spec["large_k"], n), n)))
    figure, (over_k, along, apart) = plt.subplots(1, 3, figsize=(8.4, 3.3), layout="constrained")
    colors = colormaps["viridis"](np.linspace(0, 0.85, len(pairs)))
    for pair, color in zip(pairs, colors, strict=True):
        for side, curve in pair.items():
            over_k.plot(curve["k"], curve["estimate"], color=color, ls=STYLES[side], lw=1.4)
    log2_axis(over_k, n)
    over_k.set_ylim(0, 1.02)
    over_k.set_ylabel("pass@k")
    for place, (k, marker, color) in enumerate(zip(ks, "os", (FIRST_K, LARGEST_K), strict=False)):
        for side, line in STYLES.items():
            shift = (2 * place + (side == "tuned") - 1.5) * DODGE
            rows = [pair[side].row(k - 1, named=True) for pair in pairs]
            style: dict[str, Any] = {"marker": marker, "line": line, "colors": color, "filled": side == "tuned"}
            draw_points(along, group, rows, **style, shift=shift, label=f"{names[side]}, pass@{k}")
        rows = [_difference(frame, k) for frame in differences]
        draw_points(apart, group, rows, marker=marker, line="-", colors=color, shift=(place - 0.5) * DODGE)
    apart.axhline(0, color=AXIS, lw=0.8)
    along.set_ylabel("pass@k")
    along.set_ylim(bottom=0)
    apart.set_ylabel(f"pass@k, {names['tuned']}\nminus {names['base']}", fontsize=8)
    for axes in (along, apart):
        mark_places(axes, group)
        axes.set_xlabel(plain(group["axis"]))
    problems = pairs[0]["base"]["problems"][0]
    figure.suptitle(
        f"{spec['title']}: {plain(group['title'])}, {many(problems, 'problem')}, n = {n}, "
        f"{spec['level']:.0%} intervals over problems", fontsize=9,
    )  # fmt: skip
    lines = [Line2D([], [], color=color) for color in colors]
    shown = [plain(member["at"]) for member in group["members"]]
    about: dict[str, Any] = {"title": plain(group["axis"]), "fontsize": 8, "title_fontsize": 8}
    figure.legend(lines, shown, loc="outside lower left", ncols=min(3, len(shown)), **about)
    known, late = (axes.get_legend_handles_labels() for axes in (along, over_k))
    figure.legend(known[0] + late[0], known[1] + late[1], loc="outside lower right", ncols=2, fontsize=8)
    return figure


def _difference(frame: pl.DataFrame, k: int) -> dict:
    row = frame.row(k - 1, named=True)
    return {"estimate": row["difference"], "low": row["low"], "high": row["high"]}
