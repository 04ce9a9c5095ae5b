"""pass@k curves: a panel for every pair, because more than two overlapping bands cannot be distinguished."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from boundary.analysis.golds import near_misses_accepted
from boundary.analysis.guess import guess_curve, guess_floor
from boundary.analysis.select import by_model
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.style import (
    NOTE,
    draw_curve,
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
from boundary.report.texts import many


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `curves` of the models of `spec` in order, `problems`, `accepts`, the false accepts, and `golds`."""
    curves, problems = by_model(spec, given["curves"]), given["problems"][0].select("problem_id", "guess_rate")
    floor = guess_floor(problems, max(len(curve) for curve in curves.values()), given["guesses"])
    accepts = given["accepts"][0].frame.filter(grader=spec["grader"])["rate"].to_list()
    near, tried, _ = near_misses_accepted(given["golds"][0].frame, spec["grader"])
    largest = max([*accepts, near / tried if tried else 0.0])
    return passk_figure(curves, spec, len(problems), floor, largest or None)


def passk_figure(
    curves: dict[str, pl.DataFrame],
    spec: FigureSpec,
    problems: int,
    guesses: np.ndarray | None = None,
    accepts: float | None = None,
) -> Figure:
    """pass@k over k, a panel per pair, with intervals and bands, the pass@k of blind guessing, and of the grader's
    mistakes.

    curves: model name -> k, estimate, low, high, band_low, band_high, n. guesses: pass@k of blind guessing for k =
    1..n, or None. accepts: the rate of false accepts, of answers to other problems or of near misses of the right ones,
    whichever is larger, if it is not zero.
    """
    shown, styles = together(spec), styles_of(spec["models"])
    single = len(shown) == 1
    size = {"width": 5.4, "height": 3.6} if single else {"width": 3.3, "height": 2.3}
    figure, grid = panels(len(shown), **size, sharex=True, sharey=True)
    n = min(int(curve["n"][0]) for curve in curves.values())
    lines: list = []
    for axes, names in zip(grid.flat, shown, strict=False):
        of_panel = [(curves[name], styles[name]) for name in names]
        for curve, style in of_panel:
            draw_curve(axes, curve, style)
        lines = draw_guess_floor(axes, guesses, spec)
        if accepts:
            alone = guess_curve(np.array([accepts]), n)
            label = "what the grader alone would give"
            lines += axes.plot(np.arange(1, n + 1), alone, color=NOTE, ls=":", lw=1.2, label=label)
        log2_axis(axes, n)
        axes.set_ylim(0, 1.15)
        axes.set_yticks(np.linspace(0, 1, 6))
        axes.set_ylabel("pass@k")
        name_curves(axes, of_panel)
        outer(axes, grid, len(shown))
    figure.suptitle(f"{spec['title']}: {many(problems, 'problem')}, n = {n}", fontsize=9)
    legend_below(figure, 2, [*of_intervals(spec["level"]), *lines])
    return figure
