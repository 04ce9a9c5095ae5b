"""Figures and tables that a report can have, and when they exist. Light: runs at parse time, and only there."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from boundary import paths
from boundary.grid import Grid
from boundary.names import Axis, Condition, Row, Run
from boundary.results import Result, always

OPTIONAL = ("guesses", "clusters")  # kinds of inputs without which a figure or a table is made as well


def never(*_: Any) -> bool:
    return False


class Figure(NamedTuple):
    """A function `draw` in figures/ with the figure's name. per: its subject, each: a condition, a group under one,
    a group along decodings on a benchmark, or the run. inputs: kind -> result, one file for every model, pair,
    member or training; if any but the `optional` has none, nothing is drawn. together: whether the runs of one
    recipe (`runs`) are shown as one. spec: keys of `Shown.more` that it needs. after: the figure before it, for a
    figure of a stage's own plan.py. with_group: whether the target of a group, by its file name, makes it for a
    condition."""

    name: str
    category: str
    inputs: Mapping[str, Result]
    per: type[Row] = Condition
    together: bool = False
    where: Callable[[Grid, Any], bool] = always
    optional: tuple[str, ...] = OPTIONAL
    spec: tuple[str, ...] = ()
    after: str | None = None
    with_group: Callable[[Grid, str, Condition], bool] = never

    @property
    def file(self) -> str:
        return f"{self.name}-{{group}}" if "group" in self.per._fields else self.name

    @property
    def path(self) -> str:
        """The pattern of its files, without suffix."""
        return {Axis: paths.AXIS_FIGURE, Run: paths.RUN_FIGURE}.get(self.per, paths.FIGURE) + self.file

    @property
    def labels(self) -> dict[str, str]:
        """The labels under which the report lists it."""
        if self.per is Run:
            return {"benchmark": "training", "decoding": "training"}
        labels = {"benchmark": "{benchmark}", "decoding": "several" if self.per is Axis else "{decoding}"}
        return labels | ({"group": "{group}"} if "group" in self.per._fields else {})


class Table(NamedTuple):
    """A function `tabulate` in tables/ with the table's name. inputs: kind -> result, one file for every model,
    pair, group member or benchmark of the run; if any but the `optional` has none, there is no table. shipped: kind
    -> a file of the workflow. of_members: whether pairs are the members of groups. spec: keys of `Shown.table` that
    it needs. after: the table before it, for a table of a stage's own plan.py."""

    name: str
    inputs: Mapping[str, Result]
    where: Callable[[Grid], bool] = always
    spec: tuple[str, ...] = ()
    shipped: Mapping[str, str] = {}
    of_members: bool = False
    optional: tuple[str, ...] = OPTIONAL
    after: str | None = None


class Drawn(NamedTuple):
    """A figure, or the trend of a group (then without a figure), that a job makes for a benchmark: its decoding and
    its group."""

    figure: Figure | None
    decoding: str | None = None
    group: str | None = None

    def __hash__(self) -> int:
        return hash((self.name, self.decoding, self.group))

    @property
    def name(self) -> str:
        return self.figure.name if self.figure else "trend"

    @property
    def path(self) -> str:
        """The pattern of its files, without suffix, by the benchmark alone."""
        pattern = self.figure.path if self.figure else paths.TREND.removesuffix(".parquet")
        return pattern.replace("{decoding}", str(self.decoding)).replace("{group}", str(self.group))

    @property
    def names(self) -> dict[str, str]:
        """Its subject besides the benchmark."""
        return {kind: name for kind, name in (("decoding", self.decoding), ("group", self.group)) if name}
