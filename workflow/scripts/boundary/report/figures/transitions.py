"""From the base's accuracy to the tuned model's."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from boundary.analysis.accuracy import BINS, transitions
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.histogram import NAMES
from boundary.report.figures.style import HEAT_MAP, outer, panels, styles_of


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `overlaps` of the pairs of `spec` in order."""
    pairs = [(*pair, result.frame) for pair, result in zip(spec["pairs"], given["overlaps"], strict=True)]
    return transitions_figure(pairs, spec)


def transitions_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: FigureSpec) -> Figure:
    """One heat map per pair: problems by accuracy bin of the base (rows) and of the tuned model (columns).

    pairs: (base, tuned, overlap frame). Below the diagonal the tuned model is better. Numbers are problems; all maps
    have one colour scale.
    """
    figure, grid = panels(len(pairs), width=3.2, height=2.9, sharex=True, sharey=True)
    styles = styles_of(spec["models"])
    tables = [transitions(problems) for *_, problems in pairs]
    scale = PowerNorm(0.5, 0, max(1, max(int(table.max()) for table in tables)))
    for axes, (base, tuned, _), table in zip(grid.flat, pairs, tables, strict=False):
        image = axes.imshow(np.where(table > 0, table, np.nan), cmap=HEAT_MAP, norm=scale, origin="lower", zorder=1)
        axes.plot([-0.5, BINS - 0.5], [-0.5, BINS - 0.5], color="0.6", lw=0.7, ls=":", zorder=0.5)
        for (row, column), count in np.ndenumerate(table):
            if count:
                shade: Any = scale(count)
                ink = "white" if shade > 0.45 else "black"
                axes.text(column, row, count, ha="center", va="center", fontsize=6.5, color=ink, zorder=3)
        axes.set_xticks(range(BINS), NAMES, rotation=90, fontsize=7)
        axes.set_yticks(range(BINS), NAMES, fontsize=7)
        axes.grid(visible=False)
        axes.set_title(f"{styles[tuned]['label']}\nagainst {styles[base]['label']}", fontsize=8)
        axes.set_ylabel("accuracy of the base", fontsize=8)
        axes.set_xlabel("accuracy of the tuned model", fontsize=8)
        outer(axes, grid, len(pairs))
    bar = figure.colorbar(image, ax=list(grid.flat[: len(pairs)]), shrink=0.6, aspect=30)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    bar.set_label("problems", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    n = min(int(problems["n_base"].to_numpy().min()) for *_, problems in pairs)
    figure.suptitle(f"{spec['title']}: problems by accuracy, n = {n}", fontsize=9)
    return figure
