"""Coverage beyond n samples."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.guess import guess_floor
from boundary.analysis.select import by_model
from boundary.report.figures.style import NOTE, draw_guess_floor, legend_below, log2_axis, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `curves`, `beyond` and `fits` of the models of `spec` in order, and `problems`."""
    curves, beyond, fits = (by_model(spec, given[kind]) for kind in ("curves", "beyond", "fits"))
    largest = max(int(frame["k"].to_numpy().max()) for frame in beyond.values())
    floor = guess_floor(given["problems"][0].select("problem_id", "guess_rate"), largest, given["guesses"])
    return beyond_figure(curves, beyond, fits, spec, floor)


def beyond_figure(
    curves: dict[str, pl.DataFrame],
    beyond: dict[str, pl.DataFrame],
    fits: dict[str, pl.DataFrame],
    spec: dict,
    guesses: np.ndarray | None = None,
) -> Figure:
    """Measured pass@k up to n, and the fitted curve beyond with its band; the legend says how well the fit predicts.

    curves: model name -> k, estimate; beyond: k, estimate, low, high of the fit, null where it is withheld; fits: one
    row with the held-out error and Chao2's lower bound, which is a mark at the right edge.
    """
    figure, axes = plt.subplots(figsize=(6.2, 4.4), layout="constrained")
    n = min(int(curve["n"][0]) for curve in curves.values())
    largest = max(int(frame["k"].to_numpy().max()) for frame in beyond.values())
    for name, style in styles_of(spec["models"]).items():
        curve, fitted, fit = curves[name], beyond[name], fits[name].row(0, named=True)
        ahead = fitted.filter(pl.col("k") >= len(curve))
        axes.plot(curve["k"], curve["estimate"], color=style["color"], lw=1.6)
        axes.fill_between(ahead["k"], ahead["low"], ahead["high"], color=style["color"], alpha=0.13, lw=0)
        label = f"{style['label']} ({_trust(fit)})"
        axes.plot(ahead["k"], ahead["estimate"], color=style["color"], lw=1.4, ls="--", label=label)
        if fit["chao2"] is not None:
            axes.plot(largest, fit["chao2"], style["marker"], color=style["color"], ms=6, mfc="none", clip_on=False)
    axes.plot([], [], "o", color=NOTE, mfc="none", label="Chao2: at least so many ever")
    draw_guess_floor(axes, guesses, spec, lw=1.2)
    log2_axis(axes, n, largest=largest)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("pass@k")
    axes.set_title(
        f"{spec['title']}: dashed beyond n = {n} is a fit, {spec['level']:.0%} intervals at one k",
        fontsize=9,
    )
    legend_below(figure, columns=2)
    return figure


def _trust(fit: dict) -> str:
    if fit["withheld"]:
        return f"withheld: {fit['solved']} solved"
    if fit["held_out_error"] is None:
        return "no check"
    return f"held out ×{fit['held_out_factor']}: {100 * fit['held_out_error']:+.0f} points"
