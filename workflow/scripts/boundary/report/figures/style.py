"""Common parts of figures: fonts, panels of a base and a model, names on curves, the log2 axis of k, saving."""

import logging
import textwrap
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import matplotlib

matplotlib.use("Agg")

import numpy as np
import polars as pl
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from boundary.contracts import FigureSpec, ShownModel
from boundary.files import store
from boundary.report.colors import GUESS_DASH, HEAT, LATE, LINE, OWN, POINTWISE, QUIET, SIMULTANEOUS, color_of

log = logging.getLogger(__name__)

WIDE_FONTS = ("Noto Sans CJK JP", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "IPAGothic", "Noto Sans", "Unifont")
MARKERS = "osD^vPX*"
GUESS: dict[str, Any] = {"color": QUIET, "ls": (0, GUESS_DASH)}  # the guessing baseline
AXIS, NOTE = "0.2", QUIET  # zero lines and crossings; remarks
HEAT_MAP = LinearSegmentedColormap.from_list("problems", HEAT)
FIRST_K, LARGEST_K = "0.1", "0.55"  # pass@1 and pass@K along an axis, which are of no one model
LATE_LOOK: dict[str, Any] = {
    "fc": to_rgba(*LATE),
    "ec": "0.87",
    "hatch": "///",
    "lw": 0,
    "zorder": 0,
    "label": "k > n/2",
}
AROUND = 0.4  # inches of height that a title and a legend take from the panels
TICK = 0.4  # inches that the name of a tick takes, so that it still fits where the figure is made narrower
WRAP = 16  # characters of a name in a line on a curve
CHARACTER, LEAST_BELOW = 0.05, 0.14  # of such a name, as a share of a narrow panel's width and height

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


def log2_axis(axes: Axes, n: int, largest: int | None = None) -> None:
    """k from 1 to n (or `largest`) on a log2 axis; k > n/2 is shaded, because estimates are noisiest there. The legend
    says so: a note in the panel would lie on some curve."""
    axes.set_xscale("log", base=2)
    ticks = 2 ** np.arange(int(np.log2(largest or n)) + 1)
    width = axes.get_position().width * axes.figure.bbox.width / axes.figure.dpi
    shown = ticks[:: max(1, int(np.ceil(TICK * len(ticks) / width)))]
    axes.set_xticks(shown, [str(tick) for tick in shown])
    axes.minorticks_off()
    axes.set_xlim(0.93, (largest or n) * 1.08)
    axes.set_xlabel("k (samples per problem)")
    axes.axvspan(n / 2, n * 1.08, **LATE_LOOK)


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


def banded(spec: FigureSpec, names: Iterable[str], at: str = "one k") -> tuple[set[str], str]:
    """Models whose intervals are drawn in a panel with all curves, and what its title says of them: both of two models,
    otherwise the base, if there is one base. More bands cannot be told apart."""
    bases, every = {base for base, _ in spec["pairs"]}, set(names)
    if len(every) <= 2:
        return every, f", {spec['level']:.0%} intervals at {at}"
    return (bases, f", {spec['level']:.0%} intervals of the base at {at}") if len(bases) == 1 else (set(), "")


def panels(count: int, width: float, height: float, **shared) -> tuple[Figure, np.ndarray]:
    """A grid of `count` panels, two side by side, three of more than eight; width, height: of a panel, in inches."""
    columns = min(count, 2 if count <= 8 else 3)
    rows = -(-count // columns)
    size = (width * columns, height * rows + AROUND)
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
    top = max(
        cast(float, curve[high][: max(1, round((largest or n) ** min(1.0, widths[0])))].max()) for curve, _ in ordered
    )
    _name(axes, 0.03, top + 0.02, texts[0], ordered[0][1], "left", "bottom")
    if len(ordered) > 1:
        since = min(n, max(1, round((largest or n) ** max(0.0, 1 - widths[1]))))
        below = min(cast(float, curve[low][since - 1 :].min()) for curve, _ in ordered)
        above = max(cast(float, curve[high][since - 1 :].max()) for curve, _ in ordered)
        fits = below > LEAST_BELOW * len(texts[1].splitlines())
        y, along = (below - 0.02, "top") if fits else (above + 0.02, "bottom")
        if not fits and sum(widths) > 0.95:  # above each other
            y = max(y, top + 0.02 + LEAST_BELOW * len(texts[0].splitlines()))
        _name(axes, 0.98, y, texts[1], ordered[1][1], "right", along)


def _name(axes: Axes, x: float, y: float, text: str, style: dict, across: str, along: str) -> None:
    where: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "ha": across, "va": along, "zorder": 5}
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.8}  # an outline would make it no text
    axes.text(x, y, text, color=style["color"], fontsize=8, fontweight="bold", bbox=box, **where)


def of_intervals(level: float, band: bool = True, own: bool = False) -> list[Patch]:
    """Legend entries of the areas around curves, and of k > n/2."""
    areas = {f"{level:.0%} pointwise": POINTWISE}
    areas |= {f"{level:.0%} simultaneous over k": SIMULTANEOUS} if band else {}
    areas |= {"of exactly these problems": OWN} if own else {}
    return [*(Patch(color=AXIS, alpha=alpha, lw=0, label=name) for name, alpha in areas.items()), Patch(**LATE_LOOK)]


def legend_below(figure: Figure, columns: int, handles: list | None = None) -> None:
    """Add a legend below the panels, unless nothing in them has a label: matplotlib would print a warning."""
    if handles is None and not any(axes.get_legend_handles_labels()[0] for axes in figure.axes):
        return
    given = {} if handles is None else {"handles": handles}
    figure.legend(loc="outside lower center", ncols=columns, fontsize=8, **given)


def legend_above(axes: Axes, columns: int = 1, **given) -> None:
    """Put the legend of one of several panels above it, where it covers no data."""
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, fontsize=7, **given)


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
