"""Accuracy histograms."""

import itertools

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.figures.style import styles_of

# bins of arXiv 2504.13837, Figure 5: exactly 0, then (0, 0.1], ..., (0.9, 1.0]
EDGES = np.linspace(0, 1, 11)
NAMES = ["0"] + [f"({low:.1f}, {high:.1f}]" for low, high in itertools.pairwise(EDGES)]


def accuracy_bins(n: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Number of problems in each of the 11 bins, in exact integer arithmetic: c/n is in ((b-1)/10, b/10]."""
    bins = -(-10 * c // n)
    return np.bincount(bins, minlength=len(NAMES))


def histogram_figure(counts: dict[str, pl.DataFrame], spec: dict) -> Figure:
    """Bars side by side: how many problems each model solves at which accuracy. counts: model name -> n, c."""
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
    axes.set_xticks(range(len(NAMES)), NAMES, rotation=35, ha="right", fontsize=8)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("accuracy on a problem (c/n)")
    axes.set_ylabel("problems")
    axes.set_title(spec["title"], fontsize=9)
    axes.legend(fontsize=8)
    return figure
