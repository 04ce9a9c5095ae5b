"""What the report shows: the figures and the tables, a line each, with what they are made of.

A figure is a function `draw` in figures/ under its name, a table a function `tabulate` in tables/; a caption in
workflow/report/ goes with each. Light: runs at parse time, and only there.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from boundary import paths
from boundary.grid import Grid
from boundary.paths import BENCHMARK, CONTAMINATION, COUNTS, CROSSING, DIFFERENCE, GUESSES, MEASURES, OVERLAP, PASSK

CONDITION, PAIRS, GROUPS = "condition", "pairs", "groups"
PUBLISHED, SERVERS, STRATA, SCREENED = "published", "servers", "strata", (GUESSES, CONTAMINATION)


class Figure(NamedTuple):
    """per: drawn for every `condition`, for those with `pairs`, or for every one of the `groups`. inputs: kind -> path
    pattern, one file of every model, pair, or member."""

    name: str
    category: str
    inputs: dict[str, str]
    per: str = CONDITION

    @property
    def file(self) -> str:
        return f"{self.name}-{{group}}" if self.per == GROUPS else self.name

    @property
    def labels(self) -> dict[str, str]:
        """What the report lists it by."""
        labels = {"benchmark": "{benchmark}", "decoding": "{decoding}"}
        return labels | ({"group": "{group}"} if self.per == GROUPS else {})


class Table(NamedTuple):
    """inputs: kind -> path pattern, one file of every model, pair, group member or benchmark of the run.

    only: what there must be for it. spec: keys of `Specs.table` that it asks for. digits: of its CSV.
    """

    name: str
    inputs: dict[str, str]
    only: str | None = None
    spec: tuple[str, ...] = ()
    digits: int = 4


FIGURES = [
    Figure(
        "passk",
        "1. pass@k",
        {"curves": PASSK, "problems": BENCHMARK, "accepts": paths.FALSE_ACCEPTS, "guesses": GUESSES},
    ),
    Figure(
        "difference",
        "2. Tuned minus base",
        {"differences": DIFFERENCE, "crossings": CROSSING, "problems": BENCHMARK, "guesses": GUESSES},
        PAIRS,
    ),
    Figure("overlap", "3. Solvable sets", {"overlaps": OVERLAP, "problems": BENCHMARK, "guesses": GUESSES}, PAIRS),
    Figure("histogram", "4. Accuracy histograms", {"counts": COUNTS, "problems": BENCHMARK, "guesses": GUESSES}),
    Figure("transitions", "5. Transitions", {"overlaps": OVERLAP}, PAIRS),
    Figure(
        "beyond",
        "6. Beyond n",
        {"curves": PASSK, "beyond": paths.BEYOND, "fits": paths.FIT, "problems": BENCHMARK, "guesses": GUESSES},
    ),
    Figure("choices", "9. Choices", {"choices": paths.CHOICES}, PAIRS),
    Figure("cost", "7. Cost", {"curves": PASSK, "counts": COUNTS}),
    Figure("group", "8. Groups", {"curves": PASSK, "measures": MEASURES}, GROUPS),
]
IN_PAIRS = {"overlaps": OVERLAP, "differences": DIFFERENCE, "crossings": CROSSING, "measures": MEASURES}
PUBLISHED_CURVES = "resources/published/arxiv-2504.13837.csv"
PUBLISHED_PROBLEMS = "resources/published/arxiv-2504.13837-solved.csv"
TABLES = [
    Table("passk", {"curves": PASSK, "counts": COUNTS}),
    Table("strata", {"counts": COUNTS, "problems": BENCHMARK}, STRATA, spec=("benchmarks", "level")),
    Table("metrics", {"metrics": paths.METRICS}),
    Table("beyond", {"fits": paths.FIT}),
    Table("graders", {"graders": paths.GRADERS}),
    Table(
        "flags",
        {"benchmarks": BENCHMARK, "golds": paths.GOLDS, "accepts": paths.FALSE_ACCEPTS},
        spec=("benchmarks", "wholes", "graders"),
    ),
    Table("guesses", {"counts": COUNTS, "guesses": GUESSES}, GUESSES, spec=("graders", "level"), digits=6),
    Table("above_guessing", {"counts": COUNTS, "guesses": GUESSES}, GUESSES, spec=("graders", "level")),
    Table("contamination", {"found": CONTAMINATION}, CONTAMINATION),
    Table("servers", {"blocks": paths.SAMPLES}, SERVERS),
    Table("published", {"curves": PASSK, "published": PUBLISHED_CURVES}, PUBLISHED, spec=("graders",)),
    Table("published_problems", {"counts": COUNTS, "published": PUBLISHED_PROBLEMS}, PUBLISHED, spec=("graders",)),
    Table("pairs", IN_PAIRS | {"sets": paths.SETS}, PAIRS, digits=6),
    Table("problems", {"overlaps": OVERLAP}, PAIRS, digits=6),
    Table("choices", {"choices": paths.CHOICES}, PAIRS, digits=6),
    Table("trends", {"trends": paths.TREND}, GROUPS),
    Table("groups", {"differences": DIFFERENCE, "crossings": CROSSING, "measures": MEASURES}, GROUPS, spec=("groups",)),
]


class Contents:
    """Which figures and tables a run has, and what each is made of."""

    def __init__(self, grid: Grid, inputs: paths.Inputs, root: Path):
        self.grid, self.inputs, self.root = grid, inputs, root

    def figure_inputs(self, figure: Figure, **names) -> dict[str, list[str]]:
        """The files of a figure by kind. names: the wildcards of its path."""
        found = {}
        for kind, pattern in figure.inputs.items():
            if "{model}" in pattern:
                expand = self.inputs.of_group_models if figure.per == GROUPS else self.inputs.of_models
            elif "{base}" in pattern:
                expand = self.inputs.of_group_members if figure.per == GROUPS else self.inputs.of_pairs
            else:
                expand = self.inputs.screened if pattern in SCREENED else self.inputs.of_graded
            found[kind] = expand(pattern, **names)
        return found

    def table_inputs(self, table: Table) -> dict[str, list[str]]:
        """The files of a table by kind."""
        found = {}
        for kind, pattern in table.inputs.items():
            if "{base}" in pattern:
                every = self.inputs.every_member if table.only == GROUPS else self.inputs.every_pair
            elif "{group}" in pattern:
                every = self.inputs.every_group
            elif "{block}" in pattern:
                every = self.inputs.every_served_block
            elif "{model}" in pattern:
                every = self.inputs.every_curve
            elif pattern in SCREENED:
                every = self.inputs.every_screened
            elif pattern in (paths.GOLDS, paths.FALSE_ACCEPTS):
                every = self.inputs.every_whole
            elif "{benchmark}" in pattern:
                every = self.inputs.every_benchmark
            else:
                every = self._shipped
            found[kind] = every(pattern)
        return found

    def _shipped(self, path: str) -> list[str]:
        return [paths.beside_workflow(self.root, path)]

    def figures(self) -> list[str]:
        """Every figure of the run."""
        return [path for b, d in self.grid.conditions for figure in FIGURES for path in self._figure(figure, b, d)]

    def _figure(self, figure: Figure, benchmark: str, decoding: str) -> list[str]:
        """A figure's files under a condition: none where it has nothing to draw there."""
        folder = paths.FIGURE.format(benchmark=benchmark, decoding=decoding)
        there = {
            CONDITION: [""],
            PAIRS: [""] if self.grid.pairs_of(benchmark, decoding) else [],
            GROUPS: [g["file"] for g in self.grid.groups.values() if self.grid.members_of(g, benchmark, decoding)],
        }
        names = [figure.file.format(group=group) for group in there[figure.per]]
        return [f"{folder}{name}.{suffix}" for name in names for suffix in ("svg", "png")]

    def tables(self) -> list[str]:
        """Every table of the run, and its claims."""
        there = {
            None: True,
            PAIRS: bool(self.grid.comparisons),
            GROUPS: bool(self.grid.group_rows),
            STRATA: any(entry.get("stratum") or "task" in entry for entry in self.grid.benchmarks.values()),
            SERVERS: any("server" in model for model in self.grid.models.values()),
            **{pattern: bool(self.inputs.every_screened(pattern)) for pattern in SCREENED},
            PUBLISHED: bool(self._published() & {(model, benchmark) for model, benchmark, _ in self.grid.curves}),
        }
        claims = ["claims"] if self.grid.every_comparison else []
        names = [table.name for table in TABLES if there[table.only]] + claims
        return [f"{paths.TABLE}{name}.csv" for name in names]

    def _published(self) -> set[tuple[str, str]]:
        """(model, benchmark) of which numbers were published."""
        with open(self.root / PUBLISHED_CURVES) as file:
            return {(row["model"], row["benchmark"]) for row in csv.DictReader(file)}

    def group(self, group: dict) -> list[str]:
        """The figures of a group and the comparisons of its pairs: what its name as a target makes."""
        found = []
        for benchmark, decoding in self.grid.conditions:
            if not self.grid.members_of(group, benchmark, decoding):
                continue
            folder = paths.FIGURE.format(benchmark=benchmark, decoding=decoding)
            found += [f"{folder}group-{group['file']}.{suffix}" for suffix in ("svg", "png")]
            for pattern in (OVERLAP, DIFFERENCE):
                found += self.inputs.of_group_members(pattern, group["file"], benchmark, decoding)
        return found
