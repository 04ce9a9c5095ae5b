"""Solvable sets of pairs."""

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from boundary.analysis.guess import guess_floor
from boundary.analysis.pairs import CATEGORIES
from boundary.report.figures.style import CATEGORIES as COLORS
from boundary.report.figures.style import GUESS, guess_label, legend_below, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `overlaps` of the pairs of `spec` in order, and `problems`."""
    pairs = [(*pair, result.frame) for pair, result in zip(spec["pairs"], given["overlaps"], strict=True)]
    largest = max(pair[-1]["n_base"].max() for pair in pairs)
    floor = guess_floor(given["problems"][0].select("problem_id", "guess_rate"), largest, given["guesses"])
    return overlap_figure(pairs, spec, floor)


def overlap_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: dict, guesses: np.ndarray | None = None) -> Figure:
    """One bar per pair: problems that both, only the base, only the tuned model, or neither solved in n samples.

    pairs: (base, tuned, overlap frame). guesses: pass@k of blind guessing for k = 1..n, or None.
    """
    figure, axes = plt.subplots(figsize=(6.8, 1.3 + 0.5 * len(pairs)), layout="constrained")
    styles = styles_of(spec["models"])
    names = [f"{styles[tuned]['label']}\nvs {styles[base]['label']}" for base, tuned, _ in pairs]
    start = [0] * len(pairs)
    for category in CATEGORIES:
        counts = [int((frame["category"] == category).sum()) for *_, frame in pairs]
        bars = axes.barh(names, counts, left=start, color=COLORS[category], label=category, edgecolor="white")
        texts = [str(count) if count else "" for count in counts]
        dark = category in ("base only", "tuned only")
        axes.bar_label(bars, texts, label_type="center", color="white" if dark else "black", fontsize=8)
        start = [s + count for s, count in zip(start, counts, strict=True)]
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_xlabel("problems")
    n, problems = int(pairs[0][2]["n_base"].to_numpy().min()), len(pairs[0][2])
    if guesses is not None and np.isfinite(guesses[n - 1]):
        solved = guesses[n - 1] * problems
        label = f"{guess_label(spec)} solves {solved:.0f}"
        axes.axvline(solved, **GUESS, lw=1.4, label=label)
    axes.set_title(f"{spec['title']}: solved at least once in n = {n} samples", fontsize=9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_below(figure, columns=5)
    return figure
