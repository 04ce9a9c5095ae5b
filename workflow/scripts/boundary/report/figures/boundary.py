"""The question and its answer in one figure: pass@k of a pair, and the problems that one of its models alone solves."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boundary.analysis.distributions import clopper_pearson
from boundary.analysis.guess import guess_floor, guesses_at
from boundary.analysis.pairs import columns
from boundary.analysis.select import by_model
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.style import (
    AXIS,
    NOTE,
    draw_curve,
    draw_guess_floor,
    legend_below,
    log2_axis,
    name_curves,
    of_intervals,
    styles_of,
)
from boundary.report.texts import many, percent

HEADER, LEAST_ROWS = 0.09, 10  # of all rows: the height of a name above its rows; a panel has room for so many

RATE: dict[str, Any] = {"color": AXIS, "ls": ":", "lw": 0.9}


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `curves` of the models of `spec` in order, `overlaps` of its pairs, `problems`, and `guesses`.

    The pair is the one whose tuned model alone solves most problems at the rate, among models trained by RL.
    """
    curves, problems = by_model(spec, given["curves"]), given["problems"][0].select("problem_id", "guess_rate")
    pairs = [((base, tuned), r.frame) for (base, tuned), r in zip(spec["pairs"], given["overlaps"], strict=True)]
    of_rl = [pair for pair in pairs if pair[0][1] not in spec["not_rl"]] or pairs
    pair, overlap = max(of_rl, key=lambda one: at_rate(one[1], "tuned only", spec["rate"]))
    rates = guesses_at(overlap["problem_id"], given["problems"][0].frame, given["guesses"])
    overlap = overlap.with_columns(guess_rate=pl.lit(None, pl.Float64) if rates is None else rates["guess_rate"])
    floor = guess_floor(problems, max(len(curves[name]) for name in pair), given["guesses"])
    return boundary_figure(pair, {name: curves[name] for name in pair}, overlap, spec, floor)


def at_rate(overlap: pl.DataFrame, category: str, rate: float) -> int:
    """Number of problems of a category for which the model that solves them has that share of its samples right, or
    more."""
    side = category.removesuffix(" only")
    return int(((overlap["category"] == category) & (overlap[f"c_{side}"] >= rate * overlap[f"n_{side}"])).sum())


def boundary_figure(
    pair: tuple[str, str],
    curves: dict[str, pl.DataFrame],
    overlap: pl.DataFrame,
    spec: FigureSpec,
    guesses: np.ndarray | None = None,
) -> Figure:
    """Left: pass@k of both models. Right: a row for every problem that one of them alone solved in its samples.

    A mark is the share of right samples of the model that solves it, with its exact interval. A bar is the upper bound
    of the rate of the other model, which has no right sample. A cross is the chance of a guess, and the dotted line is
    the rate.

    curves: model name -> k, estimate, low, high, band_low, band_high, n. overlap: `pairs.overlap`, with guess_rate.
    spec: `level`, `rate`.
    """
    styles = styles_of(spec["models"])
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.8), layout="constrained", width_ratios=[1.15, 1])
    for name in pair:
        draw_curve(left, curves[name], styles[name])
    lines = draw_guess_floor(left, guesses, spec)
    n = min(int(curve["n"][0]) for curve in curves.values())
    log2_axis(left, n)
    left.set_ylim(0, 1.15)
    left.set_yticks(np.linspace(0, 1, 6))
    left.set_ylabel("pass@k")
    name_curves(left, [(curves[name], styles[name]) for name in pair])
    left.set_title(f"{many(len(overlap), 'problem')}, n = {n}", fontsize=9)
    _rows(right, pair, overlap, styles, spec)
    look: dict[str, Any] = {"ls": "", "ms": 5, "color": NOTE}
    marks = [
        Line2D([], [], marker="o", color=NOTE, ms=4, lw=1, label="share of right samples of the one that solves it"),
        Line2D([], [], marker="|", mew=1.6, **look, label="the other's rate is below this: none right"),
        Line2D([], [], **RATE, label=f"the rate from which a problem counts, {percent(spec['rate'])}"),
        Line2D([], [], marker="x", **look, label="chance of one guess"),
    ]
    known = overlap["guess_rate"].is_not_null().any()
    legend_below(figure, 2, [*of_intervals(spec["level"]), *lines, *(marks if known else marks[:3])])
    figure.suptitle(f"{spec['title']}", fontsize=9)
    return figure


def _rows(axes: Axes, pair: tuple[str, str], overlap: pl.DataFrame, styles: dict, spec: FigureSpec) -> None:
    """The right panel: the rows of the tuned model above those of the base, each block under its name."""
    base, tuned = pair
    (n_base, c_base), (n_tuned, c_tuned) = columns(overlap)
    sides = {"tuned only": (tuned, n_tuned, c_tuned, n_base), "base only": (base, n_base, c_base, n_tuned)}
    guesses = overlap["guess_rate"].to_numpy().astype(float)
    rows = max(LEAST_ROWS, int(overlap["category"].is_in(sides).sum()))
    header = HEADER * rows
    place, lowest, names = 0.0, spec["rate"], []
    for category, (model, n, c, n_other) in sides.items():
        chosen = np.flatnonzero((overlap["category"] == category).to_numpy())
        chosen = chosen[np.argsort(-c[chosen] / n[chosen], kind="stable")]
        many, style = at_rate(overlap, category, spec["rate"]), styles[model]
        name = f"{len(chosen)} by {style['label']} alone, {many} at {percent(spec['rate'])} or more"
        names.append((place + header / 2, name, style["color"]))
        y = place + header + 0.5 + np.arange(len(chosen))
        low, high = clopper_pearson(c[chosen], n[chosen], spec["level"])
        bound = 1 - (1 - spec["level"]) ** (1 / n_other[chosen])  # of one problem alone, none of n right
        guess = np.where(guesses[chosen] > 0, guesses[chosen], np.nan)
        axes.hlines(y, low, high, color=style["color"], lw=0.8, alpha=0.6)
        axes.plot(c[chosen] / n[chosen], y, style["marker"], color=style["color"], ms=3, ls="")
        axes.plot(bound, y, "|", color=NOTE, ms=4, mew=1)
        axes.plot(guess, y, "x", color=NOTE, ms=2.5, mew=0.6)
        axes.plot([spec["rate"]] * 2, [place + header, place + header + len(chosen)], **RATE, zorder=1)
        lowest = min([lowest, *low, *bound, *guess[np.isfinite(guess)]])
        place += header + len(chosen)
    axes.set_xscale("log")
    axes.set_xlim(lowest / 1.6, 1.4)
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    axes.minorticks_off()
    axes.set_xlabel("success rate on the problem")
    axes.set_ylim(max(place, rows), 0)
    for middle, name, color in names:
        axes.text(0.01, middle, name, color=color, fontsize=7.5, va="center", transform=axes.get_yaxis_transform())
        axes.axhspan(middle - header / 2, middle + header / 2, color="0.95", lw=0, zorder=0)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.set_title("solved by one model alone, a row a problem", fontsize=9)
