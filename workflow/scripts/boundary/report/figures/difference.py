"""Tuned minus base pass@k."""

from typing import Any, cast

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boundary.analysis.distributions import norm_ppf
from boundary.analysis.guess import guess_floor
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import OWN
from boundary.report.figures.style import (
    AXIS,
    GUESS,
    draw_curve,
    guess_label,
    legend_below,
    log2_axis,
    of_intervals,
    outer,
    panels,
    styles_of,
)

POINTS = 100
UNBROKEN = "\N{NO-BREAK SPACE}"  # within an interval
LEVEL: dict[str, Any] = {"color": AXIS, "lw": 0.9, "ls": ":"}  # the crossing


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `differences` and `crossings` of the pairs of `spec` in order, and `problems`."""
    frames = ([result.frame for result in given[kind]] for kind in ("differences", "crossings"))
    pairs = [(*pair, *both) for pair, *both in zip(spec["pairs"], *frames, strict=True)]
    largest = max(len(difference) for *_, difference, _ in pairs)
    floor = guess_floor(given["problems"][0].select("problem_id", "guess_rate"), largest, given["guesses"])
    return difference_figure(pairs, spec, floor)


def difference_figure(
    pairs: list[tuple[str, str, pl.DataFrame, pl.DataFrame]], spec: FigureSpec, guesses: np.ndarray | None = None
) -> Figure:
    """One panel per pair: tuned minus base over k, in points, with its paired intervals and band, and the crossing k.

    pairs: (base, tuned, difference frame, crossing frame). guesses: pass@k of blind guessing for k = 1..n, or None. The
    axis has the range of the differences: guessing is drawn only inside it.
    """
    figure, grid = panels(len(pairs), width=3.4, height=2.5, sharey=True)
    styles = styles_of(spec["models"])
    lowest = POINTS * min(cast(float, frame["band_low"].min()) for *_, frame, _ in pairs)
    highest = POINTS * max(cast(float, frame["band_high"].max()) for *_, frame, _ in pairs)
    lowest, highest = max(lowest, -POINTS), min(highest, POINTS)
    margin = max(1.0, 0.06 * (highest - lowest))
    lines: list = []
    crossed: list = []
    for axes, (base, tuned, curve, crossing) in zip(grid.flat, pairs, strict=False):
        style, k = styles[tuned], curve["k"]
        axes.axhline(0, color=AXIS, lw=0.8)
        draw_curve(axes, curve, style, "difference", POINTS)
        own = norm_ppf((1 + spec["level"]) / 2) * curve["sampling_error"]  # NaN, and not drawn, beyond n/2
        ends = (POINTS * (curve["difference"] + sign * own) for sign in (-1, 1))
        axes.fill_between(k, *ends, color=style["color"], alpha=OWN, lw=0)
        if guesses is not None:
            floor = POINTS * (guesses[: len(k)] - curve["base"].to_numpy())
            label = f"{guess_label(spec)}, minus base (where in range)"
            lines = axes.plot(k, floor, **GUESS, lw=1.1, label=label)
        if np.isfinite(crossing["crossing_k"][0]) and crossing["crossing_k"][0] > 1:
            axes.axvline(crossing["crossing_k"][0], **LEVEL)
            crossed = [Line2D([], [], **LEVEL, label="level, or the base ahead, from here on")]
        log2_axis(axes, len(k))
        axes.set_ylim(min(lowest, 0) - margin, max(highest, 0) + margin)
        axes.set_ylabel("points")
        name = f"{style['label']} minus {styles[base]['label']}"
        axes.set_title(f"{name}\n{crossing_text(crossing)}", fontsize=8)
        outer(axes, grid, len(pairs))
    legend_below(figure, 2, [*of_intervals(spec["level"], own=True), *crossed, *lines])
    figure.suptitle(f"{spec['title']}: tuned minus base pass@k, in percentage points", fontsize=9)
    return figure


def crossing_text(crossing: pl.DataFrame) -> str:
    """The crossing k with its interval in words; an end beyond n is named as such."""
    row = crossing.row(0, named=True)
    low, high = (f"{row[end]:.0f}" if np.isfinite(row[end]) else f">{UNBROKEN}{row['n']}" for end in ("low", "high"))
    interval = f"[{low},{UNBROKEN}{high}]"
    if np.isinf(row["low"]):
        return f"no crossing up to k = {row['n']}"
    if np.isinf(row["crossing_k"]):
        return f"no crossing up to k = {row['n']} {interval}"
    if row["crossing_k"] == 1:
        return f"base not behind at k = 1 {interval}"
    return f"level at k = {row['crossing_k']:.0f} {interval}"
