"""pass@k curves."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.guess import guess_floor
from boundary.analysis.select import by_model
from boundary.report.figures.style import draw_guess_floor, legend_below, log2_axis, powers_of_two, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `curves` of the models of `spec` in order, and `problems`."""
    curves, problems = by_model(spec, given["curves"]), given["problems"][0].frame
    floor = guess_floor(problems, max(len(curve) for curve in curves.values()))
    return passk_figure(curves, spec, len(problems), floor)


def passk_figure(
    curves: dict[str, pl.DataFrame], spec: dict, problems: int, guesses: np.ndarray | None = None
) -> Figure:
    """pass@k over k of several models, with bands, and the pass@k of blind guessing.

    curves: model name -> k, estimate, low, high, n. guesses: pass@k of blind guessing for k = 1..n, or None.
    """
    figure, axes = plt.subplots(figsize=(6.2, 4.2), layout="constrained")
    n = min(curve["n"][0] for curve in curves.values())
    for name, style in styles_of(spec["models"]).items():
        curve = curves[name]
        k = curve["k"]
        axes.fill_between(k, curve["low"], curve["high"], color=style["color"], alpha=0.13, lw=0)
        axes.plot(k, curve["estimate"], lw=1.8, ms=5, markevery=list(powers_of_two(len(k))), **style)
    draw_guess_floor(axes, guesses, spec, lw=1.4)
    log2_axis(axes, n)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("pass@k")
    axes.set_title(
        f"{spec['title']}: {problems} problems, n = {n}, {spec['level']:.0%} bands over problems", fontsize=9
    )
    legend_below(figure, columns=3)
    return figure
