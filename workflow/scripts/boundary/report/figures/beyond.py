"""Extrapolation above n samples, a panel for every pair."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boundary.analysis.guess import guess_floor
from boundary.analysis.select import by_model
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import LINE, POINTWISE
from boundary.report.figures.style import (
    AXIS,
    NOTE,
    draw_guess_floor,
    legend_below,
    log2_axis,
    name_curves,
    of_intervals,
    outer,
    panels,
    styles_of,
    together,
)


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `curves`, `beyond` and `fits` of the models of `spec` in order, and `problems`."""
    curves, beyond, fits = (by_model(spec, given[kind]) for kind in ("curves", "beyond", "fits"))
    largest = max(int(frame["k"].to_numpy().max()) for frame in beyond.values())
    floor = guess_floor(given["problems"][0].select("problem_id", "guess_rate"), largest, given["guesses"])
    return beyond_figure(curves, beyond, fits, spec, floor)


def beyond_figure(
    curves: dict[str, pl.DataFrame],
    beyond: dict[str, pl.DataFrame],
    fits: dict[str, pl.DataFrame],
    spec: FigureSpec,
    guesses: np.ndarray | None = None,
) -> Figure:
    """Measured pass@k up to n and the fitted curve above, each with its interval, and the error of held-out
    predictions.

    curves: model name -> k, estimate, low, high; beyond: k, estimate, low, high of the fit, null if it is withheld;
    fits: one row with the held-out error and Chao2's lower bound, which is a mark at the right edge. A fit whose
    held-out error excludes zero is dotted, without an interval.
    """
    shown, styles = together(spec), styles_of(spec["models"])
    figure, grid = panels(len(shown), width=3.4, height=2.7, sharex=True, sharey=True)
    n = min(int(curve["n"][0]) for curve in curves.values())
    largest = max(int(frame["k"].to_numpy().max()) for frame in beyond.values())
    lines: list = []
    for axes, names in zip(grid.flat, shown, strict=False):
        for name in names:
            _draw(axes, curves[name], beyond[name], fits[name].row(0, named=True), styles[name], largest)
        lines = draw_guess_floor(axes, guesses, spec)
        log2_axis(axes, n, largest=largest)
        axes.set_ylim(0, 1.15)
        axes.set_yticks(np.linspace(0, 1, 6))
        axes.set_ylabel("pass@k")
        plain = {name: curves[name].drop("band_low", "band_high", strict=False) for name in names}
        name_curves(axes, [(plain[name], styles[name]) for name in names], largest)
        sides = zip(("base", "tuned"), names, strict=True) if len(names) > 1 else [("", names[0])]
        trust = [f"{side} {_trust(fits[name].row(0, named=True))}" for side, name in sides]
        axes.set_title("\n".join(trust[::-1]), fontsize=7)
        outer(axes, grid, len(shown))
    known = [fit.row(0, named=True) for fit in fits.values()]
    checked = any(not fit["withheld"] and fit["held_out_error"] is not None for fit in known)
    title = f"{spec['title']}: pass@k up to n = {n}, and a fit beyond"
    note = "\n×f: error if 1/f of the samples predict pass@n, in points" if checked else ""
    figure.suptitle(title + note, fontsize=9)
    fitted = {fails(fit) for fit in known if not fit["withheld"]}
    fits_drawn = [
        Line2D([], [], color=AXIS, ls=line, lw=LINE, label=label)
        for failed, line, label in ((False, "--", "fit beyond n"), (True, ":", "fit that fails its held-out check"))
        if failed in fitted
    ]
    if any(fit["chao2"] is not None for fit in known):
        label = "Chao2: at least so many ever"
        fits_drawn.append(Line2D([], [], color=NOTE, ls="", marker="o", mfc="none", label=label))
    legend_below(figure, 2, [*of_intervals(spec["level"], band=False), *fits_drawn, *lines])
    return figure


def _draw(axes: Axes, curve: pl.DataFrame, fitted: pl.DataFrame, fit: dict, style: dict, largest: int) -> None:
    color, ahead = style["color"], fitted.filter(pl.col("k") >= len(curve))
    axes.fill_between(curve["k"], curve["low"], curve["high"], color=color, alpha=POINTWISE, lw=0)
    axes.plot(curve["k"], curve["estimate"], color=color, lw=LINE)
    if not fails(fit):
        axes.fill_between(ahead["k"], ahead["low"], ahead["high"], color=color, alpha=POINTWISE, lw=0)
    axes.plot(ahead["k"], ahead["estimate"], color=color, lw=LINE, ls=":" if fails(fit) else "--")
    if fit["chao2"] is not None:
        axes.plot(largest, fit["chao2"], style["marker"], color=color, ms=5, mfc="none", clip_on=False)


def fails(fit: dict) -> bool:
    """Whether the interval of the held-out error excludes zero: then the fit predicts too much or too little."""
    return fit["held_out_error"] is not None and not fit["held_out_low"] <= 0 <= fit["held_out_high"]


def _trust(fit: dict) -> str:
    if fit["withheld"]:
        return f"withheld, {fit['solved']} solved"
    if fit["held_out_error"] is None:
        return "not checked"
    error, low, high = (_points(fit[f"held_out_{end}"]) for end in ("error", "low", "high"))
    return f"×{fit['held_out_factor']}: {error} [{low}, {high}]"


def _points(share: float) -> str:
    """Percentage points, signed; zero has no sign."""
    rounded = round(100 * share, 1)
    return f"{rounded:+.1f}".replace("-", "\N{MINUS SIGN}") if rounded else "0"
