"""The specification curve: every pair's differences under other choices (Simonsohn et al. 2020)."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boundary.analysis.decisions import AHEAD, BEHIND
from boundary.analysis.specification_curve import ALL, OWN
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import QUIET
from boundary.report.figures.style import AXIS, legend_below, plain, styles_of

CLAIMS = ("better", "coverage")  # of which every choice is shown
UNDECIDED = "0.6"
OF_CHOICE = {"k": "k = {}", "grader": "grader: {}", "prompts": "{}", "filter": "{}", "stratum": "{}"}


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `choices` of the pairs of `spec` in order."""
    frames = [result.frame.filter(pl.col("claim").is_in(CLAIMS)) for result in given["choices"]]
    return choices_figure([(*pair, frame) for pair, frame in zip(spec["pairs"], frames, strict=True)], spec)


def choices_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: FigureSpec) -> Figure:
    """A column per choice, by k; a panel per pair with tuned minus base in points, and the choices marked below.

    pairs: (base, tuned, frame of `choices.choices`). Columns are those of any pair; at each k the claim's own choice
    comes first.
    """
    styles = styles_of(spec["models"])
    keyed = [{_key(row): row for row in frame.iter_rows(named=True)} for *_, frame in pairs]
    main = {key for rows in keyed for key, row in rows.items() if row["main"]}
    keys = sorted(dict.fromkeys(key for rows in keyed for key in rows), key=lambda key: (key[0], key not in main))
    chosen = _chosen(keys)
    heights = [0.95] * len(pairs) + [0.125 * len(chosen)]
    figure, grid = plt.subplots(
        len(pairs) + 1, 1, figsize=(4.0, sum(heights) + 0.9), sharex=True, height_ratios=heights, layout="constrained"
    )
    *panels, matrix = grid
    for axes, (base, tuned, _), rows in zip(panels, pairs, keyed, strict=True):
        axes.axhline(0, color=AXIS, lw=0.8)
        colors = {AHEAD: styles[tuned]["color"], BEHIND: styles[base]["color"]}
        for x, key in enumerate(keys):
            if key in rows:
                _point(axes, x, rows[key], colors.get(rows[key]["verdict"], UNDECIDED))
        name = f"{styles[tuned]['label']} minus {styles[base]['label']}"
        axes.set_title(name, fontsize=8, loc="right", pad=2)
        axes.set_ylabel("points", fontsize=8)
        axes.locator_params(axis="y", nbins=4)
        axes.grid(visible=False, axis="x")
        axes.tick_params(bottom=False)
    for y, (column, value) in enumerate(chosen):
        own = [x for x, key in enumerate(keys) if key[KEY.index(column)] == value]
        matrix.plot(own, [y] * len(own), "s", color=QUIET, ms=3)
    matrix.set_yticks(range(len(chosen)), [plain(OF_CHOICE[column].format(value)) for column, value in chosen])
    matrix.tick_params(axis="y", labelsize=6.5)
    matrix.grid(visible=False, axis="x")
    matrix.set_ylim(len(chosen) - 0.4, -0.6)
    matrix.set_xticks([])
    matrix.set_xlim(-0.7, len(keys) - 0.3)
    starts = [x for x in range(1, len(keys)) if keys[x][0] != keys[x - 1][0]]
    for axes in grid:
        for x in starts:
            axes.axvline(x - 0.5, color="0.8", lw=0.6, zorder=0)
    title = f"{spec['title']}: the same differences under other choices, {spec['level']:.0%} intervals"
    figure.suptitle(title, fontsize=9)
    legend_below(figure, 2, _legend(styles[pairs[0][1]]["color"]))
    return figure


KEY = tuple(OF_CHOICE)


def _key(row: dict) -> tuple:
    return tuple(row[name] for name in KEY)


def _chosen(keys: list[tuple]) -> list[tuple[str, object]]:
    """(kind of choice, value) in the order of kinds, without a kind that has one value, and without `all` and `own`."""
    found = []
    for place, column in enumerate(KEY):
        values = list(dict.fromkeys(key[place] for key in keys))
        found += [(column, value) for value in values if len(values) > 1 and value not in (ALL, OWN)]
    return found


def _point(axes: Axes, x: int, row: dict, color: str) -> None:
    estimate, low, high = (100 * row[end] for end in ("estimate", "low", "high"))
    ends = np.array([[max(0, estimate - low)], [max(0, high - estimate)]])
    face = "white" if color == UNDECIDED else color
    marker, size = ("D", 4.5) if row["main"] else ("o", 3.2)
    axes.errorbar(x, estimate, yerr=ends, fmt=marker, color=color, mfc=face, ms=size, lw=1)


def _legend(color: str) -> list[Line2D]:
    mark = lambda label, **style: Line2D([], [], ls="", label=label, **style)  # noqa: E731
    return [
        mark("the claim's own choice", marker="D", color=QUIET, ms=4.5),
        mark("another choice", marker="o", color=QUIET, ms=3.2),
        mark("in the colour of the model that is ahead", marker="o", color=color, ms=3.2),
        mark("undecided", marker="o", color=UNDECIDED, mfc="white", ms=3.2),
    ]
