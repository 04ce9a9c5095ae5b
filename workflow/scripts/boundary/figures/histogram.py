"""Accuracy histograms."""

import itertools

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.figures.style import guess_label, legend_below, styles_of

# bins of arXiv 2504.13837, Figure 5: exactly 0, then (0, 0.1], ..., (0.9, 1.0]
BINS = 11
EDGES = np.linspace(0, 1, BINS)
NAMES = ["0"] + [f"({low:.1f}, {high:.1f}]" for low, high in itertools.pairwise(EDGES)]


def accuracy_bins(n: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Number of problems in each of the 11 bins, in exact integer arithmetic: c/n is in ((b-1)/10, b/10]."""
    bins = -(-10 * c // n)
    return np.bincount(bins, minlength=BINS)


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
            np.arange(len(NAMES)) + (i - (len(styles) - 1) / 2) * width,
            heights,
            width,
            color=style["color"],
            label=style["label"],
            edgecolor="white",
            lw=0.3,
        )
    if guesses is not None:
        edges = np.arange(BINS + 1) - 0.5
        axes.stairs(guesses, edges, color="0.35", ls=(0, (4, 2)), lw=1.2, label=guess_label(spec))
    axes.set_xticks(range(BINS), NAMES, rotation=35, ha="right", fontsize=8)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("accuracy on a problem (c/n)")
    axes.set_ylabel("problems")
    axes.set_title(spec["title"], fontsize=9)
    legend_below(figure, columns=3)
    return figure
