"""Solvable sets of pairs."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from boundary.analysis.guess import guess_floor
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import BOTH, NEITHER
from boundary.report.figures.style import GUESS, guess_label, legend_below, styles_of
from boundary.report.texts import many

ORDER = ("tuned only", "both", "base only", "neither")  # what each model solves is in one piece
LEAST = 3.6  # per cent of the problems for each digit of a number: a part that it fits into
HEIGHT = 0.62  # of a bar
HATCH = "//"  # of what the base alone solved


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `overlaps` of the pairs of `spec` in order, and `problems`."""
    pairs = [(*pair, result.frame) for pair, result in zip(spec["pairs"], given["overlaps"], strict=True)]
    largest = max(int(pair[-1]["n_base"].to_numpy().max()) for pair in pairs)
    floor = guess_floor(given["problems"][0].select("problem_id", "guess_rate"), largest, given["guesses"])
    return overlap_figure(pairs, spec, floor)


def overlap_figure(
    pairs: list[tuple[str, str, pl.DataFrame]], spec: FigureSpec, guesses: np.ndarray | None = None
) -> Figure:
    """One bar per pair: per cent of the problems that only the tuned model, both, only the base, or neither solved in n
    samples; numbers are problems. The tuned model's own part has its colour, the base's is hatched.

    pairs: (base, tuned, overlap frame). guesses: pass@k of blind guessing for k = 1..n, or None.
    """
    figure, axes = plt.subplots(figsize=(6.4, 1.4 + 0.42 * len(pairs)), layout="constrained")
    styles, names = styles_of(spec["models"]), []
    for row, (base, tuned, frame) in enumerate(pairs):
        counts = {name: int((frame["category"] == name).sum()) for name in ORDER}
        colors = {"tuned only": styles[tuned]["color"], "base only": styles[base]["color"]}
        start, total = 0.0, len(frame)
        for name in ORDER:
            share = 100 * counts[name] / total
            color = colors.get(name, BOTH if name == "both" else NEITHER)
            hatch = HATCH if name == "base only" else None
            axes.barh(row, share, HEIGHT, left=start, color=color, edgecolor="white", lw=0.8, hatch=hatch, zorder=2)
            middle = start + share / 2
            if share >= LEAST * len(str(counts[name])):
                look: dict[str, Any] = {
                    "color": _ink(color),
                    "path_effects": [withStroke(linewidth=3, foreground=color)],
                }
                axes.text(middle, row, str(counts[name]), ha="center", va="center", fontsize=8, zorder=3, **look)
            elif counts[name]:
                axes.text(middle, row - HEIGHT / 2, str(counts[name]), ha="center", va="bottom", fontsize=6.5, zorder=3)
            start += share
        solved = (counts[name] + counts["both"] for name in ("tuned only", "base only"))
        names.append("\n".join(f"{styles[m]['label']}: {n}" for m, n in zip((tuned, base), solved, strict=True)))
    axes.set_yticks(range(len(pairs)), names, fontsize=8)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_xlim(0, 100)
    n, problems = int(pairs[0][2]["n_base"].to_numpy().min()), len(pairs[0][2])
    axes.set_xlabel(f"% of {many(problems, 'problem')}")
    handles: list = [
        Patch(color=styles[pairs[0][1]]["color"], label="tuned model only, in its colour"),
        Patch(color=BOTH, label="both"),
        Patch(fc=styles[pairs[0][0]]["color"], ec="white", hatch=HATCH, label="base only, in its colour"),
        Patch(color=NEITHER, label="neither"),
    ]
    if guesses is not None and np.isfinite(guesses[n - 1]):
        label = f"{guess_label(spec)} solves {guesses[n - 1] * problems:.0f}"
        handles.append(axes.axvline(100 * guesses[n - 1], **GUESS, lw=1.4, label=label, zorder=1))
    axes.set_title(f"{spec['title']}: solved at least once in n = {n}", fontsize=9)
    legend_below(figure, 3, handles)
    return figure


def _ink(color: str) -> str:
    """Black or white, whichever can be read on a colour (relative luminance, WCAG 2)."""
    from matplotlib.colors import to_rgb

    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color))
    return "black" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.25 else "white"
