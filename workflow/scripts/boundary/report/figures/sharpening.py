"""Sharpening of the models of every pair, and the parts of the gain at k = 1."""

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boundary.analysis.attempts import GAIN, PARTS
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.names import SIDES
from boundary.report.colors import SHADES
from boundary.report.figures.style import AXIS, NOTE, legend_below, styles_of

SAID = dict(zip(PARTS, ("answering more often", "being right more often where it answers"), strict=True))
SHADE = dict(zip(PARTS, SHADES[:0:-1], strict=True))
TOGETHER = "both together"
OFFSET = 0.16


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `measures` of the pairs of `spec` in order."""
    pairs = [(*pair, found.frame) for pair, found in zip(spec["pairs"], given["measures"], strict=True)]
    return sharpening_figure(pairs, spec)


def sharpening_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: FigureSpec) -> Figure:
    """A row per pair. Left: S(K) of base (hollow) and tuned model, each in its colour. Right: two bars from zero, their
    sum marked.

    pairs: (base, tuned, frame of `comparison.compare_runs` with the rows of `attempts.split`).
    """
    styles = styles_of(spec["models"])
    size = (8.4, 1.5 + 0.42 * len(pairs))
    figure, (sharp, gain) = plt.subplots(1, 2, figsize=size, sharey=True, layout="constrained")
    for place, (base, tuned, measures) in enumerate(pairs):
        found = rows_of(measures)
        for side, model, at in zip(SIDES, (base, tuned), (-OFFSET, OFFSET), strict=True):
            if row := found.get(f"S, {side}"):
                color = styles[model]["color"]
                _point(sharp, row, place + at, color, mfc="none" if side == "base" else color)
        for part, at in zip(PARTS, (-OFFSET, OFFSET), strict=True):
            if row := found.get(part):
                label = None if SAID[part] in gain.get_legend_handles_labels()[1] else SAID[part]
                gain.barh(place + at, row["estimate"], height=2 * OFFSET, color=SHADE[part], label=label)
                _point(gain, row, place + at, AXIS, ms=0)
        if GAIN in found:
            label = None if TOGETHER in gain.get_legend_handles_labels()[1] else TOGETHER
            _point(gain, found[GAIN], place, AXIS, fmt="D", label=label)
        for axes, name in ((sharp, "S, base"), (gain, GAIN)):
            if name not in found:
                axes.text(0, place, " not known", va="center", fontsize=7, color=NOTE)
    ks = sorted({row["k"] for *_, frame in pairs if (row := rows_of(frame).get("A, base"))})
    sharp.set_xlabel(f"S(K), K = {' and '.join(map(str, ks))}: hollow base, filled tuned" if ks else "S(K)", fontsize=8)
    gain.set_xlabel("pass@1, tuned minus base", fontsize=8)
    gain.axvline(0, color=AXIS, lw=0.8)
    names = [f"{styles[tuned]['label']}\nagainst {styles[base]['label']}" for base, tuned, _ in pairs]
    sharp.set_yticks(range(len(pairs)), names, fontsize=7)
    sharp.set_ylim(len(pairs) - 0.4, -0.6)
    figure.suptitle(
        f"{spec['title']}: sharpening, and the gain of one sample, {spec['level']:.0%} intervals", fontsize=9
    )
    legend_below(figure, columns=3)
    return figure


def rows_of(measures: pl.DataFrame) -> dict[str, dict]:
    """The rows of a pair's measures by name."""
    return {row["measure"]: row for row in measures.iter_rows(named=True)}


def _point(axes: Axes, row: dict, y: float, color: str, fmt: str = "o", **style) -> None:
    ends = [[max(0, row["estimate"] - row["low"])], [max(0, row["high"] - row["estimate"])]]
    axes.errorbar(row["estimate"], y, xerr=ends, fmt=fmt, color=color, lw=1, **{"ms": 4, **style})
