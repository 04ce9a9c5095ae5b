"""pass@(k,T): the surfaces of base and tuned model over k and the turns within which an episode must end."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.passk import powers_of_two
from boundary.analysis.select import of_grader
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.style import plain

LIGHT = 0.55  # of a surface: above, numbers are dark


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `curves` of base and tuned model of every member of the group of `spec`."""
    curves = [of_grader(result.frame, spec["grader"]) for result in given["curves"]]
    return turns_figure(list(zip(curves[::2], curves[1::2], strict=True)), spec)


def turns_figure(pairs: list[tuple[pl.DataFrame, pl.DataFrame]], spec: FigureSpec) -> Figure:
    """Three panels over k and T: pass@(k,T) of the base, of the tuned model, and tuned minus base.

    pairs: of every member in order, the curves (k, estimate) of base and tuned model. spec["group"]: members with `at`.
    """
    group = spec["group"]
    n = min(len(curve) for pair in pairs for curve in pair)
    ks = powers_of_two(n)
    base, tuned = (
        np.array([curve["estimate"].to_numpy()[np.array(ks) - 1] for curve in side])
        for side in zip(*pairs, strict=True)
    )
    figure, panels = plt.subplots(1, 3, figsize=(8.4, 1.6 + 0.35 * len(pairs)), layout="constrained")
    largest = max(0.01, float(np.abs(tuned - base).max()))
    shown = [(plain(spec["labels"]["base"]), base, "viridis", 0.0, 1.0)]
    shown += [(plain(spec["labels"]["tuned"]), tuned, "viridis", 0.0, 1.0)]
    shown += [("tuned minus base", tuned - base, "RdBu", -largest, largest)]
    for axes, (title, values, colors, low, high) in zip(panels, shown, strict=True):
        axes.imshow(values, cmap=colors, vmin=low, vmax=high, aspect="auto", origin="lower")
        for row, column in np.ndindex(values.shape):
            value = values[row, column]
            dark = value > LIGHT if low == 0 else abs(value) < LIGHT * largest
            text = f"{100 * value:.0f}" if low == 0 else f"{100 * value:+.0f}".replace("-", "\N{MINUS SIGN}")
            axes.text(column, row, text, ha="center", va="center", fontsize=7, color="black" if dark else "white")
        axes.set_xticks(range(len(ks)), [str(k) for k in ks], fontsize=7)
        axes.set_yticks(range(len(pairs)), [plain(member["at"]) for member in group["members"]], fontsize=7)
        axes.set_xlabel("k")
        axes.set_title(title, fontsize=8)
        axes.grid(False)
    panels[0].set_ylabel(plain(group["axis"]))
    figure.suptitle(f"{spec['title']}: pass@(k,T) in per cent, n = {n}", fontsize=9)
    return figure
