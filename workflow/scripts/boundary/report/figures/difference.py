"""Tuned minus base pass@k."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from boundary.analysis.distributions import norm_ppf
from boundary.analysis.guess import guess_floor
from boundary.report.figures.style import GUESS, LINE, areas, guess_label, log2_axis, panels, powers_of_two, styles_of


def draw(given: dict, spec: dict) -> Figure:
    """given: `differences` and `crossings` of the pairs of `spec` in order, and `problems`."""
    frames = ([result.frame for result in given[kind]] for kind in ("differences", "crossings"))
    pairs = [(*pair, *both) for pair, *both in zip(spec["pairs"], *frames, strict=True)]
    largest = max(len(difference) for *_, difference, _ in pairs)
    floor = guess_floor(given["problems"][0].select("problem_id", "guess_rate"), largest, given["guesses"])
    return difference_figure(pairs, spec, floor)


def difference_figure(
    pairs: list[tuple[str, str, pl.DataFrame, pl.DataFrame]], spec: dict, guesses: np.ndarray | None = None
) -> Figure:
    """One panel per pair: tuned minus base over k with its paired intervals and band, and the crossing k.

    pairs: (base, tuned, difference frame, crossing frame). guesses: pass@k of blind guessing for k = 1..n, or None.
    """
    figure, grid = panels(len(pairs), width=3.6, height=2.7, sharey=True)
    styles = styles_of(spec["models"])
    for axes, (base, tuned, curve, crossing) in zip(grid.flat, pairs, strict=False):
        style, k = styles[tuned], curve["k"]
        axes.axhline(0, color=LINE, lw=0.8)
        axes.fill_between(k, curve["band_low"], curve["band_high"], color=style["color"], alpha=0.1, lw=0)
        axes.fill_between(k, curve["low"], curve["high"], color=style["color"], alpha=0.2, lw=0)
        own = norm_ppf((1 + spec["level"]) / 2) * curve["sampling_error"]  # NaN, and not drawn, beyond n/2
        axes.fill_between(
            k, curve["difference"] - own, curve["difference"] + own, color=style["color"], alpha=0.35, lw=0
        )
        axes.plot(k, curve["difference"], color=style["color"], lw=1.8)
        axes.plot(
            k.gather(powers_of_two(len(k))),
            curve["difference"].gather(powers_of_two(len(k))),
            style["marker"],
            color=style["color"],
            ms=4.5,
        )
        if guesses is not None:
            floor = guesses[: len(k)] - curve["base"].to_numpy()
            axes.plot(k, floor, **GUESS, lw=1.1, label=f"{guess_label(spec)}, minus base")
        if np.isfinite(crossing["crossing_k"][0]) and crossing["crossing_k"][0] > 1:
            axes.axvline(crossing["crossing_k"][0], color=LINE, lw=0.9, ls=":")
        log2_axis(axes, len(k), note_at=0.9)
        axes.set_title(f"{style['label']}\nminus {styles[base]['label']}; {crossing_text(crossing)}", fontsize=8)
    for axes in grid[:, 0]:
        axes.set_ylabel("difference of pass@k")
    if guesses is not None:
        figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", fontsize=8)
    title = f"{spec['title']}: {areas(spec['level'])}; darkest: these very problems"
    figure.suptitle(title, fontsize=9)
    return figure


def crossing_text(crossing: pl.DataFrame) -> str:
    """The crossing k with its interval in words; an end beyond n is said, not invented."""
    row = crossing.row(0, named=True)
    low, high = (f"{row[end]:.0f}" if np.isfinite(row[end]) else f"> {row['n']}" for end in ("low", "high"))
    interval = f"[{low}, {high}]" if np.isfinite(row["low"]) else f"(low end > {row['n']} too)"
    if np.isinf(row["crossing_k"]):
        return f"no crossing up to {row['n']} {interval}"
    if row["crossing_k"] == 1:
        return f"base not behind at k = 1 {interval}"
    return f"crossing k = {row['crossing_k']:.0f} {interval}"
