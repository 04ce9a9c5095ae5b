"""Accuracy histograms."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.accuracy import BIN_NAMES, BINS, accuracy_bins, guess_histogram
from boundary.analysis.guess import guess_rates
from boundary.analysis.select import by_model
from boundary.report.figures.style import GUESS, guess_label, legend_below, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `counts` of the models of `spec` in order, and `problems`."""
    counts = by_model(spec, given["counts"])
    rates = guess_rates(given["problems"][0].select("problem_id", "guess_rate"), given["guesses"])
    guesses = (
        None
        if rates is None
        else guess_histogram(rates, min(int(frame["n"].to_numpy().min()) for frame in counts.values()))
    )
    return histogram_figure(counts, spec, guesses)


def histogram_figure(counts: dict[str, pl.DataFrame], spec: dict, guesses: np.ndarray | None = None) -> Figure:
    """Bars side by side: how many problems each model solves at which accuracy.

    counts: model name -> n, c. guesses: expected problems per bin of blind guessing, or None.
    """
    figure, axes = plt.subplots(figsize=(7.0, 3.4), layout="constrained")
    styles = styles_of(spec["models"])
    width = 0.84 / len(styles)
    for i, (name, style) in enumerate(styles.items()):
        heights = accuracy_bins(counts[name]["n"].to_numpy(), counts[name]["c"].to_numpy())
        axes.bar(
            np.arange(len(BIN_NAMES)) + (i - (len(styles) - 1) / 2) * width,
            heights,
            width,
            color=style["color"],
            label=style["label"],
            edgecolor="white",
            lw=0.3,
        )
    if guesses is not None:
        edges = np.arange(BINS + 1) - 0.5
        axes.stairs(guesses, edges, **GUESS, lw=1.2, label=guess_label(spec))
    axes.set_xticks(range(BINS), BIN_NAMES, rotation=35, ha="right", fontsize=8)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("accuracy on a problem (c/n)")
    axes.set_ylabel("problems")
    axes.set_title(spec["title"], fontsize=9)
    legend_below(figure, columns=3)
    return figure
