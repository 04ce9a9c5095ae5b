"""Common parts of figures: fonts, panels of a base and a model, names on curves, the log2 axis of k, saving."""

import logging
import textwrap
import warnings
from pathlib import Path
from typing import Any, cast

import matplotlib

matplotlib.use("Agg")

import numpy as np
import polars as pl
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from boundary.contracts import FigureSpec, ShownModel
from boundary.files import store
from boundary.report.colors import GUESS_DASH, HEAT, LINE, OWN, POINTWISE, QUIET, SIMULTANEOUS, color_of

log = logging.getLogger(__name__)

WIDE_FONTS = ("Noto Sans CJK JP", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "IPAGothic", "Noto Sans", "Unifont")
MARKERS = "osD^vPX*"
GUESS: dict[str, Any] = {"color": QUIET, "ls": (0, GUESS_DASH)}  # the guessing baseline
AXIS, NOTE = "0.2", QUIET  # zero lines and crossings; remarks
HEAT_MAP = LinearSegmentedColormap.from_list("problems", HEAT)
FIRST_K, LARGEST_K = "0.1", "0.55"  # pass@1 and pass@K along an axis, which are of no one model
TICK = 0.4  # inches that the name of a tick takes, so that it still fits where the figure is made narrower
WRAP = 16  # characters of a name in a line on a curve
CHARACTER, LEAST_BELOW = 0.05, 0.12  # of such a name, as a share of a narrow panel's width and height

plt.rcParams.update(
    {
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.25,
        "legend.frameon": False,
        "hatch.linewidth": 0.6,
        "savefig.dpi": 200,
        "svg.fonttype": "none",  # text stays text: selectable, searchable, small
        "svg.hashsalt": "beyond-base",  # the same figure is the same file
    }
)


def styles_of(models: list[ShownModel]) -> dict[str, dict]:
    """Label, colour and marker of every model: from the configuration, else by its place among all models."""
    return {
        model["name"]: {
            "label": plain(model["label"] or model["name"]),
            "color": color_of(model),
            "marker": model["marker"] or MARKERS[model["place"] % len(MARKERS)],
        }
        for model in models
    }


def plain(text: str) -> str:
    """A user's text as matplotlib shows it literally: a dollar sign does not begin a formula."""
    return str(text).replace("$", r"\$")


def log2_axis(axes: Axes, n: int, note_at: float = 0.01, largest: int | None = None) -> None:
    """k from 1 to n (or `largest`) on a log2 axis; k > n/2 is shaded, because estimates are noisiest there.

    note_at: height of the note "k > n/2" as a share of the axes.
    """
    axes.set_xscale("log", base=2)
    ticks = 2 ** np.arange(int(np.log2(largest or n)) + 1)
    width = axes.get_position().width * axes.figure.bbox.width / axes.figure.dpi
    shown = ticks[:: max(1, int(np.ceil(TICK * len(ticks) / width)))]
    axes.set_xticks(shown, [str(tick) for tick in shown])
    axes.minorticks_off()
    axes.set_xlim(0.93, (largest or n) * 1.08)
    axes.set_xlabel("k (samples per problem)")
    axes.axvspan(n / 2, n * 1.08, color="0.5", alpha=0.12, lw=0)
    axes.text(n, note_at, "k > n/2", transform=axes.get_xaxis_transform(), ha="right", va="bottom", color=NOTE)


def powers_of_two(n: int) -> np.ndarray:
    """Indices of k = 1, 2, 4, ... up to n in a curve that starts at k = 1, for markers."""
    return 2 ** np.arange(int(np.log2(n)) + 1) - 1


def guess_label(spec: FigureSpec) -> str:
    return f"guessing baseline: {plain(spec['guess_floor'] or 'blind guessing')}"


def draw_guess_floor(axes: Axes, guesses: np.ndarray | None, spec: FigureSpec, lw: float = 1.2) -> list:
    """Draw the pass@k of blind guessing for k = 1, 2, ..., dashed, and return its handle for a legend; nothing if
    unknown."""
    if guesses is None:
        return []
    k = np.arange(1, len(guesses) + 1)
    return axes.plot(k, guesses, **GUESS, lw=lw, label=guess_label(spec))


def together(spec: FigureSpec) -> list[list[str]]:
    """The models of each panel: base and tuned model of every pair, and each model without a pair."""
    pairs = [list(pair) for pair in spec["pairs"]]
    paired = {name for pair in pairs for name in pair}
    return pairs + [[model["name"]] for model in spec["models"] if model["name"] not in paired]


def panels(count: int, width: float, height: float, **shared) -> tuple[Figure, np.ndarray]:
    """A grid of `count` panels, two side by side, three of more than eight; width, height: of a panel, in inches."""
    columns = min(count, 2 if count <= 8 else 3)
    rows = -(-count // columns)
    size = (width * columns, height * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained", **shared)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    for axes in grid.flat[max(0, count - columns) : count]:  # the lowest panel of its column
        axes.tick_params(labelbottom=True)
    return figure, grid


def outer(axes: Axes, grid: np.ndarray, count: int) -> None:
    """Remove labels of axes that the panel below, or to the left, has as well."""
    place, columns = list(grid.flat).index(axes), grid.shape[1]
    if place + columns < count:
        axes.set_xlabel("")
    if place % columns:
        axes.set_ylabel("")


def draw_curve(axes: Axes, curve: pl.DataFrame, style: dict, value: str = "estimate", scale: float = 1) -> None:
    """A curve over k with its pointwise interval and, if there is one, its simultaneous band.

    curve: k, `value`, low, high, perhaps band_low and band_high; all times `scale`.
    """
    k, color = curve["k"], style["color"]
    if "band_low" in curve.columns:
        band = scale * curve["band_low"], scale * curve["band_high"]
        axes.fill_between(k, *band, color=color, alpha=SIMULTANEOUS, lw=0)
    axes.fill_between(k, scale * curve["low"], scale * curve["high"], color=color, alpha=POINTWISE, lw=0)
    marks = list(powers_of_two(len(k)))
    axes.plot(k, scale * curve[value], lw=LINE, ms=4, markevery=marks, color=color, marker=style["marker"])


def name_curves(axes: Axes, curves: list[tuple[pl.DataFrame, dict]], largest: int | None = None) -> None:
    """Write the names of one or two pass@k curves: on the left above the one that begins higher, on the right below the
    other, clear of both.

    curves: (k, estimate, low, high, perhaps a band; style) of each. largest: k at the right end of the axis, or n.
    """
    ordered = sorted(curves, key=lambda one: one[0]["estimate"][0], reverse=True)
    low, high = (f"{'band_' if 'band_low' in ordered[0][0].columns else ''}{end}" for end in ("low", "high"))
    n = min(len(curve) for curve, _ in ordered)
    texts = [textwrap.fill(style["label"], WRAP) for _, style in ordered]
    widths = [CHARACTER * max(map(len, text.splitlines())) for text in texts]
    top = max(cast(float, curve[high][: max(1, round(n ** min(1.0, widths[0])))].max()) for curve, _ in ordered)
    _name(axes, 0.03, top + 0.02, texts[0], ordered[0][1], "left", "bottom")
    if len(ordered) > 1:
        end = np.log(n) / np.log(largest or n) if n > 1 else 1.0
        since = max(1, round(n ** max(0.0, 1 - widths[1] / end)))
        below = min(cast(float, curve[low][since - 1 :].min()) for curve, _ in ordered)
        above = max(cast(float, curve[high][since - 1 :].max()) for curve, _ in ordered)
        fits = below > LEAST_BELOW * len(texts[1].splitlines())
        y, along = (below - 0.02, "top") if fits else (above + 0.02, "bottom")
        if not fits and 0.03 + widths[0] > 0.98 * end - widths[1]:  # above each other
            y = max(y, top + 0.02 + LEAST_BELOW * len(texts[0].splitlines()))
        _name(axes, 0.98 * end, y, texts[1], ordered[1][1], "right", along)


def _name(axes: Axes, x: float, y: float, text: str, style: dict, across: str, along: str) -> None:
    where: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "ha": across, "va": along, "zorder": 5}
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.8}  # an outline would make it no text
    axes.text(x, y, text, color=style["color"], fontsize=8, fontweight="bold", bbox=box, **where)


def of_intervals(level: float, band: bool = True, own: bool = False) -> list[Patch]:
    """Legend entries of the areas around curves."""
    areas = {f"{level:.0%} pointwise": POINTWISE}
    areas |= {f"{level:.0%} simultaneous over k": SIMULTANEOUS} if band else {}
    areas |= {"of exactly these problems": OWN} if own else {}
    return [Patch(color=AXIS, alpha=alpha, lw=0, label=name) for name, alpha in areas.items()]


def legend_below(figure: Figure, columns: int, handles: list | None = None) -> None:
    """Add a legend below the panels, unless nothing in them has a label: matplotlib would print a warning."""
    if handles is None and not any(axes.get_legend_handles_labels()[0] for axes in figure.axes):
        return
    given = {} if handles is None else {"handles": handles}
    figure.legend(loc="outside lower center", ncols=columns, fontsize=8, **given)


def save(figure: Figure, svg: str, png: str) -> None:
    """Save both files. If no font here has the characters of a label, one message names them, and the PNG shows
    boxes."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for path in (svg, png):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            metadata = {"Date": None} if path == svg else None
            figure.savefig(path, bbox_inches="tight", metadata=metadata)
    store.sign(svg)
    plt.close(figure)
    if any("missing from" in str(warning.message) for warning in warned):
        log.warning(
            "no font here has some characters of the labels: %s shows boxes in their place, %s has the text; a font "
            "such as Noto Sans CJK (apt install fonts-noto-cjk) helps", png, svg,
        )  # fmt: skip


def _fonts() -> list[str]:
    """matplotlib's own font, then those that have what it lacks, where they are installed."""
    there = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(name for name in WIDE_FONTS if name in there)]


plt.rcParams["font.family"] = _fonts()
