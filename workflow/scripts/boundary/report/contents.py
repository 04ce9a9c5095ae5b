"""What the report shows: the figures and the tables, a line each, with what they are made of.

A figure is a function `draw` in figures/ under its name, a table a function `tabulate` in tables/; a caption in
workflow/report/ goes with each. Light: runs at parse time, and only there.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from boundary import paths
from boundary.behind import CHOICES, CURVES, OF_CURVE, OF_PART, PROBLEMS, Behind
from boundary.grid import SIDES, Grid
from boundary.paths import BENCHMARK, CONTAMINATION, COUNTS, CROSSING, DIFFERENCE, GUESSES, MEASURES, OVERLAP, PASSK

CONDITION, PAIRS, GROUPS, AXES = "condition", "pairs", "groups", "axes"
PUBLISHED, SERVERS, STRATA, TRENDS, LABELS = "published", "servers", "strata", "trends", "labels"
TRAININGS = "trainings"
LIKELIHOOD, ENTROPY, MATCHED = "likelihood", "entropy", "matched"
TRUTH, TRAINED = "truth", "trained"
TREND = "trend"  # of a group, beside its figures
SCREENED = (GUESSES, CONTAMINATION)
OF_PAIR = (*OF_PART[PROBLEMS], *OF_PART[CHOICES], paths.LIKELIHOOD, paths.RESPONSES)  # not of pairs of runs
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


class Drawn(NamedTuple):
    """A figure, or the trend of a group, that a job makes of a benchmark: under which decoding, of which group."""

    name: str
    decoding: str | None = None
    group: str | None = None

    @property
    def path(self) -> str:
        """The pattern of its files, without suffix, by the benchmark alone."""
        pattern = paths.TREND.removesuffix(".parquet") if self.name == TREND else figure_of(self.name).path
        return pattern.replace("{decoding}", str(self.decoding)).replace("{group}", str(self.group))

    @property
    def per(self) -> str:
        return TREND if self.name == TREND else figure_of(self.name).per

    @property
    def together(self) -> bool:
        return self.name != TREND and figure_of(self.name).together

    @property
    def names(self) -> dict[str, str]:
        """What it is about besides the benchmark."""
        return {kind: name for kind, name in (("decoding", self.decoding), ("group", self.group)) if name}


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
        self.behind = Behind(grid, inputs)

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
        return [f"{figure.path}.{suffix}".format(**names) for figure, names in self._made for suffix in ("svg", "png")]

    @cached_property
    def _made(self) -> list[tuple[Figure, dict[str, str]]]:
        """Every figure of the run, with the wildcards of its path: none where it has nothing to draw."""
        found = [
            (figure, names)
            for benchmark, decoding in self.grid.conditions
            for figure in FIGURES
            for names in self._places(figure, benchmark, decoding)
        ]
        axes = [figure for figure in FIGURES if figure.per == AXES]
        found += [(figure, {"group": g, "benchmark": b}) for g, b in self.grid.axes for figure in axes]
        trained = self.inputs.every_reinforced(paths.TRAINING)
        return found + [(figure, {}) for figure in FIGURES if figure.per == TRAININGS and trained]

    def comparisons(self) -> list[tuple[tuple[str, ...], dict[str, str]]]:
        """The parts of a comparison that one job makes, and the wildcard constraints by which it does, job by job."""
        places: dict[tuple[str, ...], list[dict[str, str]]] = {}
        for comparison in self.grid.every_comparison:
            names = dict(zip((*SIDES, "benchmark", "decoding"), comparison, strict=True))
            for parts in self.behind.parts_of(comparison):
                places.setdefault(parts, []).append(names)
        return [(parts, paths.only(f"{paths.PAIR}/", where)) for parts, where in places.items()]

    def drawings(self) -> list[tuple[tuple[Drawn, ...], list[str]]]:
        """The figures and trends that one job makes, and the benchmarks of which it makes them, job by job.

        As many as have the same work behind them. The figures of trainings are of no benchmark.
        """
        of_benchmark: dict[str | None, dict[Drawn, list[str]]] = {}
        for figure, names in self._made:
            drawn = Drawn(figure.name, names.get("decoding"), names.get("group"))
            of_benchmark.setdefault(names.get("benchmark"), {})[drawn] = self._drawn_files(drawn, **names)
            if figure.name == "group":
                trend = drawn._replace(name=TREND)
                of_benchmark[names["benchmark"]][trend] = self._drawn_files(trend, **names)
        jobs: dict[tuple[Drawn, ...], list[str]] = {}
        for benchmark, made in of_benchmark.items():
            for together in self.behind.together(made):
                jobs.setdefault(together, []).extend([benchmark] if benchmark else [])
        return list(jobs.items())

    def _drawn_files(self, drawn: Drawn, **names) -> list[str]:
        return [file for files in self._drawn_inputs(drawn, **names).values() for file in files]

    def _drawn_inputs(self, drawn: Drawn, **names) -> dict[str, list[str]]:
        if drawn.name != TREND:
            return self.figure_inputs(figure_of(drawn.name), **names)
        return {side: self.inputs.group_counts(side, **names) for side in SIDES}

    def drawing_inputs(self, every: Iterable[Drawn], **names) -> dict[str, list[str]]:
        """The files of several figures and trends of a benchmark: those of number i under KIND_i."""
        inputs = (self._drawn_inputs(drawn, **drawn.names, **names) for drawn in every)
        return {f"{kind}_{place}": files for place, kinds in enumerate(inputs) for kind, files in kinds.items()}

    def tabulations(self) -> list[list[Table]]:
        """The tables that one job makes: as many as have the same work behind them."""
        tables = {table.name: table for table in TABLES if self._has(table)}
        made = {
            name: [f for files in self.table_inputs(table).values() for f in files] for name, table in tables.items()
        }
        return [[tables[name] for name in names] for names in self.behind.together(made)]

    def tabulation_inputs(self, tables: Iterable[Table]) -> dict[str, list[str]]:
        """The files of several tables: those of number i under KIND_i."""
        every = enumerate(map(self.table_inputs, tables))
        return {f"{kind}_{place}": files for place, kinds in every for kind, files in kinds.items()}

    def _places(self, figure: Figure, benchmark: str, decoding: str) -> list[dict[str, str]]:
        """The wildcards of a figure's files under a condition: none where it has nothing to draw there."""
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
        place = {"benchmark": benchmark, "decoding": decoding}
        return [place | ({"group": group} if group else {}) for group in made]

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
        claims = ["claims"] if self.grid.every_comparison else []
        names = [table.name for table in TABLES if self._has(table)] + claims
        return [f"{paths.TABLE}{name}.csv" for name in names] + self.findings()

    def _has(self, table: Table) -> bool:
        """Whether the run has a table."""
        return table.only is None or self._there[table.only]

    @cached_property
    def _there(self) -> dict[str, bool]:
        """What tables may need, and whether the run has it."""
        return {
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

    def findings(self) -> list[str]:
        """The table of findings, where the configuration asks for it."""
        return [paths.FINDINGS] if "findings" in self.grid.config else []

    def everything(self) -> list[str]:
        """Every file that the report and its pages link or read, and all samples and verdicts: what `all` makes.

        Nothing that lies before samples: a benchmark, prompts or weights that are gone plan nothing where they are not
        needed. And no scores or explored responses, which take a GPU: they are made where something needs them.
        """
        inputs, tables = self.inputs, self.tables()
        found = [paths.REPORT, paths.CLAIMS, paths.CLAIMS_TEXT, *self.figures(), *tables]
        found += [paths.CLAIMS_TABLE] if not self.grid.every_comparison else []
        found += [f"{table.removesuffix('.csv')}.parquet" for table in tables]
        found += [paths.FINDINGS_PARTS, paths.FINDINGS_PARTS.replace(".parquet", ".csv")] if self.findings() else []
        found += (
            inputs.every_browsed(paths.BROWSE)
            + inputs.every_browsed(paths.BROWSE_FILES)
            + inputs.every_shown(paths.PASSK)
        )
        found += [path for pattern in OF_CURVE for path in inputs.every_curve(pattern)]
        for parts, every in ((OF_PART[CURVES], inputs.every_comparison), (OF_PAIR, inputs.every_pair)):
            found += [path for pattern in parts for path in every(pattern)]
        found += (
            inputs.every_whole(paths.GOLDS) + inputs.every_whole(paths.FALSE_ACCEPTS) + inputs.every_group(paths.TREND)
        )
        found += [path for pattern in SCREENED for path in inputs.every_screened(pattern)]
        found += [path for pattern in (paths.VALIDITY, paths.COT_PASSK) for path in inputs.every_judged(pattern)]
        found += inputs.every_block(paths.SAMPLES) + inputs.every_block(paths.VERDICTS) + inputs.every_topup()
        return list(dict.fromkeys(found))

    def likelihood_table(self) -> list[str]:
        """The table of likelihoods in full, where there is one."""
        return [f"{paths.TABLE}likelihood.parquet"] if self.inputs.every_pair(paths.LIKELIHOOD) else []

    def _published(self) -> set[tuple[str, str]]:
        """(model, benchmark) of which numbers were published."""
        with open(self.root / PUBLISHED_CURVES) as file:
            return {(row["model"], row["benchmark"]) for row in csv.DictReader(file)}

    def group(self, group: dict) -> list[str]:
        """The figures of a group and the comparisons of its pairs: what its name as a target makes."""
        file, found = group["file"], []
        for figure, names in self._made:
            own = names.get("group") == file
            if own or (figure.name == LIKELIHOOD and self._scored_members(file, **names)):
                found += [f"{figure.path}.{suffix}".format(**names) for suffix in ("svg", "png")]
        for benchmark, decoding in self.grid.conditions:
            for pattern in (OVERLAP, DIFFERENCE):
                found += self.inputs.of_group_members(pattern, file, benchmark, decoding)
        return found

    def _scored_members(self, group: str, benchmark: str, decoding: str) -> list[str]:
        return self.inputs.of_group_members(paths.LIKELIHOOD, group, benchmark, decoding)


def figure_of(name: str) -> Figure:
    return next(figure for figure in FIGURES if figure.name == name)


def drawn_files(every: Iterable[Drawn], report: Callable) -> Iterator[str]:
    """The files of figures and trends, each figure marked by Snakemake's `report` with what it says of it."""
    for drawn in every:
        if drawn.name == TREND:
            yield f"{drawn.path}.parquet"
            continue
        figure, caption = figure_of(drawn.name), f"../workflow/report/{drawn.name}.rst"
        known = {"benchmark": "{benchmark}"} | drawn.names
        labels = {kind: label.format(**known) for kind, label in figure.labels.items()}
        yield report(f"{drawn.path}.svg", caption=caption, category=figure.category, labels=labels)
        yield f"{drawn.path}.png"


def table_files(tables: Iterable[Table], report: Callable) -> Iterator[str]:
    """The files of tables, each marked by Snakemake's `report` with what its own report says of it."""
    for table in tables:
        caption = f"../workflow/report/table_{table.name}.rst"
        yield report(f"{paths.TABLE}{table.name}.csv", caption=caption, category="9. Tables")
        yield f"{paths.TABLE}{table.name}.parquet"


def module_files(every: Iterable[Drawn]) -> list[str]:
    """The modules that draw figures, as paths below workflow/scripts."""
    names = dict.fromkeys(drawn.name for drawn in every if drawn.name != TREND)
    return [f"boundary/report/figures/{name}.py" for name in names]


def _itself(path: str) -> list[str]:
    return [path]
