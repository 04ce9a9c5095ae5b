"""Solvable sets of pairs."""

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.coverage import CATEGORIES
from boundary.figures.style import styles_of

COLORS = {"both": "#999999", "base only": "#000000", "tuned only": "#0072B2", "neither": "#E5E5E5"}


def overlap_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: dict) -> Figure:
    """One bar per pair: problems that both, only the base, only the tuned model, or neither solved in n samples.

    pairs: (base, tuned, overlap frame).
    """
    figure, axes = plt.subplots(figsize=(6.4, 1.1 + 0.5 * len(pairs)), layout="constrained")
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
    n = pairs[0][2]["n_base"].min()
    axes.set_title(f"{spec['title']}: solved at least once in n = {n} samples", fontsize=9)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.32 if len(pairs) < 3 else -0.22), ncols=4)
    return figure
