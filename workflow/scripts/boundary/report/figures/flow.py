"""Problems that move between always, at times and never right, from the base to the tuned model."""

import polars as pl
from matplotlib.figure import Figure

from boundary.analysis.sharpening import MOVED, STATES
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.sharpening import rows_of
from boundary.report.figures.style import HEAT_MAP, outer, panels, styles_of


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `measures` of the pairs of `spec` in order."""
    pairs = [(*pair, found.frame) for pair, found in zip(spec["pairs"], given["measures"], strict=True)]
    return flow_figure(pairs, spec)


def flow_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: FigureSpec) -> Figure:
    """One table per pair: shares of problems by their result under the base (rows) and the tuned model (columns),
    and in brackets the same for two equal models."""
    figure, grid = panels(len(pairs), width=3.4, height=3.2, sharex=True, sharey=True)
    styles, ks = styles_of(spec["models"]), set()
    for axes, (base, tuned, measures) in zip(grid.flat, pairs, strict=False):
        found = rows_of(measures)
        table = [[found[f"flow, {one} to {other}"] for other in STATES] for one in STATES]
        ks.add(table[0][0]["k"])
        axes.imshow([[cell["estimate"] for cell in row] for row in table], cmap=HEAT_MAP, vmin=0, vmax=1)
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                text = f"{cell['estimate']:.0%}\n({cell['equal']:.0%})"
                color = "white" if cell["estimate"] > 0.45 else "black"
                axes.text(column, row, text, ha="center", va="center", fontsize=8, color=color)
        axes.set_xticks(range(3), STATES, fontsize=8)
        axes.set_yticks(range(3), STATES, fontsize=8)
        axes.grid(visible=False)
        axes.set_ylabel("right, base", fontsize=8)
        axes.set_xlabel("right, tuned", fontsize=8)
        outer(axes, grid, len(pairs))
        moved = found[MOVED]
        title = f"{styles[tuned]['label']}\nagainst {styles[base]['label']}"
        axes.set_title(f"{title}\nmoved: {moved['estimate']:.0%} ({moved['equal']:.0%})", fontsize=8)
    said = " and ".join(map(str, sorted(ks)))
    title = f"{spec['title']}: always, at times or never right in {said} samples"
    figure.suptitle(f"{title}\n(in brackets: of two equal models)", fontsize=9)
    return figure
