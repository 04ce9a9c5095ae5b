"""Trainings step by step: rewards, entropy, lengths, distance from the start, groups that teach nothing."""

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import PALETTE
from boundary.report.figures.style import plain

PANELS = {
    "correct": "share of right responses",
    "reward": "reward",
    "entropy": "entropy (nats per token)",
    "length": "tokens per response",
    "kl": "KL from the start (nats per token)",
    "all_right": "groups: all right (solid), all wrong (dashed)",
}
DASHES = ["-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (4, 1, 1, 1))]  # once the colours are used up


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `logs` of trainings, one of every recipe and seed."""
    logs: dict[str, list[pl.DataFrame]] = {}
    for result in given["logs"]:
        logs.setdefault(result.names["recipe"], []).append(result.frame)
    return training_figure(logs, spec)


def training_figure(logs: dict[str, list[pl.DataFrame]], spec: FigureSpec) -> Figure:
    """A panel for each of `PANELS`: thin lines are seeds, the thick line is their mean.

    logs: recipe -> for each seed: step and the columns of `PANELS`. spec: `labels` of recipes, in order.
    """
    figure, grid = plt.subplots(2, 3, figsize=(9.6, 5.2), layout="constrained")
    names = [name for name in spec["labels"] if name in logs]
    for axes, (column, title) in zip(grid.flat, PANELS.items(), strict=True):
        for place, name in enumerate(names):
            style = _style(place)
            _lines(axes, logs[name], column, style)
            if column == "all_right":
                _lines(axes, logs[name], "all_wrong", style | {"ls": (0, (2, 1.5))})
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("training step")
        axes.set_ylim(bottom=0)
    handles = [Line2D([], [], lw=1.6, **_style(place)) for place in range(len(names))]
    said = [f"{plain(spec['labels'][name])} ({_seeds(len(logs[name]))})" for name in names]
    figure.legend(handles, said, loc="outside lower center", ncols=min(4, max(1, len(names))), fontsize=8)
    return figure


def _style(place: int) -> dict:
    return {"color": PALETTE[1:][place % (len(PALETTE) - 1)], "ls": DASHES[place // (len(PALETTE) - 1) % len(DASHES)]}


def _lines(axes, seeds: list[pl.DataFrame], column: str, style: dict) -> None:
    mean = pl.concat([log.select("step", column) for log in seeds]).group_by("step").mean().sort("step")
    if len(seeds) > 1:
        for log in seeds:
            axes.plot(log["step"], log[column], lw=0.5, alpha=0.4, **style)
    axes.plot(mean["step"], mean[column], lw=1.4, **style)


def _seeds(count: int) -> str:
    return "1 seed" if count == 1 else f"{count} seeds"
