"""The main tables for papers: fewer columns, models by their labels, an estimate with its interval in one cell."""

import math

import polars as pl

from boundary.analysis.kinds import KINDS, OVERTAKES
from boundary.contracts import PaperSpec
from boundary.names import SIDES
from boundary.report.texts import decision

ROWS_OF_A_PAGE = 40
DECIDABLE = ("supportable", "k", "samples_to_support", "rate_to_support")  # what `decision` asks of a claim


def passk(curves: list, spec: PaperSpec) -> pl.DataFrame:
    """A row per curve, a column for each k of `spec`, or for 1, n/2 and n. curves: results of every model."""
    rows = []
    for curve in curves:
        n, names = curve.frame["n"][0], curve.names
        row = {"benchmark": names["benchmark"], "decoding": names["decoding"], "model": _label(names["model"], spec)}
        chosen = {str(k): k for k in spec["k"]} if spec["k"] else {"1": 1, "n/2": max(1, n // 2), "n": n}
        for head, k in chosen.items():
            found = curve.frame.row(k - 1, named=True) if k <= n else dict.fromkeys(("estimate", "low", "high"))
            row[f"pass@{head}"] = estimate(found["estimate"], found["low"], found["high"])
        rows.append(row | {"n": str(n), "problems": str(curve.frame["problems"][0])})
    return pl.DataFrame(rows)


def by_kind(table: pl.DataFrame, spec: PaperSpec) -> list[tuple[str, pl.DataFrame]]:
    """The claims of each kind as tables that fit a page, each with its caption. table: as `claims` takes it."""
    found = []
    for kind, shown in KINDS.items():
        rows = table.filter(kind=kind)
        for start in range(0, len(rows), ROWS_OF_A_PAGE):
            part = claims(rows[start : start + ROWS_OF_A_PAGE], spec)
            title = part["claim"][0] if part["claim"].n_unique() == 1 else shown.rule
            caption = f"{title[0].upper()}{title[1:]}{', continued' if start else ''}."
            found.append((caption, part if part["claim"].n_unique() > 1 else part.drop("claim")))
    return found


def claims(table: pl.DataFrame, spec: PaperSpec) -> pl.DataFrame:
    """Every claim with its decision after Holm's correction for the number of claims."""
    cells = _estimates("estimate", "low", "high", "estimate", digits=None)
    said = pl.struct("holm", *(name for name in DECIDABLE if name in table.columns))
    table = table.with_columns(_beyond_n(pl.col("kind") == OVERTAKES, "estimate", "low", "high"))
    named = table.with_columns(holm=said.map_elements(decision, return_dtype=pl.String))
    return _chosen(named, spec, cells, "claim", "k", "n", "problems", "holm")


def pairs(table: pl.DataFrame, spec: PaperSpec) -> pl.DataFrame:
    """Solved sets, differences at three k, and the crossing of every pair."""
    cells: dict[str, tuple] = {}
    for at, k in (("1", "k=1"), ("half", "k=n/2"), ("n", "k=n")):
        cells |= _estimates(f"difference_{at}", f"low_{at}", f"high_{at}", f"difference, {k}")
    table = table.with_columns(_beyond_n(pl.lit(True), *CROSSING))
    cells |= _estimates(*CROSSING, "crossing", digits=0)
    found = _chosen(table, spec, cells, "both", "base_only", "tuned_only", "neither", "n", "problems")
    return found.rename({"base_only": "base only", "tuned_only": "tuned only"})


CROSSING = ("crossing_k", "crossing_low", "crossing_high")


def _beyond_n(where: pl.Expr, *ends: str) -> list[pl.Expr]:
    """Ends that are null because they lie beyond n, as infinite ones."""
    return [pl.when(where & pl.col(end).is_null()).then(math.inf).otherwise(pl.col(end)).alias(end) for end in ends]


def groups(table: pl.DataFrame, spec: PaperSpec) -> pl.DataFrame:
    """Every member of every group: differences at 1 and n, and the efficiency gap."""
    cells: dict[str, tuple] = {}
    for at, k in (("1", "k=1"), ("n", "k=n")):
        cells |= _estimates(f"difference_{at}", f"low_{at}", f"high_{at}", f"difference, {k}")
    cells |= _estimates("efficiency_gap", "efficiency_gap_low", "efficiency_gap_high", "efficiency gap")
    return _chosen(table, spec, cells, "group", "at", "n", "problems")


def estimate(value: float | None, low: float | None, high: float | None, digits: int | None = 3) -> str:
    """An estimate with its interval, such as 0.264 [0.220, 0.305]; empty where there is none.

    digits: None shows numbers of problems or samples, which are whole, with none, and shares with three.
    """
    if value is None or math.isnan(value):
        return ""
    if value == low == high == math.inf:
        return "∞"
    if digits is None:
        known = [number for number in (value, low, high) if number is not None and math.isfinite(number)]
        digits = 0 if all(number == int(number) for number in known) else 3
    ends = "" if low is None or high is None else f" [{_number(low, digits)}, {_number(high, digits)}]"
    return _number(value, digits) + ends


def _number(value: float, digits: int) -> str:
    if math.isnan(value):
        return "?"
    shown = "∞" if math.isinf(value) else f"{abs(value):.{digits}f}"
    return f"−{shown}" if value < 0 and float(f"{value:.{digits}f}") else shown


def _estimates(value: str, low: str, high: str, name: str, digits: int | None = 3) -> dict[str, tuple]:
    return {name: (value, low, high, digits)}


def _chosen(table: pl.DataFrame, spec: PaperSpec, cells: dict[str, tuple], *columns: str) -> pl.DataFrame:
    """Names, then the `columns` that come before numbers, then `cells`, as text."""
    rows = []
    for row in table.iter_rows(named=True):
        made = {name: row[name] for name in ("benchmark", "decoding")}
        made |= {side: _label(row[side], spec) for side in SIDES}
        made |= {name: row[name] for name in columns if name not in ("n", "problems", "holm")}
        made |= {name: estimate(row[v], row[low], row[high], digits) for name, (v, low, high, digits) in cells.items()}
        made |= {name: row[name] for name in columns if name in ("n", "problems", "holm")}
        rows.append({name: "" if value is None else str(value) for name, value in made.items()})
    return pl.DataFrame(rows).rename({"holm": "decision"}, strict=False)


def _label(name: str, spec: PaperSpec) -> str:
    return spec["labels"].get(name, name)
