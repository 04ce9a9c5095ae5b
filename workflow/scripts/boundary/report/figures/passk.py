"""pass@k curves."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.guess import guess_curve, guess_floor
from boundary.analysis.select import by_model
from boundary.report.figures.style import NOTE, draw_guess_floor, legend_below, log2_axis, powers_of_two, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `curves` of the models of `spec` in order, `problems`, and `accepts`, the wrong acceptances."""
    curves, problems = by_model(spec, given["curves"]), given["problems"][0].select("problem_id", "guess_rate")
    floor = guess_floor(problems, max(len(curve) for curve in curves.values()), given["guesses"])
    accepts = given["accepts"][0].frame.filter((pl.col("grader") == spec["grader"]) & (pl.col("accepted") > 0))
    return passk_figure(curves, spec, len(problems), floor, accepts["rate"][0] if len(accepts) else None)


def passk_figure(
    curves: dict[str, pl.DataFrame],
    spec: dict,
    problems: int,
    guesses: np.ndarray | None = None,
    accepts: float | None = None,
) -> Figure:
    """pass@k over k of several models, with bands, the pass@k of blind guessing, and of the grader's mistakes.

    curves: model name -> k, estimate, low, high, n. guesses: pass@k of blind guessing for k = 1..n, or None. accepts:
    the rate at which the grader accepts wrong answers, where it is not zero.
    """
    figure, axes = plt.subplots(figsize=(6.2, 4.2), layout="constrained")
    n = min(curve["n"][0] for curve in curves.values())
    for name, style in styles_of(spec["models"]).items():
        curve = curves[name]
        k = curve["k"]
        axes.fill_between(k, curve["low"], curve["high"], color=style["color"], alpha=0.13, lw=0)
        axes.plot(k, curve["estimate"], lw=1.8, ms=5, markevery=list(powers_of_two(len(k))), **style)
    draw_guess_floor(axes, guesses, spec, lw=1.4)
    if accepts:
        label = "what the grader alone would give"
        axes.plot(np.arange(1, n + 1), guess_curve(np.array([accepts]), n), color=NOTE, ls=":", lw=1.4, label=label)
    log2_axis(axes, n)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("pass@k")
    axes.set_title(
        f"{spec['title']}: {problems} problems, n = {n}, {spec['level']:.0%} bands over problems", fontsize=9
    )
    legend_below(figure, columns=3)
    return figure
