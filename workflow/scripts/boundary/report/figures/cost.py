"""Coverage against tokens."""

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from boundary.analysis.select import by_model
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import POINTWISE
from boundary.report.figures.style import banded, legend_below, powers_of_two, styles_of

FEW_DECADES = 100  # most over least tokens: up to here there are numbers between powers of ten


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `curves` and `counts` of the models of `spec` in order."""
    curves, counts = (by_model(spec, given[kind]) for kind in ("curves", "counts"))
    known = {name: frame for name, frame in counts.items() if not frame["tokens"].null_count()}
    tokens = {name: float(frame["tokens"].sum()) / int(frame["n"].sum()) for name, frame in known.items()}
    return cost_figure(curves, tokens, spec)


def cost_figure(curves: dict[str, pl.DataFrame], tokens: dict[str, float], spec: FigureSpec) -> Figure:
    """pass@k over the mean number of tokens of k samples of a problem; pale for k > n/2.

    curves: model name -> k, estimate, low, high, n. tokens: mean tokens of a sample, for the models where it is known.
    """
    figure, axes = plt.subplots(figsize=(6.2, 4.0), layout="constrained")
    shown, said = banded(spec, curves)
    for name, style in styles_of(spec["models"]).items():
        if name not in tokens:
            axes.plot([], [], **style | {"label": f"{style['label']} (tokens not known)"})
            continue
        curve, spent = curves[name], curves[name]["k"] * tokens[name]
        half = max(1, len(curve) // 2)
        if name in shown:
            axes.fill_between(spent, curve["low"], curve["high"], color=style["color"], alpha=POINTWISE, lw=0)
        marks = [i for i in powers_of_two(len(curve)) if i < half]
        axes.plot(spent[:half], curve["estimate"][:half], lw=1.8, ms=5, markevery=marks, **style)
        axes.plot(spent[half - 1 :], curve["estimate"][half - 1 :], color=style["color"], lw=1.8, alpha=0.35)
    axes.set_xscale("log")
    least, most = axes.get_xlim()
    axes.xaxis.set_major_formatter(_tokens)
    axes.xaxis.set_minor_formatter(_tokens if most < FEW_DECADES * least else NullFormatter())
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("tokens sampled per problem (k times the mean length; pale: k > n/2)")
    axes.set_ylabel("pass@k")
    axes.set_title(f"{spec['title']}: coverage by cost{said}", fontsize=9)
    legend_below(figure, columns=3)
    return figure


def _tokens(tokens: float, _: object = None) -> str:
    """A number of tokens at a tick: 1, 2 or 5 times a power of ten."""
    return f"{tokens:,.0f}" if f"{tokens:e}"[0] in "125" else ""
