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

CONDITION, PAIRS, GROUPS, AXES = "condition", "pairs", "groups", "axes"
PUBLISHED, SERVERS, STRATA, TRENDS, LABELS = "published", "servers", "strata", "trends", "labels"
TRAININGS = "trainings"
LIKELIHOOD, ENTROPY, MATCHED = "likelihood", "entropy", "matched"
TRUTH, TRAINED = "truth", "trained"
SCREENED = (GUESSES, CONTAMINATION)
OF_SCORES = (paths.LIKELIHOOD, paths.RESPONSES, paths.ENTROPY)


class Figure(NamedTuple):
    """per: drawn for every `condition`, for those with `pairs` or `labels`, for every one of the `groups`, or for every
    one of the `axes`, groups along decodings, once a benchmark; or once, of all `trainings`. inputs: kind -> path
    pattern, one file of every model, pair, member or training. together: whether the runs of one recipe (`runs`) are
    shown as one."""

    name: str
    category: str
    inputs: dict[str, str]
    per: str = CONDITION
    together: bool = False

    @property
    def file(self) -> str:
        return f"{self.name}-{{group}}" if self.per in (GROUPS, AXES) else self.name

    @property
    def path(self) -> str:
        """The pattern of its files, without suffix."""
        return {AXES: paths.AXIS_FIGURE, TRAININGS: paths.RUN_FIGURE}.get(self.per, paths.FIGURE) + self.file

    @property
    def labels(self) -> dict[str, str]:
        """What the report lists it by."""
        if self.per == TRAININGS:
            return {"benchmark": "training", "decoding": "training"}
        labels = {"benchmark": "{benchmark}", "decoding": "several" if self.per == AXES else "{decoding}"}
        return labels | ({"group": "{group}"} if self.per in (GROUPS, AXES) else {})


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
        {
            "curves": PASSK,
            "problems": BENCHMARK,
            "accepts": paths.FALSE_ACCEPTS,
            "golds": paths.GOLDS,
            "guesses": GUESSES,
        },
        together=True,
    ),
    Figure(
        "difference",
        "2. Tuned minus base",
        {"differences": DIFFERENCE, "crossings": CROSSING, "problems": BENCHMARK, "guesses": GUESSES},
        PAIRS,
        together=True,
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
    Figure("validity", "9. Validity of reasoning", {"judged": paths.VALIDITY, "curves": paths.COT_PASSK}, LABELS),
    Figure("cost", "7. Cost", {"curves": PASSK, "counts": COUNTS}),
    Figure("diversity", "9. Diversity", {"distinct": paths.DIVERSITY}),
    Figure("group", "8. Groups", {"curves": PASSK, "measures": MEASURES}, GROUPS),
    Figure("group_diversity", "9. Diversity", {"distinct": paths.DIVERSITY}, GROUPS),
    Figure("axis", "8. Groups", {"curves": PASSK, "differences": DIFFERENCE}, AXES),
    Figure("likelihood", "10. Likelihood", {"responses": paths.RESPONSES, "measures": paths.LIKELIHOOD}, PAIRS),
    Figure("likelihood_along", "10. Likelihood", {"measures": paths.LIKELIHOOD}, GROUPS),
    Figure("trained", "0. Findings", {"parts": paths.FINDINGS_PARTS}, TRAINED, together=True),
    Figure("entropy", "11. Entropy", {"entropies": paths.ENTROPY}, CONDITION),
    Figure("training", "12. Training", {"logs": paths.TRAINING}, TRAININGS),
]
IN_PAIRS = {"overlaps": OVERLAP, "differences": DIFFERENCE, "crossings": CROSSING, "measures": MEASURES}
OF_ANSWERS = {"counts": COUNTS, "wrong": paths.ANSWERS}
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
    Table(
        "problems",
        {"overlaps": OVERLAP, "problems": BENCHMARK, "guesses": GUESSES, "claims": paths.CLAIMS_TABLE},
        PAIRS,
        spec=("level", "whole_of"),
        digits=6,
    ),
    Table("choices", {"choices": paths.CHOICES}, PAIRS, digits=6),
    Table("validity", {"judged": paths.VALIDITY}, LABELS),
    Table("trends", {"trends": paths.TREND}, TRENDS),
    Table("likelihood", {"measures": paths.LIKELIHOOD}, LIKELIHOOD),
    Table("matched", {"pilots": paths.MATCHED}, MATCHED),
    Table("entropy", {"entropies": paths.ENTROPY}, ENTROPY),
    Table("truth", {"claims": paths.CLAIMS_TABLE, "rates": paths.RATES}, TRUTH, spec=("rate", "runs"), digits=6),
    Table("rates", {"rates": paths.RATES}, TRUTH, digits=6),
    Table("groups", {"differences": DIFFERENCE, "crossings": CROSSING, "measures": MEASURES}, GROUPS, spec=("groups",)),
    Table("boundary", {"claims": paths.CLAIMS_TABLE}, PAIRS, digits=6),
    Table("answers", OF_ANSWERS, PAIRS, spec=("comparisons", "level"), digits=6),
    Table("solved_by_base", {"overlaps": OVERLAP}, PAIRS, spec=("level",)),
    Table("majority", OF_ANSWERS, PAIRS, spec=("comparisons", "level"), digits=6),
    Table("unions", {"counts": COUNTS}, GROUPS, spec=("groups", "graders", "level"), digits=6),
]


class Contents:
    """Which figures and tables a run has, and what each is made of."""

    def __init__(self, grid: Grid, inputs: paths.Inputs, root: Path):
        self.grid, self.inputs, self.root = grid, inputs, root

    def figure_inputs(self, figure: Figure, **names) -> dict[str, list[str]]:
        """The files of a figure by kind. names: the wildcards of its path."""
        return {kind: self._files(figure, pattern, **names) for kind, pattern in figure.inputs.items()}

    def _files(self, figure: Figure, pattern: str, **names) -> list[str]:
        given = self.inputs
        if pattern.startswith(paths.TABLE):  # of the whole run
            return _itself(pattern)
        if figure.per == TRAININGS:
            expand = given.every_reinforced
        elif figure.together and ("{model}" in pattern or "{base}" in pattern):
            expand = given.of_shown
        elif "{model}" in pattern:
            expand = {GROUPS: given.of_group_models, AXES: given.of_axis_models}.get(figure.per, given.of_models)
        elif "{base}" in pattern:
            expand = {GROUPS: given.of_group_members, AXES: given.of_axis_members}.get(figure.per, given.of_pairs)
        else:
            expand = given.screened if pattern in SCREENED else given.of_graded
        return expand(pattern, **names)

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
            elif "{decoding}" in pattern:
                every = self.inputs.every_judged
            elif "{benchmark}" in pattern:
                every = self.inputs.every_benchmark
            elif pattern.startswith(paths.TABLE):  # of the whole run
                every = _itself
            else:
                every = self._shipped
            found[kind] = every(pattern)
        return found

    def _shipped(self, path: str) -> list[str]:
        return [paths.beside_workflow(self.root, path)]

    def captions(self) -> list[str]:
        return [
            paths.beside_workflow(self.root, file) for file in sorted((self.root / "workflow/report").glob("*.rst"))
        ]

    def templates(self, name: str) -> list[str]:
        """Style, page and program of a page, in this order."""
        files = (f"workflow/report/page/{name}.{kind}" for kind in ("css", "html", "js"))
        return [paths.beside_workflow(self.root, file) for file in files]

    def figures(self) -> list[str]:
        """Every figure of the run."""
        every = [path for b, d in self.grid.conditions for figure in FIGURES for path in self._figure(figure, b, d)]
        every += [path for group, benchmark in self.grid.axes for path in _axis_figures(group, benchmark)]
        return every + self.of_trainings()

    def of_trainings(self) -> list[str]:
        """The figures of trainings, where models of the run are trained by reinforcement learning."""
        there = self.inputs.every_reinforced(paths.TRAINING)
        names = [figure.path for figure in FIGURES if figure.per == TRAININGS and there]
        return [f"{name}.{suffix}" for name in names for suffix in ("svg", "png")]

    def _figure(self, figure: Figure, benchmark: str, decoding: str) -> list[str]:
        """A figure's files under a condition: none where it has nothing to draw there."""
        folder = paths.FIGURE.format(benchmark=benchmark, decoding=decoding)
        pairs = self.grid.pairs_of(benchmark, decoding)
        if figure.together:
            pairs = pairs + self.grid.run_pairs_of(benchmark, decoding)
        there = {
            CONDITION: [""],
            PAIRS: [""] if pairs else [],
            LABELS: [""] if (benchmark, decoding) in self.grid.judged_conditions else [],
            TRAINED: [""] if (benchmark, decoding) in self.grid.trained_conditions else [],
            GROUPS: [
                group["file"]
                for group in self.grid.groups.values()
                if "by" not in group and self.grid.members_of(group, benchmark, decoding)
            ],
        }
        made = [group for group in there.get(figure.per, ()) if self._is_made(figure, benchmark, decoding, group)]
        names = [figure.file.format(group=group) for group in made]
        return [f"{folder}{name}.{suffix}" for name in names for suffix in ("svg", "png")]

    def _is_made(self, figure: Figure, benchmark: str, decoding: str, group: str = "") -> bool:
        """Whether there is what a figure is of: scores where they are asked for, responses where not counts alone."""
        names = {"benchmark": benchmark, "decoding": decoding} | ({"group": group} if group else {})
        if paths.DIVERSITY in figure.inputs.values():
            grid = self.grid
            models = grid.group_models(grid.group(group), benchmark, decoding) if group else grid.models_of(**names)
            known = grid.config["runs"].keys().isdisjoint(models)  # of several runs together nobody counts them
            return known and benchmark in grid.built and any("counts" not in grid.models[model] for model in models)
        return all(self._files(figure, pattern, **names) for pattern in figure.inputs.values() if pattern in OF_SCORES)

    def tables(self) -> list[str]:
        """Every table of the run, and its claims."""
        there = {
            None: True,
            PAIRS: bool(self.grid.comparisons),
            GROUPS: bool(self.grid.group_rows),
            TRENDS: bool(self.inputs.every_group(paths.TREND)),
            STRATA: any(entry.get("stratum") or "task" in entry for entry in self.grid.benchmarks.values()),
            LABELS: bool(self.grid.judged_conditions),
            SERVERS: self.grid.has_samples and any("server" in model for model in self.grid.models.values()),
            LIKELIHOOD: bool(self.inputs.every_pair(paths.LIKELIHOOD)),
            MATCHED: bool(self.inputs.every_curve(paths.MATCHED)),
            TRUTH: bool(self.inputs.every_curve(paths.RATES) and self.grid.every_comparison),
            ENTROPY: bool(self.inputs.every_curve(paths.ENTROPY)),
            **{pattern: bool(self.inputs.every_screened(pattern)) for pattern in SCREENED},
            PUBLISHED: bool(self._published() & {(model, benchmark) for model, benchmark, _ in self.grid.curves}),
        }
        claims = ["claims"] if self.grid.every_comparison else []
        names = [table.name for table in TABLES if there[table.only]] + claims
        return [f"{paths.TABLE}{name}.csv" for name in names] + self.findings()

    def findings(self) -> list[str]:
        """The table of findings, where the configuration asks for it."""
        return [paths.FINDINGS] if "findings" in self.grid.config else []

    def likelihood_table(self) -> list[str]:
        """The table of likelihoods in full, where there is one."""
        return [f"{paths.TABLE}likelihood.parquet"] if self.inputs.every_pair(paths.LIKELIHOOD) else []

    def _published(self) -> set[tuple[str, str]]:
        """(model, benchmark) of which numbers were published."""
        with open(self.root / PUBLISHED_CURVES) as file:
            return {(row["model"], row["benchmark"]) for row in csv.DictReader(file)}

    def group(self, group: dict) -> list[str]:
        """The figures of a group and the comparisons of its pairs: what its name as a target makes."""
        found = [path for file, b in self.grid.axes if file == group["file"] for path in _axis_figures(file, b)]
        for benchmark, decoding in self.grid.conditions:
            if not self.grid.members_of(group, benchmark, decoding):
                continue
            names = {"benchmark": benchmark, "decoding": decoding, "group": group["file"]}
            for figure in FIGURES:
                of_group = figure.per == GROUPS and "by" not in group
                if of_group and self._is_made(figure, **names):
                    found += [f"{figure.path}.{suffix}".format(**names) for suffix in ("svg", "png")]
                if figure.name == LIKELIHOOD and self.inputs.of_group_members(paths.LIKELIHOOD, **names):
                    found += self._figure(figure, benchmark, decoding)
            for pattern in (OVERLAP, DIFFERENCE):
                found += self.inputs.of_group_members(pattern, group["file"], benchmark, decoding)
        return found


def _itself(path: str) -> list[str]:
    return [path]


def _axis_figures(group: str, benchmark: str) -> list[str]:
    """The files of the figures of a group along decodings on a benchmark."""
    names = [figure.path.format(group=group, benchmark=benchmark) for figure in FIGURES if figure.per == AXES]
    return [f"{name}.{suffix}" for name in names for suffix in ("svg", "png")]
