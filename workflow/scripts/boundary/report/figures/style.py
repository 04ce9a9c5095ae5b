"""What all figures share: fonts, colours of models, the log2 axis of k, saving as SVG and PNG."""

import logging
import warnings
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boundary.files import store
from boundary.report.colors import PALETTE, color_of

log = logging.getLogger(__name__)

WIDE_FONTS = ("Noto Sans CJK JP", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "IPAGothic", "Noto Sans", "Unifont")
MARKERS = "osD^vPX*"
CATEGORIES = {"both": "#999999", "base only": "#000000", "tuned only": "#0072B2", "neither": "#E5E5E5"}
FIRST_K, LARGEST_K = PALETTE[1], PALETTE[2]  # pass@1 and pass@K along the axis of a group
GUESS: dict[str, Any] = {"color": "0.35", "ls": (0, (4, 2))}  # the guess floor
LINE, NOTE = "0.2", "0.35"  # zero lines and crossings; remarks

plt.rcParams.update(
    {
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.25,
        "legend.frameon": False,
        "savefig.dpi": 200,
        "svg.fonttype": "none",  # text stays text: selectable, searchable, small
        "svg.hashsalt": "beyond-base",  # the same figure is the same file
    }
)


def styles_of(models: list[dict]) -> dict[str, dict]:
    """Label, colour and marker of every model: its own where config gives them, else by its place among all models."""
    return {
        model["name"]: {
            "label": plain(model["label"] or model["name"]),
            "color": color_of(model),
            "marker": model["marker"] or MARKERS[model["place"] % len(MARKERS)],
        }
        for model in models
    }


def plain(text: str) -> str:
    """A user's text as matplotlib shows it to the letter: a dollar sign begins no formula."""
    return str(text).replace("$", r"\$")


def log2_axis(axes: Axes, n: int, note_at: float = 0.01, largest: int | None = None) -> None:
    """k from 1 to n (or `largest`) on a log2 axis; k > n/2 shaded, where an estimate is at its noisiest.

    note_at: height of the note "k > n/2" as a share of the axes.
    """
    axes.set_xscale("log", base=2)
    ticks = 2 ** np.arange(int(np.log2(largest or n)) + 1)
    width = axes.get_position().width * float(axes.figure.bbox.width / axes.figure.dpi)
    shown = ticks[:: 1 if width / len(ticks) > 0.25 else 2]
    axes.set_xticks(shown, [str(tick) for tick in shown])
    axes.minorticks_off()
    axes.set_xlim(0.93, (largest or n) * 1.08)
    axes.set_xlabel("k (samples per problem)")
    axes.axvspan(n / 2, n * 1.08, color="0.5", alpha=0.12, lw=0)
    axes.text(n, note_at, "k > n/2", transform=axes.get_xaxis_transform(), ha="right", va="bottom", color=NOTE)


def powers_of_two(n: int) -> np.ndarray:
    """Indices of k = 1, 2, 4, ... up to n in a curve that starts at k = 1: where markers go."""
    return 2 ** np.arange(int(np.log2(n)) + 1) - 1


def guess_label(spec: dict) -> str:
    return f"guess floor: {plain(spec['guess_floor'] or 'blind guessing')}"


def draw_guess_floor(axes: Axes, guesses: np.ndarray | None, spec: dict, lw: float) -> None:
    """The pass@k of blind guessing for k = 1, 2, ..., dashed; nothing where it is not known."""
    if guesses is not None:
        k = np.arange(1, len(guesses) + 1)
        axes.plot(k, guesses, **GUESS, lw=lw, label=guess_label(spec))


def panels(count: int, width: float, height: float, **shared) -> tuple[Figure, np.ndarray]:
    """A grid of `count` panels, at most two side by side; width, height: of a panel, in inches."""
    columns = min(2, count)
    rows = -(-count // columns)
    size = (width * columns, height * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained", **shared)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    return figure, grid


def legend_below(figure: Figure, columns: int) -> None:
    figure.legend(loc="outside lower center", ncols=columns, fontsize=8)


def save(figure: Figure, svg: str, png: str) -> None:
    """Both files. Where no font here has the characters of a label, that is said once, and the PNG shows boxes."""
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


def areas(level: float) -> str:
    """What the two areas around a curve are."""
    return f"{level:.0%}: darker at one k, lighter over all k at once"
