"""Charts of the page, as Vega-Lite specifications: plain dicts that the browser draws.

Curves keep their points on a log grid. A chart is as wide as its place; text has the colours of the page.
"""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.accuracy import BIN_NAMES, accuracy_bins, transitions
from boundary.contracts import ShownModel
from boundary.report.colors import GUESS_DASH, HEAT, POINTWISE, SHADES, SIMULTANEOUS, color_of

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FIRST, OF_PAIR = 440, 280  # heights of the first chart and of those of a pair, in pixels
PER_OCTAVE = 8  # points of a curve between k and 2 k
GREY = "#888888"
# of a name in what is said of the nearest point: Vega-Lite looks for names that have no format in the wrong place
AS_TEXT = {"formatType": "truncate", "format": 200}
LEGEND = {"symbolOpacity": 1, "symbolType": "stroke", "symbolStrokeWidth": 3}


def colors_of(models: list[ShownModel]) -> dict[str, str]:
    """Label -> colour of the models of a figure's spec, as its figures have them."""
    return {label_of(model): color_of(model) for model in models}


def label_of(model: ShownModel) -> str:
    return str(model["label"] or model["name"])


def log_grid(n: int) -> NDArray[np.int64]:
    """Indices of the kept k = 1..n: all powers of two, half of n, n, and some between."""
    some = np.unique(np.round(2 ** np.arange(0, np.log2(max(n, 1)) + 1e-9, 1 / PER_OCTAVE)).astype(int))
    return np.unique([*some, max(1, n // 2), n]) - 1


def passk_chart(curves: dict[str, pl.DataFrame], colors: dict[str, str], floor: NDArray | None, guess: str) -> dict:
    """pass@k over k of several models, with intervals and bands. curves: label -> k, estimate, low, high, band_low,
    band_high, n, problems. floor: pass@k of guessing for k = 1, 2, ..., which `guess` names."""
    n = int(min(curve["n"][0] for curve in curves.values()))
    rows = [_rows(curve, label, "estimate") for label, curve in curves.items()]
    layers = _curves(pl.concat(rows), colors, "pass@k", ".0%")
    if floor is not None:
        at = [i for i in log_grid(len(floor)) if np.isfinite(floor[i])]
        guesses = [
            {"k": int(i) + 1, "value": round(float(floor[i]), 4), "name": f"guessing baseline: {guess}"} for i in at
        ]
        layers.append(_line(guesses, "of guessing"))
    return _over_k(layers, n, max(int(curve["k"].to_numpy().max()) for curve in curves.values()), FIRST, [0, 1])


def difference_chart(curves: dict[str, pl.DataFrame], colors: dict[str, str], height: int = FIRST) -> dict:
    """Tuned minus base pass@k over k, in points. curves: label -> k, difference, low, high, band_low, band_high, n,
    problems."""
    n = int(min(curve["n"][0] for curve in curves.values()))
    rows = [_rows(curve, label, "difference", times=100) for label, curve in curves.items()]
    layers = [
        {"data": {"values": [{}]}, "mark": {"type": "rule", "color": GREY}, "encoding": {"y": {"datum": 0}}},
        *_curves(pl.concat(rows), colors, "tuned minus base (points)", "+.0f"),
    ]
    return _over_k(layers, n, max(int(curve["k"].to_numpy().max()) for curve in curves.values()), height)


def _rows(curve: pl.DataFrame, label: str, value: str, times: int = 1) -> pl.DataFrame:
    numbers = pl.col("value", "low", "high", "band_low", "band_high").mul(times).round(4).fill_nan(None)
    kept = curve[log_grid(len(curve)).tolist()].rename({value: "value"})
    return kept.select("k", numbers, pl.col("n", "problems").cast(pl.Int64), model=pl.lit(label))


def _curves(rows: pl.DataFrame, colors: dict[str, str], title: str, axis: str) -> list[dict]:
    """Bands, intervals, lines, and what is said of the nearest point. A click on the legend hides a model."""
    labels = rows["model"].unique(maintain_order=True).to_list()
    scale = {"domain": labels, "range": [colors[label] for label in labels]}
    x = {"field": "k", "type": "quantitative", "title": "k (samples per problem)"}
    y = {"field": "value", "type": "quantitative", "title": title, "axis": {"format": axis}}
    color = {"field": "model", "type": "nominal", "scale": scale, "title": None, "legend": LEGEND}
    shown = {"filter": {"param": "shown"}}
    legend = {"type": "point", "fields": ["model"], "toggle": "true"}
    exact = axis.replace(".0", ".1")
    told = [
        {"field": "model", "type": "nominal", "title": "model", **AS_TEXT},
        {"field": "k", "type": "quantitative", "title": "k", "format": "d"},
        {"field": "value", "type": "quantitative", "title": title, "format": exact},
        {"field": "low", "type": "quantitative", "title": "pointwise interval, from", "format": exact},
        {"field": "high", "type": "quantitative", "title": "to", "format": exact},
        {"field": "band_low", "type": "quantitative", "title": "simultaneous band, from", "format": exact},
        {"field": "band_high", "type": "quantitative", "title": "up to", "format": exact},
        {"field": "problems", "type": "quantitative", "title": "problems", "format": "d"},
        {"field": "n", "type": "quantitative", "title": "samples of each", "format": "d"},
    ]
    area = lambda low, high: {"y": y | {"field": low}, "y2": {"field": high}}  # noqa: E731
    near = {"type": "point", "on": "pointerover", "clear": "pointerout", "nearest": True}
    return [
        {
            "data": {"name": "curves", "values": rows.to_dicts()},
            "transform": [shown],
            "mark": {"type": "area", "opacity": SIMULTANEOUS},
            "encoding": {"x": x, **area("band_low", "band_high"), "color": color},
        },
        {
            "data": {"name": "curves"},
            "transform": [shown],
            "mark": {"type": "area", "opacity": POINTWISE},
            "encoding": {"x": x, **area("low", "high"), "color": color},
        },
        {
            "data": {"name": "curves"},
            "params": [
                {"name": "shown", "select": legend, "bind": "legend", "value": [{"model": label} for label in labels]}
            ],
            "transform": [shown],
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": color},
        },
        {
            "data": {"name": "curves"},
            "params": [{"name": "near", "select": near}],
            "transform": [shown],
            "mark": {"type": "point", "filled": True, "size": 70},
            "encoding": {
                "x": x,
                "y": y,
                "color": color,
                "tooltip": told,
                "opacity": {"condition": {"param": "near", "empty": False, "value": 1}, "value": 0},
            },
        },
    ]


def _line(values: list[dict], said: str) -> dict:
    tooltip = [{"field": "name", "title": said}, {"field": "k"}, {"field": "value", "title": "pass@k", "format": ".1%"}]
    return {
        "data": {"values": values},
        "mark": {"type": "line", "color": GREY, "strokeDash": list(GUESS_DASH), "strokeWidth": 1.5},
        "encoding": {
            "x": {"field": "k", "type": "quantitative"},
            "y": {"field": "value", "type": "quantitative"},
            "tooltip": tooltip,
        },
    }


def _over_k(layers: list[dict], n: int, largest: int, height: int, domain: list | None = None) -> dict:
    """Layers on a log2 axis of k; k > n/2 is shaded, as an estimate is at its noisiest there."""
    ticks = [2**i for i in range(int(np.log2(max(largest, 1))) + 1)]
    scale = {"type": "log", "base": 2, "domain": [1, max(largest, 2)], "nice": False}
    axis = {"values": ticks, "format": "d", "grid": False, "labelOverlap": "parity"}
    shade = {
        "data": {"values": [{"from": max(n / 2, 1), "to": n, "name": "k > n/2: few independent draws a problem"}]},
        "mark": {"type": "rect", "color": GREY, "opacity": 0.13},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "scale": scale, "axis": axis},
            "x2": {"field": "to"},
            "tooltip": {"field": "name"},
        },
    }
    y = {"y": {"type": "quantitative", "scale": {"domain": domain} if domain else {}}}
    return {"$schema": SCHEMA, "width": "container", "height": height, "encoding": y, "layer": [shade, *layers]}


def histogram_chart(counts: dict[str, tuple[NDArray, NDArray]], colors: dict[str, str]) -> dict:
    """Number of problems by accuracy, for each model. counts: label -> n and c of every problem."""
    rows = [
        {"accuracy": name, "model": label, "problems": int(height)}
        for label, (n, c) in counts.items()
        for name, height in zip(BIN_NAMES, accuracy_bins(n, c), strict=True)
    ]
    scale = {"domain": list(counts), "range": [colors[label] for label in counts]}
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": OF_PAIR,
        "data": {"values": rows},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "accuracy", "sort": BIN_NAMES, "title": "share of correct samples", "axis": SLANTED},
            "xOffset": {"field": "model", "sort": list(counts)},
            "y": {"field": "problems", "type": "quantitative", "title": "problems", "axis": {"tickMinStep": 1}},
            "color": {"field": "model", "scale": scale, "title": None},
            "tooltip": [{"field": "model"}, {"field": "accuracy"}, {"field": "problems"}],
        },
    }


SLANTED = {"labelAngle": -35}


def transitions_chart(problems: pl.DataFrame) -> dict:
    """Problems by accuracy of the base (upwards) and of the tuned model. problems: `pairs.overlap`."""
    table = transitions(problems)
    rows = [
        {"base": BIN_NAMES[i], "tuned": BIN_NAMES[j], "problems": int(table[i, j])}
        for i, j in zip(*np.nonzero(table), strict=True)
    ]
    most = {"test": f"datum.problems > {int(table.max()) / 3}", "value": "white"}
    encoding: dict[str, Any] = {
        "x": {"field": "tuned", "sort": BIN_NAMES, "title": "accuracy of the tuned model", "axis": SLANTED},
        "y": {"field": "base", "sort": BIN_NAMES[::-1], "title": "accuracy of the base"},
        "tooltip": [{"field": key} for key in ("base", "tuned", "problems")],
    }
    for axis in "xy":
        encoding[axis]["scale"] = {"domain": BIN_NAMES if axis == "x" else BIN_NAMES[::-1]}
    color: dict[str, Any] = {"field": "problems", "type": "quantitative", "legend": None}
    color["scale"] = {"type": "sqrt", "range": list(HEAT)}
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": OF_PAIR,
        "data": {"values": rows},
        "encoding": encoding,
        "layer": [
            {"mark": "rect", "encoding": {"color": color}},
            {
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {"text": {"field": "problems"}, "color": {"condition": most, "value": "black"}},
            },
        ],
    }


def solved_chart(rows: pl.DataFrame, colors: dict[str, str], labels: tuple[str, str]) -> dict:
    """Shares of problems that base and tuned model solve, by how often the base solved them.

    rows: of `answers.solved_by_base`. labels: of base and tuned model.
    """
    values = [
        {
            "base": row["base_correct"],
            "model": label,
            "share": round(row[f"{side}_solves"], 4),
            "problems": row["problems"],
        }
        for row in rows.iter_rows(named=True)
        for side, label in zip(("base", "tuned"), labels, strict=True)
    ]
    scale = {"domain": list(labels), "range": [colors[label] for label in labels]}
    title = f"correct of {rows['half_of'][0]} samples of the base, which chose" if len(rows) else ""
    told = [{"field": "model"}, {"field": "base", "title": title}, {"field": "problems"}]
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": OF_PAIR,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "base", "sort": rows["base_correct"].to_list(), "title": title, "axis": {"labelAngle": 0}},
            "xOffset": {"field": "model", "sort": list(labels)},
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": "solved in as many others",
                "axis": {"format": ".0%"},
            },
            "color": {"field": "model", "scale": scale, "title": None},
            "tooltip": [*told, {"field": "share", "title": "solved", "type": "quantitative", "format": ".0%"}],
        },
    }


KEPT: dict[str, dict[str, str | None]] = {  # bar -> its parts, each with what has the number: of the table of answers
    "base right": {"kept": "kept", "lost": None},
    "base wrong": {"now right": "turned_right", "still wrong": None},
    "its wrong ones": {"commonest": "wrong_commonest", "other": "wrong_known", "new": "wrong_new"},
}
PERCENT = {"format": ".0%"}
LEGIBLE = 0.2  # of a bar: smaller parts have no word in them


def answers_chart(row: dict[str, str]) -> dict:
    """Whether the tuned model's answers are the base's, as three bars. row: of the file of the table of answers."""
    number = lambda key: float(row[key] or 0)  # noqa: E731
    totals = dict(zip(KEPT, (number("base_right"), number("base_wrong"), 1.0), strict=True))
    values = []
    for bar, parts in KEPT.items():
        known = sum(number(key) for key in parts.values() if key)
        size = f"{number('wrong'):,.0f}" if None not in parts.values() else f"{totals[bar]:.0f}"
        before = 0.0
        for place, (part, key) in enumerate(parts.items()):
            share = (number(key) if key else totals[bar] - known) / totals[bar] if totals[bar] else 0
            drawn = {"share": round(share, 4), "middle": round(before + share / 2, 4), "place": place}
            values.append({"bar": f"{bar} ({size})", "part": part, "word": part if share >= LEGIBLE else ""} | drawn)
            before += share
    order = list(dict.fromkeys(value["bar"] for value in values))
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": OF_PAIR,
        "data": {"values": values},
        "encoding": {
            "y": {"field": "bar", "sort": order, "title": None, "axis": {"labelLimit": 240}},
            "x": {"field": "share", "type": "quantitative", "stack": "zero", "title": None, "axis": PERCENT},
            "order": {"field": "place"},
            "tooltip": [{"field": "bar"}, {"field": "part"}, {"field": "share", "type": "quantitative", **PERCENT}],
        },
        "layer": [
            {
                "mark": "bar",
                "encoding": {
                    "color": {
                        "field": "place",
                        "type": "nominal",
                        "legend": None,
                        "scale": {"domain": [0, 1, 2], "range": list(SHADES)},
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 10.5},
                "encoding": {
                    "x": {"field": "middle", "type": "quantitative", "stack": None},
                    "text": {"field": "word"},
                    "color": {"condition": {"test": "datum.place == 1", "value": "black"}, "value": "white"},
                },
            },
        ],
    }
