"""The entropy of generation by position in the response."""

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.likelihood.scores import PARTS
from boundary.report.colors import POINTWISE
from boundary.report.figures.style import banded, legend_above, styles_of


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `entropies` of the models that score their own responses."""
    return entropy_figure({result.names["model"]: result.frame for result in given["entropies"]}, spec)


def entropy_figure(entropies: dict[str, pl.DataFrame], spec: FigureSpec) -> Figure:
    """Two panels, as sampled and of the whole vocabulary: nats per token in each tenth of a response.

    entropies: model name -> kind, part, estimate, low, high.
    """
    figure, grid = plt.subplots(1, 2, figsize=(7.2, 3.0 + 0.15 * len(entropies)), layout="constrained", sharey=True)
    styles, (shown, said) = styles_of(spec["models"]), banded(spec, entropies, "one position")
    for axes, kind in zip(grid, ("as sampled", "whole vocabulary"), strict=True):
        for name, found in entropies.items():
            style, rows = styles[name], found.filter(pl.col("kind") == kind)
            whole, by_part = rows.filter(part=0).row(0, named=True), rows.filter(pl.col("part") > 0)
            x = (by_part["part"] - 0.5) / PARTS
            if name in shown:
                axes.fill_between(x, by_part["low"], by_part["high"], color=style["color"], alpha=POINTWISE, lw=0)
            label = f"{style['label']}: {whole['estimate']:.3f} [{whole['low']:.3f}, {whole['high']:.3f}]"
            axes.plot(x, by_part["estimate"], color=style["color"], marker=style["marker"], ms=3.5, lw=1.3)
            axes.plot([], [], color=style["color"], marker=style["marker"], ms=3.5, label=label)
        axes.set_xlabel("position in the response")
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)
        legend_above(axes, title=kind, title_fontsize=9)
    grid[0].set_ylabel("entropy (nats per token)")
    in_brackets = f"in brackets {spec['level']:.0%} intervals of the whole response"
    figure.suptitle(f"{spec['title']}{said};\n{in_brackets}", fontsize=9)
    return figure
