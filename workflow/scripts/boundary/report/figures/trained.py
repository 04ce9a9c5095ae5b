"""What training changes, algorithm by algorithm, with every training run."""

import json

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.findings.parts import Key
from boundary.report.colors import QUIET
from boundary.report.figures.style import AXIS, plain, styles_of

PANELS: dict[Key, str] = {  # finding -> what its estimate is
    "trained_raises": "pass@1, tuned minus base",
    "trained_narrows": "pass@{k}, tuned minus base",
    "large_gap": "base pass@{k} minus tuned pass@1",
}


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `parts` of the table of findings. spec: of the figure, with its benchmark and decoding."""
    here = {key: spec[key] for key in ("benchmark", "decoding")}
    return trained_figure(given["parts"][0].frame.filter(**here), spec)


def trained_figure(parts: pl.DataFrame, spec: FigureSpec) -> Figure:
    """A panel for each of PANELS: estimate and interval of every training, and its runs as dots."""
    shown = {key: parts.filter(key=key) for key in PANELS}
    names = next(iter(shown.values()))["about"].to_list()
    labels = {name: style["label"] for name, style in styles_of(spec["models"]).items()}
    figure, panels = plt.subplots(
        1, len(PANELS), figsize=(8.4, 1.1 + 0.3 * len(names)), sharey=True, layout="constrained"
    )
    for axes, (key, rows) in zip(panels, shown.items(), strict=True):
        for row in rows.iter_rows(named=True):
            y = names.index(row["about"])
            axes.plot([row["low"], row["high"]], [y, y], color=AXIS, lw=1.2)
            axes.plot(row["estimate"], y, "D", color=AXIS, ms=4)
            if len(runs := json.loads(row["runs"])) > 1:
                axes.plot(runs, np.full(len(runs), y + 0.22), "o", color=QUIET, ms=3.5, alpha=0.8, lw=0)
        axes.axvline(0, color=AXIS, lw=0.8)
        axes.set_xlabel(PANELS[key].format(k=rows["k"][0]), fontsize=8)
        axes.locator_params(axis="x", nbins=5)
    panels[0].set_yticks(range(len(names)), [labels.get(name, plain(name)) for name in names])
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    figure.suptitle(plain(spec["title"]), fontsize=9)
    return figure
