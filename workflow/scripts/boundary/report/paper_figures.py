"""Figures for papers: a figure of the report at the width of a column, its title as caption, its data as CSV."""

import textwrap
from pathlib import Path

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text

from boundary.report import latex
from boundary.report.figures.style import plain  # noqa: F401 - sets the style that the one of papers changes

HIGHER = 1.3  # than in the report, as text does not shrink with the width
LOWEST = 1.7  # inches, of a figure that is not lower in the report
OF_LEGEND = 0.12  # of the height
WORDS = 46  # characters of an axis' label in one line of a column
OF_TITLES = 58  # of the titles of panels side by side


def use(style: str) -> None:
    plt.style.use(style)


def fit(figure: Figure, column: float, page: float, wide: bool = False) -> str:
    """Resize a figure to the width of a column, or up to that of a page if it needs more; its title is removed and
    returned.

    column, page: widths in inches. wide: whether it needs more, although it is not wider than a page in the report.
    """
    caption = _take_title(figure)
    width, height = figure.get_size_inches()
    wanted = min(width, page) if wide or width > page else column
    shrunk = height * wanted / width * (HIGHER if wanted < width else 1)
    figure.set_size_inches(wanted, max(shrunk, min(height, LOWEST)))
    largest = plt.rcParams["font.size"]
    for text in figure.findobj(Text):
        text.set_fontsize(min(text.get_fontsize(), largest))
    drawn = [line for axes in figure.axes for line in axes.get_lines()]
    keys = [line for legend in figure.legends for line in legend.findobj(Line2D)]
    for line in drawn + keys:
        line.set_linewidth(min(line.get_linewidth(), plt.rcParams["lines.linewidth"]))
        line.set_markersize(min(line.get_markersize(), plt.rcParams["lines.markersize"]))
    if wanted == column:
        for axes in figure.axes:
            axes.set_xlabel(textwrap.fill(axes.get_xlabel(), WORDS))
            _wrap_titles(axes)
        for legend in list(figure.legends):
            _narrow(figure, legend, column)
    return caption


def _wrap_titles(axes: Axes) -> None:
    """Titles in as many lines as a panel is narrow, side by side where there are two."""
    titles = {axes.get_title(loc=where) for where in ("left", "center", "right")} - {""}
    place = axes.get_subplotspec()
    most = OF_TITLES // (place.get_gridspec().ncols if place else 1) // max(1, len(titles))
    for text in axes.findobj(Text):
        if text.get_text() in titles:
            lines = (textwrap.fill(line, most, break_long_words=False) for line in text.get_text().splitlines())
            text.set_text("\n".join(lines))


def _narrow(figure: Figure, legend: Legend, width: float) -> None:
    """A legend of two columns in place of one of more, or of one column where two are too wide; what is more than its
    share of the figure makes that higher. width: in inches."""
    names = [textwrap.fill(text.get_text(), WORDS) for text in legend.get_texts()]
    handles = [handle for handle in legend.legend_handles if handle is not None]
    for columns in (2, 1):
        legend.remove()
        legend = figure.legend(handles, names, loc="outside lower center", ncols=columns)
        if legend.get_window_extent().width <= width * figure.dpi:
            break
    height = figure.get_figheight()
    figure.set_figheight(height + max(0, legend.get_window_extent().height / figure.dpi - OF_LEGEND * height))


def _take_title(figure: Figure) -> str:
    """The title of a figure, or of its only panel."""
    if figure.get_suptitle():
        title = figure.get_suptitle()
        figure.suptitle("").set_in_layout(False)
    else:
        shown = [axes for axes in figure.axes if axes.get_visible() and axes.get_title()]
        if len(shown) != 1:
            return ""
        title = shown[0].get_title()
        shown[0].set_title("")
    return title.replace(r"\$", "$")


def save(figure: Figure, pdf: str, svg: str, tex: str, caption: str, column: float) -> None:
    """Save a figure, and the LaTeX that shows it, relative to the folder of all paper outputs. column: in inches."""
    figure.savefig(pdf, metadata={"CreationDate": None})
    figure.savefig(svg, metadata={"Date": None})
    plt.close(figure)
    place = Path(pdf).relative_to("results/paper")
    label = str(place.with_suffix("")).removeprefix("figures/").replace("/", "-")
    Path(tex).write_text(latex.figure(str(place), caption, label, figure.get_figwidth() > column))


def data(results: list, labels: dict[str, str]) -> pl.DataFrame:
    """The data frames of a figure, concatenated, each with its subject; models have their labels."""
    table = pl.concat(map(_with_names, results), how="diagonal_relaxed")
    models = [name for name in ("model", "base", "tuned", "writer") if name in table.columns]
    return table.with_columns(
        pl.col(models).replace(labels),
        *(pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in _lists(table)),
    )


def _with_names(result) -> pl.DataFrame:
    """What a result is about, and its frame, whose columns of the same names are values of either side."""
    names, frame = result.names, result.frame
    clashing = {name: f"{name} value" for name in names if name in frame.columns}
    return frame.rename(clashing).select(*(pl.lit(value).alias(name) for name, value in names.items()), pl.all())


def _lists(table: pl.DataFrame) -> list[str]:
    return [name for name, kind in table.schema.items() if isinstance(kind, pl.List)]
