"""Results: a path pattern with its subject, and the subjects for which it is made. Light: runs at parse time.

A stage names its results in its plan.py. A `Scope` is the subject of a job or a target: rows by their kind.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from boundary.grid import Grid
from boundary.names import (
    Benchmark,
    Block,
    Comparison,
    Condition,
    Curve,
    GroupCondition,
    Row,
    Run,
    Training,
    Work,
)
from boundary.work import NOTHING, USUAL


def always(grid: Grid, row: Any = None) -> bool:
    return True


class Result(str):
    """The pattern of a path; its fields in braces are the fields of its rows."""

    one_per: type[Row]  # what there is one of
    where: Callable[[Grid, Any], bool]  # for which rows it is made
    work: Callable[[Grid, Any], Work] | None  # what must have been sampled, scored and so on; None: as for its row
    of_whole: bool  # whether a subset of a benchmark has that of the whole

    def __new__(cls, path: str, one_per: type[Row], where=always, work=None, of_whole: bool = False) -> "Result":
        self = super().__new__(cls, path)
        self.one_per, self.where, self.work, self.of_whole = one_per, where, work, of_whole
        return self

    def of(self, row: Row) -> str:
        """The file of a row."""
        return self.format(**row._asdict())

    def behind(self, grid: Grid, row: Any) -> Work:
        """Work that must be done before the result of a row."""
        ask = self.work or USUAL.get(self.one_per)
        return ask(grid, row) if ask else NOTHING

    def matches(self, file: str | Path) -> bool:
        """Whether a file is one of these results."""
        return _pattern(self).search(str(file)) is not None

    def row(self, file: str | Path) -> Any:
        """The row of a file: the inverse of `of`."""
        found = _pattern(self).search(str(file))
        if found is None:
            raise ValueError(f"{file} is none of {self}")
        return self.one_per(**found.groupdict())


@cache
def _pattern(path: str) -> re.Pattern:
    """What matches the files of a result, wherever the folder of the run is."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)) + "$")


class Scope(NamedTuple):
    """The subject of a job, a figure, a table or a target."""

    grid: Grid
    rows: dict[type, Sequence[Any]]

    def rows_of(self, result: Result) -> list[Any]:
        """The rows for which the result is made; the whole of several subsets counts once."""
        rows: Iterable[Any] = self.rows.get(result.one_per, ())
        if result.of_whole:
            rows = dict.fromkeys(row._replace(benchmark=self.grid.whole_of(row.benchmark)) for row in rows)
        return [row for row in rows if result.where(self.grid, row)]

    def files(self, *results: Result) -> list[str]:
        """The files of some results, result by result."""
        return [result.of(row) for result in results for row in self.rows_of(result)]


def of_condition(grid: Grid, benchmark: str, decoding: str) -> Scope:
    """Every model with a curve under a condition, and every pair that is compared there."""
    return _under(grid, benchmark, decoding, grid.models_of(benchmark, decoding), grid.pairs_of(benchmark, decoding))


def with_runs(grid: Grid, benchmark: str, decoding: str) -> Scope:
    """`of_condition`, with the runs of one recipe together."""
    return _under(grid, benchmark, decoding, *grid.with_runs(benchmark, decoding))


def of_group(grid: Grid, group: str, benchmark: str, decoding: str) -> Scope:
    """The models and pairs of a group under a condition."""
    found = grid.group(group)
    pairs = [(member["base"], member["tuned"]) for member in grid.members_of(found, benchmark, decoding)]
    scope = _under(grid, benchmark, decoding, grid.group_models(found, benchmark, decoding), pairs)
    return scope._replace(rows=scope.rows | {GroupCondition: [GroupCondition(group, benchmark, decoding)]})


def _under(grid: Grid, benchmark: str, decoding: str, models: list[str], pairs: list[tuple[str, str]]) -> Scope:
    return Scope(
        grid,
        {
            Curve: [Curve(model, benchmark, grid.decoding_of(model, benchmark, decoding)) for model in models],
            Comparison: [Comparison(*pair, benchmark, decoding) for pair in pairs],
            Benchmark: [Benchmark(benchmark)],
            Condition: [Condition(benchmark, decoding)],
            Run: [Run()],
        },
    )


def of_axis(grid: Grid, group: str, benchmark: str) -> Scope:
    """The pairs of a group along decodings on a benchmark, member by member, and their curves."""
    members = grid.axis_members(grid.group(group), benchmark)
    compared = [Comparison(m["base"], m["tuned"], benchmark, m["decoding"]) for m in members]
    curves = [curve for comparison in compared for curve in comparison.curves]
    return Scope(grid, {Curve: curves, Comparison: compared, Benchmark: [Benchmark(benchmark)], Run: [Run()]})


def of_run(grid: Grid) -> Scope:
    """The whole run: every model alone, and every pair of single models."""
    return _whole(grid, grid.curves, grid.comparisons)


def of_run_with_runs(grid: Grid) -> Scope:
    """The whole run, and the runs of one recipe together as well."""
    shown = [row for condition in grid.conditions for row in with_runs(grid, *condition).rows[Curve]]
    return _whole(grid, list(dict.fromkeys([*grid.curves, *shown])), grid.every_comparison)


def of_members(grid: Grid) -> Scope:
    """The whole run, but with the members of its groups as pairs."""
    members = [Comparison(row["base"], row["tuned"], row["benchmark"], row["decoding"]) for row in grid.group_rows]
    return _whole(grid, grid.curves, members)


def of_claims(grid: Grid) -> Scope:
    """All subjects of claims: not samples with fewer tokens, which are not new samples."""
    claimed = [comparison for comparison in grid.every_comparison if grid.is_claimed(comparison.decoding)]
    curves = dict.fromkeys(curve for comparison in claimed for curve in comparison.curves)
    return _whole(grid, list(curves), claimed)


def _whole(grid: Grid, curves: Sequence[Curve], comparisons: Sequence[Comparison]) -> Scope:
    return Scope(
        grid,
        {
            Curve: curves,
            Comparison: comparisons,
            Benchmark: [Benchmark(benchmark) for benchmark in grid.benchmarks],
            Condition: grid.conditions,
            GroupCondition: grid.group_conditions,
            Block: grid.every_block,
            Training: grid.trainings,
            Run: [Run()],
        },
    )
