"""Likelihood, under the base, of its own responses and those of others, problem by problem."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter

from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.figures.style import NOTE, panels, plain, styles_of
from boundary.report.texts import many

PLAIN = StrMethodFormatter("{x:g}")
ENDS = (0.1, 0.9)  # quantiles of the responses of a problem that a line joins


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `responses` and `measures` of pairs."""
    pairs = [
        (result.names["base"], result.names["tuned"], result.frame, measures.frame)
        for result, measures in zip(given["responses"], given["measures"], strict=True)
    ]
    return likelihood_figure(pairs, spec)


def likelihood_figure(pairs: list[tuple[str, str, pl.DataFrame, pl.DataFrame]], spec: FigureSpec) -> Figure:
    """One panel per pair: for every problem the perplexities of responses, median and ENDS.

    pairs: (base, tuned, responses, measures) as likelihood/overlap.py makes them.
    """
    figure, grid = panels(len(pairs), width=3.7, height=2.8)
    labels = {model["name"]: plain(model["label"] or model["name"]) for model in spec["models"]}
    styles = styles_of(spec["models"])
    for axes, (base, tuned, responses, measures) in zip(grid.flat, pairs, strict=False):
        own = responses.filter(scored_by=base, written_by=base)
        order = own.group_by("problem_id").agg(pl.median("perplexity")).sort("perplexity", "problem_id")["problem_id"]
        series = list(responses.select("scored_by", "written_by").unique(maintain_order=True).iter_rows())
        for number, (scorer, writer) in enumerate(series):
            rows = responses.filter(scored_by=scorer, written_by=writer)
            known = styles[writer] if writer in (base, tuned) else {"color": NOTE, "marker": "x"}
            color, marker = known["color"], known["marker"]
            alike = writer == tuned and scorer == tuned
            _strips(
                axes,
                rows,
                order,
                (number - (len(series) - 1) / 2) * 0.8 / len(series),
                color=color,
                marker=marker,
                mfc="white" if alike else color,
                alpha=0.55 if alike else 1.0,
                label=_label(scorer, writer, base, tuned, labels),
            )
        axes.set_yscale("log")
        least, most = axes.get_ylim()
        axes.yaxis.set_major_formatter(PLAIN)
        axes.yaxis.set_minor_formatter(PLAIN if most < 10 * least else NullFormatter())
        axes.set_xticks([])
        axes.set_xlabel(f"{many(len(order), 'problem')}, by the base's own perplexity")
        axes.set_title(f"{labels[tuned]}\n{_said(measures, base, tuned)}", fontsize=8)
    for axes in grid[:, 0]:
        axes.set_ylabel("perplexity of a response")
    handles: dict = {}
    for axes in grid.flat[: len(pairs)]:
        handles |= {label: handle for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    columns = min(3, 1 + len(pairs))
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=columns, fontsize=8)
    figure.suptitle(f"{spec['title']}: medians, and 10% to 90% of the responses to a problem", fontsize=9)
    return figure


def _strips(axes, rows: pl.DataFrame, order: pl.Series, shift: float, *, label: str, **style) -> None:
    ends = [
        pl.col("perplexity").quantile(q, "linear").alias(name) for q, name in zip(ENDS, ("low", "high"), strict=True)
    ]
    found = rows.group_by("problem_id").agg(pl.median("perplexity"), *ends)
    found = pl.DataFrame({"problem_id": order}).join(found, on="problem_id", how="left", maintain_order="left")
    x = np.arange(len(found)) + shift
    axes.vlines(x, found["low"], found["high"], color=style["color"], alpha=0.5 * style["alpha"], lw=1)
    axes.plot(x, found["perplexity"], ls="none", ms=3, mew=0.8, label=label, **style)


def _label(scorer: str, writer: str, base: str, tuned: str, labels: dict[str, str]) -> str:
    who = {base: "base", tuned: "tuned"}
    what = f"responses of {who.get(writer, labels.get(writer, plain(writer)))}"
    return f"{what}, by {who[scorer]}"


def _said(measures: pl.DataFrame, base: str, tuned: str) -> str:
    """The support overlap in words."""
    row = measures.filter(measure="support overlap, per token", scored_by=base, written_by=tuned, responses="all")
    if not len(row):
        return "the base scores its own responses only"
    found = row.row(0, named=True)
    share = f"{found['estimate']:.0%} [{found['low']:.0%}, {found['high']:.0%}]"
    return f"{share} in the base's support ({found['expected']:.0%} of its own)"
