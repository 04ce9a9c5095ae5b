"""Contents of the report: the figures and tables, a line each, with their inputs.

A figure is a function `draw` in figures/ with its name, a table a function `tabulate` in tables/. Each has a caption in
workflow/report/. Those of one stage are in its plan.py. Light: runs at parse time, and only there.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from boundary import paths, results, work
from boundary.analysis.plan import Analysis
from boundary.contracts import Group
from boundary.findings.plan import FINDINGS, FINDINGS_PARTS
from boundary.grid import Grid
from boundary.names import SIDES, Axis, Comparison, Condition, GroupCondition, Row, Run, Work
from boundary.paths import BENCHMARK, COUNTS, CROSSING, DIFFERENCE, MEASURES, OVERLAP, PASSK
from boundary.plans import in_place, said
from boundary.report.shown import Drawn, Figure, Table
from boundary.results import Result, Scope
from boundary.screening.plan import GUESSES
from boundary.topup.plan import TopUp

PUBLISHED_CURVES = "resources/published/arxiv-2504.13837.csv"
PUBLISHED_PROBLEMS = "resources/published/arxiv-2504.13837-solved.csv"


def _has_responses(grid: Grid, row: Condition | GroupCondition) -> bool:
    """Whether distinct responses are counted of some: not of several runs together, nor of counts alone."""
    if isinstance(row, GroupCondition):
        models = grid.group_models(grid.group(row.group), row.benchmark, row.decoding)
    else:
        models = grid.models_of(*row)
    known = grid.config["runs"].keys().isdisjoint(models)
    return known and row.benchmark in grid.built and any("counts" not in grid.models[model] for model in models)


def _has_steps(grid: Grid, row: GroupCondition) -> bool:
    """Whether the members of a group are several models with one base, at places that are numbers."""
    members = grid.members_of(grid.group(row.group), row.benchmark, row.decoding)
    numbers = all(isinstance(member["at"], int | float) for member in members)
    models = {member[side] for member in members for side in SIDES}
    single = grid.config["runs"].keys().isdisjoint(models)
    return numbers and single and len(members) > 1 and len({member["base"] for member in members}) == 1


def _has_pairs(grid: Grid) -> bool:
    return bool(grid.comparisons)


def _has_groups(grid: Grid) -> bool:
    return bool(grid.group_rows)


def _has_turns(grid: Grid) -> bool:
    """Whether pairs are compared within a number of turns."""
    return any(grid.turns_of(decoding) for *_, decoding in grid.comparisons)


def _is_along_turns(grid: Grid, row: Axis) -> bool:
    """Whether a group along decodings goes along turns."""
    return any(grid.turns_of(member["decoding"]) for member in grid.axis_members(grid.group(row.group), row.benchmark))


def _has_strata(grid: Grid) -> bool:
    return any(entry.get("stratum") or "task" in entry for entry in grid.benchmarks.values())


def _is_published(grid: Grid) -> bool:
    """Whether numbers were published of some model on some benchmark."""
    with open(Path(__file__).parents[4] / PUBLISHED_CURVES) as file:
        published = {(row["model"], row["benchmark"]) for row in csv.DictReader(file)}
    return not published.isdisjoint(curve[:2] for curve in grid.curves)


CORE_FIGURES = [
    Figure(
        "boundary",
        "1. pass@k",
        {"curves": PASSK, "overlaps": OVERLAP, "problems": BENCHMARK, "guesses": GUESSES},
        spec=("rate", "not_rl"),
    ),
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
        together=True,
    ),
    Figure("overlap", "3. Solvable sets", {"overlaps": OVERLAP, "problems": BENCHMARK, "guesses": GUESSES}),
    Figure("histogram", "4. Accuracy histograms", {"counts": COUNTS, "problems": BENCHMARK, "guesses": GUESSES}),
    Figure("transitions", "5. Transitions", {"overlaps": OVERLAP}),
    Figure(
        "beyond",
        "6. Beyond n",
        {"curves": PASSK, "beyond": paths.BEYOND, "fits": paths.FIT, "problems": BENCHMARK, "guesses": GUESSES},
    ),
    Figure("choices", "9. Choices", {"choices": paths.CHOICES}),
    Figure("cost", "7. Cost", {"curves": PASSK, "counts": COUNTS}),
    Figure("diversity", "9. Diversity", {"distinct": paths.DIVERSITY}, where=_has_responses),
    Figure("sharpening", "9. Sharpening", {"measures": MEASURES}, together=True),
    Figure("flow", "9. Sharpening", {"measures": MEASURES}),
    Figure("group", "8. Groups", {"curves": PASSK, "measures": MEASURES}, GroupCondition),
    Figure("group_sharpening", "9. Sharpening", {"measures": MEASURES}, GroupCondition),
    Figure(
        "group_steps",
        "9. Sharpening",
        {"counts": COUNTS, "clusters": paths.CLUSTERS},
        GroupCondition,
        where=_has_steps,
    ),
    Figure("group_diversity", "9. Diversity", {"distinct": paths.DIVERSITY}, GroupCondition, where=_has_responses),
    Figure("axis", "8. Groups", {"curves": PASSK, "differences": DIFFERENCE}, Axis),
    Figure("turns", "8. Groups", {"curves": PASSK}, Axis, where=_is_along_turns),
    Figure("training", "12. Training", {"logs": paths.LEARNT}, Run),
]
OF_GROUPS = {"differences": DIFFERENCE, "crossings": CROSSING, "measures": MEASURES}
IN_PAIRS = {"overlaps": OVERLAP, **OF_GROUPS}
OF_ANSWERS = {"counts": COUNTS, "wrong": paths.ANSWERS}
IN_CLUSTERS = {"clusters": paths.CLUSTERS}
CORE_TABLES = [
    Table("passk", {"curves": PASSK, "counts": COUNTS}),
    Table(
        "strata",
        {"counts": COUNTS, "problems": BENCHMARK} | IN_CLUSTERS,
        where=_has_strata,
        spec=("benchmarks", "level", "whole_of"),
    ),
    Table("metrics", {"metrics": paths.METRICS}),
    Table("beyond", {"fits": paths.FIT}),
    Table("graders", {"graders": paths.GRADERS}),
    Table("grader_examples", {"graders": paths.GRADERS}),
    Table(
        "flags",
        {"benchmarks": BENCHMARK, "golds": paths.GOLDS, "accepts": paths.FALSE_ACCEPTS},
        spec=("benchmarks", "wholes", "graders", "published"),
    ),
    Table("servers", {"blocks": paths.SERVED}),
    Table(
        "published",
        {"curves": PASSK},
        where=_is_published,
        spec=("graders", "parts"),
        shipped={"published": PUBLISHED_CURVES},
    ),
    Table(
        "published_problems",
        {"counts": COUNTS},
        where=_is_published,
        spec=("graders",),
        shipped={"published": PUBLISHED_PROBLEMS},
    ),
    Table("pairs", IN_PAIRS | {"sets": paths.SETS}, where=_has_pairs),
    Table("pairs_long", IN_PAIRS | {"sets": paths.SETS} | IN_CLUSTERS, where=_has_pairs, spec=("level", "whole_of")),
    Table(
        "problems",
        {"overlaps": OVERLAP, "problems": BENCHMARK, "guesses": GUESSES, "claims": paths.CLAIMS_TABLE},
        where=_has_pairs,
        spec=("level", "whole_of"),
    ),
    Table("sharpening", {"measures": MEASURES}, where=_has_pairs),
    Table("choices", {"choices": paths.CHOICES}, where=_has_pairs),
    Table("turns", {"differences": DIFFERENCE}, where=_has_turns, spec=("turns",)),
    Table("trends", {"trends": paths.TREND}),
    Table(
        "groups",
        OF_GROUPS,
        where=_has_groups,
        spec=("groups",),
        of_members=True,
    ),
    Table(
        "groups_long",
        OF_GROUPS,
        where=_has_groups,
        spec=("groups",),
        of_members=True,
    ),
    Table("boundary", {"claims": paths.CLAIMS_TABLE}, where=_has_pairs),
    Table("answers", OF_ANSWERS, where=_has_pairs, spec=("comparisons", "level", "whole_of")),
    Table("solved_by_base", {"overlaps": OVERLAP}, where=_has_pairs, spec=("level",)),
    Table("majority", OF_ANSWERS | IN_CLUSTERS, where=_has_pairs, spec=("comparisons", "level", "whole_of")),
    Table(
        "unions", {"counts": COUNTS} | IN_CLUSTERS, where=_has_groups, spec=("groups", "graders", "level", "whole_of")
    ),
    Table(
        "steps", {"counts": COUNTS} | IN_CLUSTERS, where=_has_groups, spec=("groups", "graders", "level", "whole_of")
    ),
]
FIGURES, TABLES = in_place(CORE_FIGURES, "FIGURES"), in_place(CORE_TABLES, "TABLES")


class Contents:
    """The figures and tables of a run, and the inputs of each."""

    def __init__(self, grid: Grid, root: Path):
        self.grid, self.root = grid, root

    @cached_property
    def run(self) -> Scope:
        """The whole run: every model alone, and every pair of single models."""
        return results.of_run(self.grid)

    @cached_property
    def run_with_runs(self) -> Scope:
        """`run`, and the runs of one recipe together as well."""
        return results.of_run_with_runs(self.grid)

    # --- figures -----------------------------------------------------------------------------------------------------

    def figure_inputs(self, figure: Figure, **names) -> dict[str, list[str]]:
        """The files of a figure by kind. names: the wildcards of its path."""
        scope = self._scope(figure, figure.per(**names))
        return {kind: scope.files(result) for kind, result in figure.inputs.items()}

    def _scope(self, figure: Figure, row: Row) -> Scope:
        if figure.per is Run:
            return self.run
        of_condition = results.with_runs if figure.together else results.of_condition
        scopes: dict[type, Callable[..., Scope]] = {GroupCondition: results.of_group, Axis: results.of_axis}
        return scopes.get(figure.per, of_condition)(self.grid, *row)

    def figures(self) -> list[str]:
        """Every figure of the run."""
        return [file for figure, row in self.drawn for file in _files(figure, row)]

    @cached_property
    def drawn(self) -> list[tuple[Figure, Row]]:
        """Every figure of the run, with its subject; none if there is nothing to draw."""
        found = [
            (figure, row)
            for condition in self.grid.conditions
            for figure in FIGURES
            for row in self._rows(figure, condition)
        ]
        found += [(figure, Axis(*axis)) for axis in self.grid.axes for figure in FIGURES if figure.per is Axis]
        found += [(figure, Run()) for figure in FIGURES if figure.per is Run]
        return [(figure, row) for figure, row in found if self._is_drawn(figure, row)]

    def _rows(self, figure: Figure, condition: Condition) -> list[Row]:
        groups = [group["file"] for group in self.grid.groups.values() if "by" not in group]
        rows: dict[type, list[Row]] = {
            Condition: [condition],
            GroupCondition: [GroupCondition(group, *condition) for group in groups],
        }
        return rows.get(figure.per, [])

    def _is_drawn(self, figure: Figure, row: Row) -> bool:
        if not figure.where(self.grid, row):
            return False
        scope = self._scope(figure, row)
        return all(scope.rows_of(result) for kind, result in figure.inputs.items() if kind not in figure.optional)

    def drawings(self) -> list[tuple[tuple[Drawn, ...], list[str]]]:
        """The figures and trends of each job, and the benchmarks for which it makes them.

        A job makes all figures with the same work behind them. Figures of trainings belong to no benchmark.
        """
        of_benchmark: dict[str | None, dict[Drawn, Work]] = {}
        for figure, row in self.drawn:
            names = row._asdict()
            drawn = Drawn(figure, names.get("decoding"), names.get("group"))
            made = of_benchmark.setdefault(names.get("benchmark"), {})
            made[drawn] = self._work(self._scope(figure, row), figure.inputs.values())
            if figure.name == "group":
                made[drawn._replace(figure=None)] = self._work(self._scope(figure, row), [paths.TREND])
        jobs: dict[tuple[Drawn, ...], list[str]] = {}
        for benchmark, made in of_benchmark.items():
            for together in work.together(made):
                jobs.setdefault(together, []).extend([benchmark] if benchmark else [])
        return list(jobs.items())

    def _work(self, scope: Scope, made_of: Iterable[Result]) -> Work:
        return work.all_of(result.behind(self.grid, row) for result in made_of for row in scope.rows_of(result))

    def drawing_inputs(self, every: Iterable[Drawn], **names) -> dict[str, list[str]]:
        """The files of several figures and trends of a benchmark: those of number i under KIND_i."""
        inputs = (self._drawn_inputs(drawn, **drawn.names, **names) for drawn in every)
        return {f"{kind}_{place}": files for place, kinds in enumerate(inputs) for kind, files in kinds.items()}

    def _drawn_inputs(self, drawn: Drawn, **names) -> dict[str, list[str]]:
        if drawn.figure:
            return self.figure_inputs(drawn.figure, **names)
        analysis = Analysis(self.grid)
        files = {side: analysis.group_counts(side, **names) for side in SIDES}
        return files | {"clusters": analysis.clusters(names["benchmark"])}

    # --- comparisons -------------------------------------------------------------------------------------------------

    def comparisons(self) -> list[tuple[tuple[str, ...], dict[str, str]]]:
        """The parts of a comparison that each job makes, and the wildcard constraints of that job."""
        places: dict[tuple[str, ...], list[dict[str, str]]] = {}
        for comparison in self.grid.every_comparison:
            for parts in self._parts_together(comparison):
                places.setdefault(parts, []).append(comparison._asdict())
        return [(parts, paths.only(f"{paths.PAIR}/", where)) for parts, where in places.items()]

    def _parts_together(self, comparison: Comparison) -> list[tuple[str, ...]]:
        """The parts of a comparison in groups that one job makes."""
        firsts = {part: made[0] for part, made in paths.OF_PART.items()}
        there = {part: result for part, result in firsts.items() if result.where(self.grid, comparison)}
        return work.together({part: result.behind(self.grid, comparison) for part, result in there.items()})

    # --- tables ------------------------------------------------------------------------------------------------------

    def _table_scope(self, table: Table) -> Scope:
        return results.of_members(self.grid) if table.of_members else self.run

    def table_inputs(self, table: Table) -> dict[str, list[str]]:
        """The files of a table by kind."""
        scope = self._table_scope(table)
        shipped = {kind: [paths.beside_workflow(self.root, path)] for kind, path in table.shipped.items()}
        return {kind: scope.files(result) for kind, result in table.inputs.items()} | shipped

    @cached_property
    def _tables(self) -> list[Table]:
        """The tables of the run."""
        return [table for table in TABLES if table.where(self.grid) and self._has_inputs(table)]

    def _has_inputs(self, table: Table) -> bool:
        scope = self._table_scope(table)
        return all(scope.rows_of(result) for kind, result in table.inputs.items() if kind not in table.optional)

    def tabulations(self) -> list[list[Table]]:
        """The tables of each job: all with the same work behind them."""
        tables = {table.name: table for table in self._tables}
        made = {name: self._work(self._table_scope(table), table.inputs.values()) for name, table in tables.items()}
        return [[tables[name] for name in names] for names in work.together(made)]

    def tabulation_inputs(self, tables: Iterable[Table]) -> dict[str, list[str]]:
        """The files of several tables: those of number i under KIND_i."""
        every = enumerate(map(self.table_inputs, tables))
        return {f"{kind}_{place}": files for place, kinds in every for kind, files in kinds.items()}

    def tables(self) -> list[str]:
        """Every table of the run, and its claims and findings."""
        claims = ["claims"] if self.grid.every_comparison else []
        names = [table.name for table in self._tables] + claims
        return [f"{paths.TABLE}{name}.csv" for name in names] + self.findings()

    def table(self, name: str) -> list[str]:
        """The full table of that name, if there is one."""
        return [f"{paths.TABLE}{name}.parquet" for table in self._tables if table.name == name]

    def findings(self) -> list[str]:
        """The table of findings, if the configuration asks for it."""
        return self.run.files(FINDINGS)

    # --- all of it ---------------------------------------------------------------------------------------------------

    def everything(self) -> list[str]:
        """Every file that the report and its pages link or read, and all samples and verdicts: the target `all`.

        Nothing before samples is included: deleted benchmarks, prompts or weights plan nothing if they are not needed.
        Scores and explored responses, which take a GPU, are not included either: they are made if something needs them.
        """
        run, tables = self.run, self.tables()
        found = [paths.REPORT, paths.CLAIMS, paths.CLAIMS_TEXT, *self.figures(), *tables]
        found += [paths.CLAIMS_TABLE] if not self.grid.every_comparison else []
        found += [f"{table.removesuffix('.csv')}.parquet" for table in tables]
        parts = run.files(FINDINGS_PARTS)
        found += parts + [path.replace(".parquet", ".csv") for path in parts]
        found += run.files(paths.BROWSE, paths.BROWSE_FILES, *paths.OF_CURVE)
        found += self.run_with_runs.files(PASSK, *(one for parts in paths.OF_PART.values() for one in parts))
        found += run.files(paths.GOLDS, paths.FALSE_ACCEPTS, paths.TREND)
        found += [path for delivered in said("DELIVERED") for path in run.files(*delivered)]
        found += run.files(paths.SAMPLES, paths.VERDICTS) + TopUp(self.grid).every_topup()
        return list(dict.fromkeys(found))

    def group(self, group: Group) -> list[str]:
        """The figures of a group and the comparisons of its pairs: the target with its name."""
        file, found = group["file"], []
        for figure, row in self.drawn:
            own = getattr(row, "group", None) == file
            if own or (isinstance(row, Condition) and figure.with_group(self.grid, file, row)):
                found += _files(figure, row)
        for condition in self.grid.conditions:
            found += results.of_group(self.grid, file, *condition).files(OVERLAP, DIFFERENCE)
        return found

    # --- files of the workflow ---------------------------------------------------------------------------------------

    def captions(self) -> list[str]:
        return [
            paths.beside_workflow(self.root, file) for file in sorted((self.root / "workflow/report").glob("*.rst"))
        ]

    def templates(self, name: str) -> list[str]:
        """Style, page and program of a page, in this order."""
        files = (f"workflow/report/page/{name}.{kind}" for kind in ("css", "html", "js"))
        return [paths.beside_workflow(self.root, file) for file in files]


def _files(figure: Figure, row: Row) -> list[str]:
    return [f"{figure.path}.{suffix}".format(**row._asdict()) for suffix in ("svg", "png")]


def drawn_files(every: Iterable[Drawn], report: Callable) -> Iterator[Any]:
    """The files of figures and trends, each figure marked by Snakemake's `report` with its caption and labels."""
    for drawn in every:
        if drawn.figure is None:
            yield f"{drawn.path}.parquet"
            continue
        caption, known = f"../workflow/report/{drawn.name}.rst", {"benchmark": "{benchmark}"} | drawn.names
        labels = {kind: label.format(**known) for kind, label in drawn.figure.labels.items()}
        yield report(f"{drawn.path}.svg", caption=caption, category=drawn.figure.category, labels=labels)
        yield f"{drawn.path}.png"


def table_files(tables: Iterable[Table], report: Callable) -> Iterator[Any]:
    """The files of tables, each marked by Snakemake's `report` with its caption and labels."""
    for table in tables:
        caption = f"../workflow/report/table_{table.name}.rst"
        yield report(f"{paths.TABLE}{table.name}.csv", caption=caption, category="9. Tables")
        yield f"{paths.TABLE}{table.name}.parquet"


def module_files(every: Iterable[Drawn]) -> list[str]:
    """The modules that draw figures, as paths below workflow/scripts."""
    names = dict.fromkeys(drawn.name for drawn in every if drawn.figure)
    return [f"boundary/report/figures/{name}.py" for name in names]
