"""Rarefaction: distinct answers, and distinct responses, among k samples."""

import polars as pl
from matplotlib.figure import Figure

from boundary.analysis.diversity import ANSWERS, TRACES
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import POINTWISE
from boundary.report.figures.style import AXIS, banded, log2_axis, panels, powers_of_two, styles_of
from boundary.report.texts import many

SAID = {ANSWERS: "distinct answers", TRACES: "distinct responses"}


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `distinct` of the models of `spec` in order; empty for a model with counts only."""
    return diversity_figure(of_models(given, spec), spec)


def of_models(given: Results, spec: FigureSpec) -> dict[str, pl.DataFrame]:
    """The distinct types by the grader of `spec`, by model."""
    names = (model["name"] for model in spec["models"])
    found = zip(names, given["distinct"], strict=True)
    return {name: result.frame.filter(grader=spec["grader"]) for name, result in found}


def diversity_figure(distinct: dict[str, pl.DataFrame], spec: FigureSpec) -> Figure:
    """Two panels: numbers of distinct answers, and of distinct responses, among k samples of a problem, with intervals.

    distinct: model name -> what, k, estimate, low, high, n, problems.
    """
    figure, grid = panels(2, width=3.9, height=3.6)
    known = [frame for frame in distinct.values() if len(frame)]
    shown, said_of_bands = banded(spec, distinct)
    n = min((int(frame["n"][0]) for frame in known), default=1)
    for axes, (what, said) in zip(grid.flat, SAID.items(), strict=True):
        for name, style in styles_of(spec["models"]).items():
            curve = distinct[name].filter(what=what)
            if not len(curve):
                axes.plot([], [], **style | {"label": f"{style['label']} (samples not known)"})
                continue
            if name in shown:
                ends = curve["low"], curve["high"]
                axes.fill_between(curve["k"], *ends, color=style["color"], alpha=POINTWISE, lw=0)
            marks = list(powers_of_two(len(curve)))
            axes.plot(curve["k"], curve["estimate"], lw=1.6, ms=4.5, markevery=marks, **style)
        axes.plot([1, n], [1, n], color=AXIS, lw=0.8, ls=(0, (1, 3)), label="each sample another one")
        axes.set_yscale("log", base=2)
        axes.yaxis.set_major_formatter("{x:g}")
        axes.set_ylim(bottom=min(0.5, axes.get_ylim()[0]))
        log2_axis(axes, n)
        axes.set_title(said, fontsize=9)
    grid[0, 0].set_ylabel("among k samples of a problem")
    problems = max((int(frame["problems"][0]) for frame in known), default=0)
    figure.suptitle(f"{spec['title']}: {many(problems, 'problem')}, n = {n}{said_of_bands}", fontsize=9)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure
