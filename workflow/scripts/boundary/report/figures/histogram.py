"""Accuracy histograms, a panel for every pair."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from boundary.analysis.accuracy import BINS, accuracy_bins, guess_histogram
from boundary.analysis.guess import guess_rates
from boundary.analysis.select import by_model
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.style import GUESS, guess_label, legend_below, outer, panels, styles_of, together
from boundary.report.texts import many

NAMES = ["0", *(f"≤ {i / 10:.1f}".replace("0.", ".") for i in range(1, BINS))]
TICKS = np.array([0, 5, 20, 50, 100, 200, 400, 800, 1600, 3200, 6400])


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `counts` of the models of `spec` in order, and `problems`."""
    counts = by_model(spec, given["counts"])
    rates = guess_rates(given["problems"][0].select("problem_id", "guess_rate"), given["guesses"])
    guesses = (
        None
        if rates is None
        else guess_histogram(rates, min(int(frame["n"].to_numpy().min()) for frame in counts.values()))
    )
    return histogram_figure(counts, spec, guesses)


def histogram_figure(counts: dict[str, pl.DataFrame], spec: FigureSpec, guesses: np.ndarray | None = None) -> Figure:
    """Number of problems by accuracy, base and tuned model side by side. Heights are square roots, which keeps small
    numbers visible.

    counts: model name -> n, c. guesses: expected problems per bin of blind guessing, or None.
    """
    shown, styles = together(spec), styles_of(spec["models"])
    figure, grid = panels(len(shown), width=3.3, height=2.3, sharex=True, sharey=True)
    bins = {name: accuracy_bins(frame["n"].to_numpy(), frame["c"].to_numpy()) for name, frame in counts.items()}
    highest = max(float(heights.max()) for heights in bins.values())
    lines: list = []
    if guesses is not None:
        highest = max(highest, float(guesses.max()))
    for axes, names in zip(grid.flat, shown, strict=False):
        width = 0.86 / len(names)
        for i, name in enumerate(names):
            x = np.arange(BINS) + (i - (len(names) - 1) / 2) * width
            style = styles[name]
            axes.bar(x, bins[name], width, color=style["color"], edgecolor="white", lw=0.3)
        if guesses is not None:
            edges = np.arange(BINS + 1) - 0.5
            lines = [axes.stairs(guesses, edges, **GUESS, lw=1.1, label=guess_label(spec))]
        axes.set_yscale("function", functions=(lambda x: np.sqrt(np.clip(x, 0, None)), np.square))
        axes.set_ylim(0, highest * 1.05)
        ticks = TICKS[highest >= TICKS] if highest >= TICKS[1] else np.arange(int(highest) + 1)
        axes.set_yticks(ticks, [str(tick) for tick in ticks])
        axes.set_xticks(range(BINS), NAMES, rotation=90, fontsize=7)
        axes.grid(visible=False, axis="x")
        axes.set_xlabel("accuracy on a problem (c/n)")
        axes.set_ylabel("problems")
        for name, side in zip(names, ("left", "right"), strict=False):  # as the bars stand
            look = {"color": styles[name]["color"], "fontsize": 8, "fontweight": "bold"}
            axes.set_title(styles[name]["label"], loc=side, **look)
        outer(axes, grid, len(shown))
    n, problems = min(int(frame["n"].to_numpy().min()) for frame in counts.values()), max(map(len, counts.values()))
    figure.suptitle(f"{spec['title']}: {many(problems, 'problem')}, n = {n}; heights as square roots", fontsize=9)
    if lines:
        legend_below(figure, 1, lines)
    return figure
