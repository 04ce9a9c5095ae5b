"""Charts of the page, as Vega-Lite specifications: plain dicts that the browser draws.

Curves keep their points on a log grid. A chart is as wide as its place; text has the colours of the page.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from boundary.analysis.accuracy import BIN_NAMES, accuracy_bins, transitions
from boundary.contracts import ShownModel
from boundary.report.colors import GUESS_DASH, HEAT, LATE, LINE, POINTWISE, QUIET, SHADES, SIMULTANEOUS, color_of

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FIRST, OF_PAIR = 440, 280  # heights of the first chart and of those of a pair, in pixels
PER_OCTAVE = 8  # points of a curve between k and 2 k
PIXELS = 96 / 72  # of a point
NAMED = 600  # pixels of width from which names stand at the ends of curves
NAME, PLOT = 17, 370  # height of a name, and of what is left of FIRST between axis and legend, in pixels
ROOM = 0.2  # of the width, for names
# of a name in what is said of the nearest point: Vega-Lite looks for names that have no format in the wrong place
AS_TEXT = {"formatType": "truncate", "format": 200}
PERCENT = {"format": ".0%"}
SLANTED = {"labelAngle": -35}
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


def passk_chart(
    curves: dict[str, pl.DataFrame], colors: dict[str, str], bases: dict[str, str], floor: NDArray | None, guess: str
) -> dict:
    """pass@k over k of several models, with intervals and bands. curves: label -> k, estimate, low, high, band_low,
    band_high, n, problems. bases: tuned -> base, by label. floor: pass@k of guessing for k = 1, 2, ..., which `guess`
    names."""
    rows = pl.concat(_rows(curve, label, "estimate") for label, curve in curves.items())
    layers, highest = _curves(rows, colors, bases, "pass@k", ".0%"), _ends(rows)[1]
    if floor is not None:
        at = [i for i in log_grid(len(floor)) if np.isfinite(floor[i])]
        values = [
            {"k": int(i) + 1, "value": round(float(floor[i]), 4), "name": f"guessing baseline: {guess}"} for i in at
        ]
        layers.append(_line(values, "of guessing"))
        highest = max([highest, *(float(floor[i]) for i in at)])
    top = min(1.0, math.ceil(10 * highest) / 10)
    return _over_k(layers, rows, colors, (0.0, top), FIRST) | {"params": [{"name": "base_of", "value": bases}]}


def difference_chart(curves: dict[str, pl.DataFrame], colors: dict[str, str], height: int = FIRST) -> dict:
    """Tuned minus base pass@k over k, in points. curves: label -> k, difference, low, high, band_low, band_high, n,
    problems."""
    rows = pl.concat(_rows(curve, label, "difference", times=100) for label, curve in curves.items())
    lowest, highest = _ends(rows)
    zero = {"data": {"values": [{}]}, "mark": {"type": "rule", "color": QUIET}, "encoding": {"y": {"datum": 0}}}
    layers = [zero, *_curves(rows, colors, {}, "tuned minus base (points)", "+.0f")]
    return _over_k(layers, rows, colors, (min(-1.0, lowest), max(1.0, highest)), height)


def _ends(rows: pl.DataFrame) -> tuple[float, float]:
    """The lowest and the highest number that curves, intervals and bands reach."""
    ends = pl.concat_list("value", "low", "high", "band_low", "band_high").explode().drop_nulls()
    return rows.select(low=ends.min(), high=ends.max()).row(0)


def _rows(curve: pl.DataFrame, label: str, value: str, times: int = 1) -> pl.DataFrame:
    numbers = pl.col("value", "low", "high", "band_low", "band_high").mul(times).round(4).fill_nan(None)
    kept = curve[log_grid(len(curve)).tolist()].rename({value: "value"})
    return kept.select("k", numbers, pl.col("n", "problems").cast(pl.Int64), model=pl.lit(label))


def _curves(rows: pl.DataFrame, colors: dict[str, str], bases: dict[str, str], title: str, axis: str) -> list[dict]:
    """Lines, what is said of the point nearest to the pointer, and the interval and band of its model and of that
    model's base: more areas cannot be told apart. A click on the legend hides a model."""
    labels, exact = _labels(rows), axis.replace(".0", ".1")
    x, color = _q("k", title="k (samples per problem)"), _color(labels, colors) | {"legend": LEGEND}
    y = _q("value", title=title, axis={"format": axis, "labelExpr": "datum.value ? datum.label : '0'"})
    told = [
        _n("model", **AS_TEXT),
        _q("k", format="d"),
        _q("value", title=title, format=exact),
        _q("low", title="pointwise interval, from", format=exact),
        _q("high", title="to", format=exact),
        _q("band_low", title="simultaneous band, from", format=exact),
        _q("band_high", title="up to", format=exact),
        _q("problems", format="d"),
        _q("n", title="samples of each", format="d"),
    ]
    first = next((label for label in labels if label in bases), labels[0])
    legend = {"type": "point", "fields": ["model"], "toggle": "true"}
    near = {"type": "point", "on": "pointerover", "clear": "pointerout", "nearest": True}
    pointed = near | {"fields": ["model"], "clear": False}
    shown = {"name": "shown", "select": legend, "bind": "legend", "value": [{"model": label} for label in labels]}
    around = "datum.model === pointed.model[0]" + " || datum.model === base_of[pointed.model[0]]" * bool(bases)

    def layer(mark: dict, encoding: dict, *filters: str, **more) -> dict:
        kept = [{"filter": one} for one in ({"param": "shown"}, *filters)]
        return {
            "data": {"name": "curves"},
            "transform": kept,
            "mark": mark,
            "encoding": {"x": x, "color": color, **encoding},
        } | more

    def area(low: str, high: str, opacity: float, **more) -> dict:
        return layer(
            {"type": "area", "opacity": opacity}, {"y": y | {"field": low}, "y2": {"field": high}}, around, **more
        )

    at_pointer = {"condition": {"param": "near", "empty": False, "value": 1}, "value": 0}
    return [
        area("band_low", "band_high", SIMULTANEOUS, data={"name": "curves", "values": rows.to_dicts()}),
        area("low", "high", POINTWISE),
        layer({"type": "line", "strokeWidth": round(LINE * PIXELS, 2)}, {"y": y}, params=[shown]),
        layer(
            {"type": "point", "filled": True, "size": 70},
            {"y": y, "tooltip": told, "opacity": at_pointer},
            params=[
                {"name": "near", "select": near},
                {"name": "pointed", "select": pointed, "value": [{"model": first}]},
            ],
        ),
    ]


def _q(field: str, **more) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", **more}


def _n(field: str, **more) -> dict[str, Any]:
    return {"field": field, "type": "nominal", **more}


def _labels(rows: pl.DataFrame) -> list[str]:
    return rows["model"].unique(maintain_order=True).to_list()


def _color(labels: Iterable[str], colors: dict[str, str]) -> dict:
    """The colour of what is about a model."""
    return _n("model", scale={"domain": [*labels], "range": [colors[label] for label in labels]}, title=None)


def _chart(height: int, **parts) -> dict:
    return {"$schema": SCHEMA, "width": "container", "height": height, **parts}


def _names(rows: pl.DataFrame, colors: dict[str, str], domain: tuple[float, float]) -> dict:
    """Names at the ends of curves, moved apart where they would overlap; none on narrow screens."""
    last = rows.group_by("model", maintain_order=True).last().sort("value")
    apart = NAME / PLOT * (domain[1] - domain[0]) * np.arange(len(last))
    at = isotonic_regression(last["value"].to_numpy() - apart).x + apart  # the least squares of all that are apart
    return {
        "data": {"values": last.select("model", "k", at=pl.Series(at).round(4)).to_dicts()},
        "transform": [{"filter": {"param": "shown"}}],
        "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": "bold", "fontSize": 12, "limit": 170},
        "encoding": {
            "x": _q("k"),
            "y": _q("at"),
            "text": {"condition": _n("model", test=f"width > {NAMED}"), "value": ""},
            "color": _color(_labels(rows), colors) | {"legend": LEGEND},
        },
    }


def _line(values: list[dict], said: str) -> dict:
    return {
        "data": {"values": values},
        "mark": {"type": "line", "color": QUIET, "strokeDash": list(GUESS_DASH), "strokeWidth": 1.5},
        "encoding": {
            "x": _q("k"),
            "y": _q("value"),
            "tooltip": [_n("name", title=said), _q("k"), _q("value", title="pass@k", format=".1%")],
        },
    }


def _over_k(
    layers: list[dict], rows: pl.DataFrame, colors: dict[str, str], domain: tuple[float, float], height: int
) -> dict:
    """Layers on a log2 axis of k; k > n/2 is shaded, as an estimate is at its noisiest there. In the first chart curves
    are named."""
    n, largest = int(rows["n"].to_numpy().min()), max(int(rows["k"].to_numpy().max()), 2)
    ticks = [2**i for i in range(int(np.log2(largest)) + 1)]
    scale: dict[str, Any] = {"type": "log", "base": 2, "domainMin": 1, "domainMax": largest, "nice": False}
    if height == FIRST:
        layers = [*layers, _names(rows, colors, domain)]
        scale["domainMax"] = {"expr": f"width > {NAMED} ? {largest ** (1 / (1 - ROOM)):.0f} : {largest}"}
    axis = {"values": ticks, "format": "d", "grid": False, "labelOverlap": "parity"}
    color, opacity = LATE
    shade = {
        "data": {"values": [{"from": max(n / 2, 1), "to": n, "name": "k > n/2: few independent draws a problem"}]},
        "mark": {"type": "rect", "color": color, "opacity": opacity},
        "encoding": {"x": _q("from", scale=scale, axis=axis), "x2": {"field": "to"}, "tooltip": _n("name")},
    }
    y = {"type": "quantitative", "scale": {"domain": list(domain)}}
    return _chart(height, encoding={"y": y}, layer=[shade, *layers])


def histogram_chart(counts: dict[str, tuple[NDArray, NDArray]], colors: dict[str, str]) -> dict:
    """Number of problems by accuracy, for each model. counts: label -> n and c of every problem."""
    rows = [
        {"accuracy": name, "model": label, "problems": int(height)}
        for label, (n, c) in counts.items()
        for name, height in zip(BIN_NAMES, accuracy_bins(n, c), strict=True)
    ]
    roots = {"title": "problems (as square roots)", "scale": {"type": "sqrt"}, "axis": {"tickMinStep": 1}}
    encoding = {
        "x": _n("accuracy", sort=BIN_NAMES, title="share of correct samples", axis=SLANTED),
        "xOffset": {"field": "model", "sort": list(counts)},
        "y": _q("problems", **roots),
        "color": _color(counts, colors),
        "tooltip": [_n("model"), _n("accuracy"), _q("problems")],
    }
    return _chart(OF_PAIR, data={"values": rows}, mark="bar", encoding=encoding)


def transitions_chart(problems: pl.DataFrame) -> dict:
    """Problems by accuracy of the base (upwards) and of the tuned model. problems: `pairs.overlap`."""
    table = transitions(problems)
    rows = [
        {"base": BIN_NAMES[i], "tuned": BIN_NAMES[j], "problems": int(table[i, j])}
        for i, j in zip(*np.nonzero(table), strict=True)
    ]
    dark = {"test": f"datum.problems > {int(table.max()) / 3}", "value": "white"}
    bins = {"x": BIN_NAMES, "y": BIN_NAMES[::-1]}
    scales = {axis: {"sort": names, "scale": {"domain": names}} for axis, names in bins.items()}
    encoding = {
        "x": _n("tuned", title="accuracy of the tuned model", axis=SLANTED, **scales["x"]),
        "y": _n("base", title="accuracy of the base", **scales["y"]),
        "tooltip": [_n("base"), _n("tuned"), _q("problems")],
    }
    color = _q("problems", legend=None, scale={"type": "sqrt", "range": list(HEAT)})
    number = {"text": _q("problems"), "color": {"condition": dark, "value": "black"}}
    layers = [
        {"mark": "rect", "encoding": {"color": color}},
        {"mark": {"type": "text", "fontSize": 11}, "encoding": number},
    ]
    return _chart(OF_PAIR, data={"values": rows}, encoding=encoding, layer=layers)


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
    title = f"correct of {rows['half_of'][0]} samples of the base, which chose" if len(rows) else ""
    told = [_n("model"), _n("base", title=title), _q("problems"), _q("share", title="solved", **PERCENT)]
    encoding = {
        "x": _n("base", sort=rows["base_correct"].to_list(), title=title, axis={"labelAngle": 0}),
        "xOffset": {"field": "model", "sort": list(labels)},
        "y": _q("share", title="solved in as many others", axis=PERCENT),
        "color": _color(labels, colors),
        "tooltip": told,
    }
    return _chart(OF_PAIR, data={"values": values}, mark="bar", encoding=encoding)


KEPT: dict[str, dict[str, str | None]] = {  # bar -> its parts, each with what has the number: of the table of answers
    "base right": {"kept": "kept", "lost": None},
    "base wrong": {"now right": "turned_right", "still wrong": None},
    "its wrong ones": {"commonest": "wrong_commonest", "other": "wrong_known", "new": "wrong_new"},
}
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
    encoding = {
        "y": _n("bar", sort=order, title=None, axis={"labelLimit": 240}),
        "x": _q("share", stack="zero", title=None, axis=PERCENT),
        "order": {"field": "place"},
        "tooltip": [_n("bar"), _n("part"), _q("share", **PERCENT)],
    }
    shade = _n("place", legend=None, scale={"domain": [0, 1, 2], "range": list(SHADES)})
    word = {
        "x": _q("middle", stack=None),
        "text": _n("word"),
        "color": {"condition": {"test": "datum.place == 1", "value": "black"}, "value": "white"},
    }
    layers = [
        {"mark": "bar", "encoding": {"color": shade}},
        {"mark": {"type": "text", "fontSize": 10.5}, "encoding": word},
    ]
    return _chart(OF_PAIR, data={"values": values}, encoding=encoding, layer=layers)
