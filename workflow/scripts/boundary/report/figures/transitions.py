"""From base accuracy to tuned accuracy."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from boundary.analysis.accuracy import BIN_NAMES, BINS, transitions
from boundary.report.figures.style import panels, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `overlaps` of the pairs of `spec` in order."""
    pairs = [(*pair, result.frame) for pair, result in zip(spec["pairs"], given["overlaps"], strict=True)]
    return transitions_figure(pairs, spec)


def transitions_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: dict) -> Figure:
    """One heat map per pair: problems by accuracy bin of the base (rows) and of the tuned model (columns).

    pairs: (base, tuned, overlap frame). Below the diagonal the tuned model is better. Numbers are problems.
    """
    figure, grid = panels(len(pairs), width=3.5, height=3.1, sharex=True, sharey=True)
    styles = styles_of(spec["models"])
    ticks = range(0, BINS, 2)
    for axes, (base, tuned, problems) in zip(grid.flat, pairs, strict=False):
        table = transitions(problems)
        shade = np.log1p(table) / np.log1p(max(1, table.max()))
        axes.imshow(shade, cmap="Blues", origin="lower", vmin=0, vmax=1)
        axes.plot([-0.5, BINS - 0.5], [-0.5, BINS - 0.5], color="0.6", lw=0.7, ls=":")
        for (row, column), count in np.ndenumerate(table):
            if count:
                color = "white" if shade[row, column] > 0.6 else "black"
                axes.text(column, row, count, ha="center", va="center", fontsize=7, color=color)
        axes.set_xticks(ticks, [BIN_NAMES[i] for i in ticks], rotation=40, ha="right", fontsize=7)
        axes.set_yticks(ticks, [BIN_NAMES[i] for i in ticks], fontsize=7)
        axes.grid(visible=False)
        axes.set_title(f"{styles[tuned]['label']} against {styles[base]['label']}", fontsize=8)
    for axes in grid[:, 0]:
        axes.set_ylabel("accuracy of the base", fontsize=8)
    for axes in grid[-1]:
        axes.set_xlabel("accuracy of the tuned model", fontsize=8)
    n = min(int(problems["n_base"].to_numpy().min()) for *_, problems in pairs)
    figure.suptitle(f"{spec['title']}: problems by accuracy, n = {n}", fontsize=9)
    return figure
