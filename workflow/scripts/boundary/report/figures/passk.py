"""pass@k curves."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.golds import near_misses_accepted
from boundary.analysis.guess import guess_curve, guess_floor
from boundary.analysis.select import by_model
from boundary.report.figures.style import (
    NOTE,
    areas,
    draw_guess_floor,
    legend_below,
    log2_axis,
    powers_of_two,
    styles_of,
)


def draw(given: dict, spec: dict) -> Figure:
    """given: `curves` of the models of `spec` in order, `problems`, `accepts`, the wrong acceptances, and `golds`."""
    curves, problems = by_model(spec, given["curves"]), given["problems"][0].select("problem_id", "guess_rate")
    floor = guess_floor(problems, max(len(curve) for curve in curves.values()), given["guesses"])
    accepts = given["accepts"][0].frame.filter(grader=spec["grader"])["rate"].to_list()
    near, tried, _ = near_misses_accepted(given["golds"][0].frame, spec["grader"])
    largest = max([*accepts, near / tried if tried else 0.0])
    return passk_figure(curves, spec, len(problems), floor, largest or None)


def passk_figure(
    curves: dict[str, pl.DataFrame],
    spec: dict,
    problems: int,
    guesses: np.ndarray | None = None,
    accepts: float | None = None,
) -> Figure:
    """pass@k over k of several models, with bands, the pass@k of blind guessing, and of the grader's mistakes.

    curves: model name -> k, estimate, low, high, band_low, band_high, n. guesses: pass@k of blind guessing for k =
    1..n, or None. accepts: the rate at which the grader accepts wrong answers, of other problems or near misses of the
    right ones, whichever is larger, where it is not zero.
    """
    figure, axes = plt.subplots(figsize=(6.2, 4.2), layout="constrained")
    n = min(curve["n"][0] for curve in curves.values())
    for name, style in styles_of(spec["models"]).items():
        curve = curves[name]
        k = curve["k"]
        axes.fill_between(k, curve["band_low"], curve["band_high"], color=style["color"], alpha=0.07, lw=0)
        axes.fill_between(k, curve["low"], curve["high"], color=style["color"], alpha=0.14, lw=0)
        axes.plot(k, curve["estimate"], lw=1.8, ms=5, markevery=list(powers_of_two(len(k))), **style)
    draw_guess_floor(axes, guesses, spec, lw=1.4)
    if accepts:
        label = "what the grader alone would give"
        axes.plot(np.arange(1, n + 1), guess_curve(np.array([accepts]), n), color=NOTE, ls=":", lw=1.4, label=label)
    log2_axis(axes, n)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("pass@k")
    axes.set_title(f"{spec['title']}: {problems} problems, n = {n}\n{areas(spec['level'])}", fontsize=9)
    legend_below(figure, columns=3)
    return figure
